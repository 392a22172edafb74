//go:build goexperiment.simd && amd64

package vec

import (
	"math"
	"simd/archsimd"
)

// Neg32x16 is x with the other sign, of zeros and NaN too.
func Neg32x16(x archsimd.Float32x16) archsimd.Float32x16 {
	return x.AsInt32x16().Xor(sign32x16()).AsFloat32x16()
}

// Abs32x16 is x without its sign bit.
func Abs32x16(x archsimd.Float32x16) archsimd.Float32x16 {
	return x.AsInt32x16().AndNot(sign32x16()).AsFloat32x16()
}

// sign32x16 has the sign bit of each element.
func sign32x16() archsimd.Int32x16 { return archsimd.BroadcastInt32x16(math.MinInt32) }

// Sign32x16 is 1 where x > 0, -1 where x < 0, else x itself.
func Sign32x16(x archsimd.Float32x16) archsimd.Float32x16 {
	var zero archsimd.Float32x16
	below := archsimd.BroadcastFloat32x16(-1).Merge(x, x.Less(zero))
	return archsimd.BroadcastFloat32x16(1).Merge(below, x.Greater(zero))
}

// Max32x16 is y where y >= x or y is NaN, else x.
func Max32x16(x, y archsimd.Float32x16) archsimd.Float32x16 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.GreaterEqual(x))
}

// Min32x16 is y where y <= x or y is NaN, else x.
func Min32x16(x, y archsimd.Float32x16) archsimd.Float32x16 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.LessEqual(x))
}

// Mask32x16 is c for every element.
func Mask32x16(c bool) archsimd.Mask32x16 {
	if c {
		return archsimd.BroadcastInt32x16(-1).ToMask()
	}
	return archsimd.Mask32x16{}
}

// Not32x16 is true where m is false.
func Not32x16(m archsimd.Mask32x16) archsimd.Mask32x16 {
	return m.ToInt32x16().Equal(archsimd.Int32x16{})
}
