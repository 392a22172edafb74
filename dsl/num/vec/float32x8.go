//go:build goexperiment.simd && amd64

package vec

import (
	"math"
	"simd/archsimd"
)

// Neg32x8 is x with the other sign, of zeros and NaN too.
func Neg32x8(x archsimd.Float32x8) archsimd.Float32x8 {
	return x.AsInt32x8().Xor(sign32x8()).AsFloat32x8()
}

// Abs32x8 is x without its sign bit.
func Abs32x8(x archsimd.Float32x8) archsimd.Float32x8 {
	return x.AsInt32x8().AndNot(sign32x8()).AsFloat32x8()
}

// sign32x8 has the sign bit of each element.
func sign32x8() archsimd.Int32x8 { return archsimd.BroadcastInt32x8(math.MinInt32) }

// Sign32x8 is 1 where x > 0, -1 where x < 0, else x itself.
func Sign32x8(x archsimd.Float32x8) archsimd.Float32x8 {
	var zero archsimd.Float32x8
	below := archsimd.BroadcastFloat32x8(-1).Merge(x, x.Less(zero))
	return archsimd.BroadcastFloat32x8(1).Merge(below, x.Greater(zero))
}

// Max32x8 is y where y >= x or y is NaN, else x.
func Max32x8(x, y archsimd.Float32x8) archsimd.Float32x8 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.GreaterEqual(x))
}

// Min32x8 is y where y <= x or y is NaN, else x.
func Min32x8(x, y archsimd.Float32x8) archsimd.Float32x8 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.LessEqual(x))
}

// Mask32x8 is c for every element.
func Mask32x8(c bool) archsimd.Mask32x8 {
	if c {
		return archsimd.BroadcastInt32x8(-1).ToMask()
	}
	return archsimd.Mask32x8{}
}

// Not32x8 is true where m is false.
func Not32x8(m archsimd.Mask32x8) archsimd.Mask32x8 {
	return m.ToInt32x8().Equal(archsimd.Int32x8{})
}

// First32x8 is true for the first n elements, 0 <= n <= 8.
func First32x8(n int) archsimd.Mask32x8 {
	return archsimd.LoadInt32x8Slice(first32x8[8-n:]).ToMask()
}

var first32x8 = [2 * 8]int32{-1, -1, -1, -1, -1, -1, -1, -1}
