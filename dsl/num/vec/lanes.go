//go:build goexperiment.simd && amd64

package vec

import (
	"simd/archsimd"

	"github.com/optc-lang/optc/dsl/num"
)

// Lanes are a block's eight running sums, num.Lanes, or its eight running
// maxima; the zero value is that of no elements. An element that is absent from
// a last vector is added as +0, which changes no lane: a lane begins at +0, and
// no sum that begins there is -0.
type Lanes struct{ low, high archsimd.Float64x4 }

// Add32x8 adds eight elements, the first of which belongs to lane 0.
func (l Lanes) Add32x8(x archsimd.Float32x8) Lanes {
	low, high := wide(x)
	return Lanes{l.low.Add(low), l.high.Add(high)}
}

// AddSquare32x8 adds the squares of eight elements.
func (l Lanes) AddSquare32x8(x archsimd.Float32x8) Lanes {
	low, high := wide(x)
	return Lanes{l.low.Add(low.Mul(low)), l.high.Add(high.Mul(high))}
}

// MaxAbs32x8 takes the sizes of eight elements.
func (l Lanes) MaxAbs32x8(x archsimd.Float32x8) Lanes {
	low, high := wide(Abs32x8(x))
	return Lanes{Max64x4(low, l.low), Max64x4(high, l.high)}
}

// wide is x in float64, the first four elements and the last four.
func wide(x archsimd.Float32x8) (low, high archsimd.Float64x4) {
	return x.GetLo().ConvertToFloat64(), x.GetHi().ConvertToFloat64()
}

// Add64x4 adds the vector i of the block, 0-based, four elements.
func (l Lanes) Add64x4(x archsimd.Float64x4, i int) Lanes {
	if i&1 == 0 {
		return Lanes{l.low.Add(x), l.high}
	}
	return Lanes{l.low, l.high.Add(x)}
}

// AddSquare64x4 adds the squares of the vector i.
func (l Lanes) AddSquare64x4(x archsimd.Float64x4, i int) Lanes { return l.Add64x4(x.Mul(x), i) }

// MaxAbs64x4 takes the sizes of the vector i.
func (l Lanes) MaxAbs64x4(x archsimd.Float64x4, i int) Lanes {
	if i&1 == 0 {
		return Lanes{Max64x4(Abs64x4(x), l.low), l.high}
	}
	return Lanes{l.low, Max64x4(Abs64x4(x), l.high)}
}

// Sum adds the lanes in their fixed order. It leaves no upper bits behind.
func (l Lanes) Sum() float64 {
	lanes := l.store()
	return lanes.Sum()
}

// Max is the greatest lane, or NaN where one is NaN. It leaves no upper bits
// behind.
func (l Lanes) Max() float64 {
	top := 0.0
	for _, x := range l.store() {
		top = num.Max(x, top)
	}
	return top
}

func (l Lanes) store() (s num.Lanes) {
	l.low.StoreSlice(s[:4])
	l.high.StoreSlice(s[4:])
	archsimd.ClearAVXUpperBits()
	return s
}
