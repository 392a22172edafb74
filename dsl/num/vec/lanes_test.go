//go:build goexperiment.simd && amd64

package vec_test

import (
	"math"
	"simd/archsimd"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/dsl/num/vec"
)

// A reduction in vectors has the bits of num.Lanes, whatever the block's length.
func TestLanesAreNums(t *testing.T) {
	needVectors(t, 256)
	for n := range 41 {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(float32(math.Sin(float64(i*i)) * math.Pow(10, float64(i%7))))
		}
		var sum, squares num.Lanes
		top := 0.0
		for i, v := range x {
			sum[i&7] += v
			squares[i&7] += float64(v * v)
			top = num.Max(num.Abs(v), top)
		}
		want := []float64{sum.Sum(), squares.Sum(), top}
		assert.Equal(t, want, reduce32(x), "f32, %d elements", n)
		assert.Equal(t, want, reduce64(x), "f64, %d elements", n)
	}
}

func reduce32(x []float64) []float64 {
	var sum, squares, top vec.Lanes
	for i := 0; i < len(x); i += 8 {
		s := make([]float32, min(8, len(x)-i))
		for j := range s {
			s[j] = float32(x[i+j])
		}
		v := archsimd.LoadFloat32x8SlicePart(s)
		sum, squares, top = sum.Add32x8(v), squares.AddSquare32x8(v), top.MaxAbs32x8(v)
	}
	return []float64{sum.Sum(), squares.Sum(), top.Max()}
}

func reduce64(x []float64) []float64 {
	var sum, squares, top vec.Lanes
	for i := 0; i < len(x); i += 4 {
		v := archsimd.LoadFloat64x4SlicePart(x[i:])
		sum, squares, top = sum.Add64x4(v, i/4), squares.AddSquare64x4(v, i/4), top.MaxAbs64x4(v, i/4)
	}
	return []float64{sum.Sum(), squares.Sum(), top.Max()}
}

// A NaN or an infinity anywhere is the greatest size.
func TestGreatestSizeIsNaN(t *testing.T) {
	needVectors(t, 256)
	for i := range 8 {
		for value, check := range map[float64]func(float64) bool{
			math.Inf(-1): func(x float64) bool { return math.IsInf(x, 1) },
			math.NaN():   math.IsNaN,
		} {
			x := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
			x[i] = value
			assert.True(t, check(reduce32(x)[2]), "f32: %v at %d", value, i)
			assert.True(t, check(reduce64(x)[2]), "f64: %v at %d", value, i)
		}
	}
}
