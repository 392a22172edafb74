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

// special are the numbers that comparisons and signs treat in their own way.
var special = []float64{
	0, math.Copysign(0, -1), 1, -1, 2.5, -2.5, 0x1p-140, -0x1p-140, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(math.NaN(), -1),
}

// needVectors leaves a test out where the processor can't run it.
func needVectors(t *testing.T) {
	if !vec.Usable() {
		t.Skip("this processor has no AVX2")
	}
}

// sameBits compares the elements of a vector with what num gives for one.
func sameBits(t *testing.T, name string, x, y, want float64, got []float64) {
	for _, g := range got {
		if math.IsNaN(want) {
			assert.True(t, math.IsNaN(g), "%s(%v, %v) is %v, not NaN", name, x, y, g)
			continue
		}
		assert.Equal(t, math.Float64bits(want), math.Float64bits(g), "%s(%v, %v) is %v, not %v", name, x, y, g, want)
	}
}

func TestMaxAndMin(t *testing.T) {
	needVectors(t)
	for _, x := range special {
		for _, y := range special {
			x32, y32 := archsimd.BroadcastFloat32x8(float32(x)), archsimd.BroadcastFloat32x8(float32(y))
			x64, y64 := archsimd.BroadcastFloat64x4(x), archsimd.BroadcastFloat64x4(y)
			sameBits(t, "Max32", x, y, num.Max(x, y), wide(vec.Max32(x32, y32)))
			sameBits(t, "Max64", x, y, num.Max(x, y), elements(vec.Max64(x64, y64)))
			sameBits(t, "Min32", x, y, num.Min(x, y), wide(vec.Min32(x32, y32)))
			sameBits(t, "Min64", x, y, num.Min(x, y), elements(vec.Min64(x64, y64)))
		}
	}
}

func TestFunctionsOfOneNumber(t *testing.T) {
	needVectors(t)
	for _, x := range special {
		x32, x64 := archsimd.BroadcastFloat32x8(float32(x)), archsimd.BroadcastFloat64x4(x)
		sameBits(t, "Abs32", x, x, num.Abs(x), wide(vec.Abs32(x32)))
		sameBits(t, "Abs64", x, x, num.Abs(x), elements(vec.Abs64(x64)))
		sameBits(t, "Sign32", x, x, num.Sign(x), wide(vec.Sign32(x32)))
		sameBits(t, "Sign64", x, x, num.Sign(x), elements(vec.Sign64(x64)))
		sameBits(t, "Neg32", x, x, -x, wide(vec.Neg32(x32)))
		sameBits(t, "Neg64", x, x, -x, elements(vec.Neg64(x64)))
	}
}

func elements(x archsimd.Float64x4) []float64 {
	s := make([]float64, 4)
	x.StoreSlice(s)
	return s
}

func wide(x archsimd.Float32x8) []float64 {
	s := make([]float32, 8)
	x.StoreSlice(s)
	out := make([]float64, 8)
	for i := range s {
		out[i] = float64(s[i])
	}
	return out
}

func TestMasks(t *testing.T) {
	needVectors(t)
	for n := range 9 {
		assert.Equal(t, uint8(1<<n-1), vec.First32(n).ToBits())
		assert.Equal(t, ^uint8(1<<n-1), vec.Not32(vec.First32(n)).ToBits())
	}
	for n := range 5 {
		assert.Equal(t, uint8(1<<n-1), vec.First64(n).ToBits())
		assert.Equal(t, uint8(1<<n-1)^15, vec.Not64(vec.First64(n)).ToBits())
	}
	assert.Equal(t, []uint8{0, 255}, []uint8{vec.Mask32(false).ToBits(), vec.Mask32(true).ToBits()})
	assert.Equal(t, []uint8{0, 15}, []uint8{vec.Mask64(false).ToBits(), vec.Mask64(true).ToBits()})
}

// A reduction in vectors has the bits of num.Lanes, whatever the block's length.
func TestLanesAreNums(t *testing.T) {
	needVectors(t)
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
		sum, squares, top = sum.Add32(v), squares.AddSquare32(v), top.MaxAbs32(v)
	}
	return []float64{sum.Sum(), squares.Sum(), top.Max()}
}

func reduce64(x []float64) []float64 {
	var sum, squares, top vec.Lanes
	for i := 0; i < len(x); i += 4 {
		v := archsimd.LoadFloat64x4SlicePart(x[i:])
		sum, squares, top = sum.Add64(v, i/4), squares.AddSquare64(v, i/4), top.MaxAbs64(v, i/4)
	}
	return []float64{sum.Sum(), squares.Sum(), top.Max()}
}

// Whole vectors are the slice's own memory, as far as they go.
func TestWholeVectors(t *testing.T) {
	for n := range 20 {
		narrow, wide := make([]float32, n), make([]float64, n)
		assert.Len(t, vec.Whole32(narrow), n/8)
		assert.Len(t, vec.Whole64(wide), n/4)
		for i := range vec.Whole32(narrow) {
			assert.Same(t, &narrow[8*i+7], &vec.Whole32(narrow)[i][7])
		}
		for i := range vec.Whole64(wide) {
			assert.Same(t, &wide[4*i+3], &vec.Whole64(wide)[i][3])
		}
	}
	assert.Empty(t, vec.Whole32(nil))
	assert.Empty(t, vec.Whole64(nil))
}

// A NaN or an infinity anywhere is the greatest size.
func TestGreatestSizeIsNaN(t *testing.T) {
	needVectors(t)
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
