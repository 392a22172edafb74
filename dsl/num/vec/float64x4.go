//go:build goexperiment.simd && amd64

package vec

import (
	"math"
	"simd/archsimd"
)

// Neg64x4 is x with the other sign, of zeros and NaN too.
func Neg64x4(x archsimd.Float64x4) archsimd.Float64x4 {
	return x.AsInt64x4().Xor(sign64x4()).AsFloat64x4()
}

// Abs64x4 is x without its sign bit.
func Abs64x4(x archsimd.Float64x4) archsimd.Float64x4 {
	return x.AsInt64x4().AndNot(sign64x4()).AsFloat64x4()
}

// sign64x4 has the sign bit of each element.
func sign64x4() archsimd.Int64x4 { return archsimd.BroadcastInt64x4(math.MinInt64) }

// Sign64x4 is 1 where x > 0, -1 where x < 0, else x itself.
func Sign64x4(x archsimd.Float64x4) archsimd.Float64x4 {
	var zero archsimd.Float64x4
	below := archsimd.BroadcastFloat64x4(-1).Merge(x, x.Less(zero))
	return archsimd.BroadcastFloat64x4(1).Merge(below, x.Greater(zero))
}

// Max64x4 is y where y >= x or y is NaN, else x.
func Max64x4(x, y archsimd.Float64x4) archsimd.Float64x4 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.GreaterEqual(x))
}

// Min64x4 is y where y <= x or y is NaN, else x.
func Min64x4(x, y archsimd.Float64x4) archsimd.Float64x4 {
	return y.Merge(y.Merge(x, y.NotEqual(y)), y.LessEqual(x))
}

// Mask64x4 is c for every element.
func Mask64x4(c bool) archsimd.Mask64x4 {
	if c {
		return archsimd.BroadcastInt64x4(-1).ToMask()
	}
	return archsimd.Mask64x4{}
}

// Not64x4 is true where m is false.
func Not64x4(m archsimd.Mask64x4) archsimd.Mask64x4 {
	return m.ToInt64x4().Equal(archsimd.Int64x4{})
}

// First64x4 is true for the first n elements, 0 <= n <= 4.
func First64x4(n int) archsimd.Mask64x4 {
	return archsimd.LoadInt64x4Slice(first64x4[4-n:]).ToMask()
}

var first64x4 = [2 * 4]int64{-1, -1, -1, -1}
