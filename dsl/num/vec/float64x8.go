//go:build goexperiment.simd && amd64

package vec

import (
	"math"
	"simd/archsimd"
)

// Neg64x8 is x with the other sign, of zeros and NaN too.
func Neg64x8(x archsimd.Float64x8) archsimd.Float64x8 {
	return x.AsInt64x8().Xor(sign64x8()).AsFloat64x8()
}

// Abs64x8 is x without its sign bit.
func Abs64x8(x archsimd.Float64x8) archsimd.Float64x8 {
	return x.AsInt64x8().AndNot(sign64x8()).AsFloat64x8()
}

// sign64x8 has the sign bit of each element.
func sign64x8() archsimd.Int64x8 { return archsimd.BroadcastInt64x8(math.MinInt64) }

// Sign64x8 is 1 where x > 0, -1 where x < 0, else x itself.
func Sign64x8(x archsimd.Float64x8) archsimd.Float64x8 {
	var zero archsimd.Float64x8
	below := archsimd.BroadcastFloat64x8(-1).Merge(x, x.Less(zero))
	return archsimd.BroadcastFloat64x8(1).Merge(below, x.Greater(zero))
}

// Max64x8 is y where y >= x or y is NaN, else x.
func Max64x8(x, y archsimd.Float64x8) archsimd.Float64x8 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.GreaterEqual(x))
}

// Min64x8 is y where y <= x or y is NaN, else x.
func Min64x8(x, y archsimd.Float64x8) archsimd.Float64x8 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.LessEqual(x))
}

// Mask64x8 is c for every element.
func Mask64x8(c bool) archsimd.Mask64x8 {
	if c {
		return archsimd.BroadcastInt64x8(-1).ToMask()
	}
	return archsimd.Mask64x8{}
}

// Not64x8 is true where m is false.
func Not64x8(m archsimd.Mask64x8) archsimd.Mask64x8 {
	return m.ToInt64x8().Equal(archsimd.Int64x8{})
}
