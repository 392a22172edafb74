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
func needVectors(t *testing.T, bits int) {
	if !vec.Runs(bits) {
		t.Skipf("this processor has no vectors of %d bits", bits)
	}
}

// sameBits compares the elements of a vector with what num gives for one.
func sameBits[T float32 | float64](t *testing.T, name string, x, y, want float64, got []T) {
	for _, g := range got {
		g := float64(g)
		if math.IsNaN(want) {
			assert.True(t, math.IsNaN(g), "%s(%v, %v) is %v, not NaN", name, x, y, g)
			continue
		}
		assert.Equal(t, math.Float64bits(want), math.Float64bits(g), "%s(%v, %v) is %v, not %v", name, x, y, g, want)
	}
}

func TestMaxAndMin256(t *testing.T) {
	needVectors(t, 256)
	for _, x := range special {
		for _, y := range special {
			x32, y32 := archsimd.BroadcastFloat32x8(float32(x)), archsimd.BroadcastFloat32x8(float32(y))
			x64, y64 := archsimd.BroadcastFloat64x4(x), archsimd.BroadcastFloat64x4(y)
			sameBits(t, "Max32x8", x, y, num.Max(x, y), of32x8(vec.Max32x8(x32, y32)))
			sameBits(t, "Max64x4", x, y, num.Max(x, y), of64x4(vec.Max64x4(x64, y64)))
			sameBits(t, "Min32x8", x, y, num.Min(x, y), of32x8(vec.Min32x8(x32, y32)))
			sameBits(t, "Min64x4", x, y, num.Min(x, y), of64x4(vec.Min64x4(x64, y64)))
		}
	}
}

func TestMaxAndMin512(t *testing.T) {
	needVectors(t, 512)
	for _, x := range special {
		for _, y := range special {
			x32, y32 := archsimd.BroadcastFloat32x16(float32(x)), archsimd.BroadcastFloat32x16(float32(y))
			x64, y64 := archsimd.BroadcastFloat64x8(x), archsimd.BroadcastFloat64x8(y)
			sameBits(t, "Max32x16", x, y, num.Max(x, y), of32x16(vec.Max32x16(x32, y32)))
			sameBits(t, "Max64x8", x, y, num.Max(x, y), of64x8(vec.Max64x8(x64, y64)))
			sameBits(t, "Min32x16", x, y, num.Min(x, y), of32x16(vec.Min32x16(x32, y32)))
			sameBits(t, "Min64x8", x, y, num.Min(x, y), of64x8(vec.Min64x8(x64, y64)))
		}
	}
}

func TestFunctionsOfOneNumber256(t *testing.T) {
	needVectors(t, 256)
	for _, x := range special {
		x32, x64 := archsimd.BroadcastFloat32x8(float32(x)), archsimd.BroadcastFloat64x4(x)
		sameBits(t, "Abs32x8", x, x, num.Abs(x), of32x8(vec.Abs32x8(x32)))
		sameBits(t, "Abs64x4", x, x, num.Abs(x), of64x4(vec.Abs64x4(x64)))
		sameBits(t, "Sign32x8", x, x, num.Sign(x), of32x8(vec.Sign32x8(x32)))
		sameBits(t, "Sign64x4", x, x, num.Sign(x), of64x4(vec.Sign64x4(x64)))
		sameBits(t, "Neg32x8", x, x, -x, of32x8(vec.Neg32x8(x32)))
		sameBits(t, "Neg64x4", x, x, -x, of64x4(vec.Neg64x4(x64)))
	}
}

func TestFunctionsOfOneNumber512(t *testing.T) {
	needVectors(t, 512)
	for _, x := range special {
		x32, x64 := archsimd.BroadcastFloat32x16(float32(x)), archsimd.BroadcastFloat64x8(x)
		sameBits(t, "Abs32x16", x, x, num.Abs(x), of32x16(vec.Abs32x16(x32)))
		sameBits(t, "Abs64x8", x, x, num.Abs(x), of64x8(vec.Abs64x8(x64)))
		sameBits(t, "Sign32x16", x, x, num.Sign(x), of32x16(vec.Sign32x16(x32)))
		sameBits(t, "Sign64x8", x, x, num.Sign(x), of64x8(vec.Sign64x8(x64)))
		sameBits(t, "Neg32x16", x, x, -x, of32x16(vec.Neg32x16(x32)))
		sameBits(t, "Neg64x8", x, x, -x, of64x8(vec.Neg64x8(x64)))
	}
}

func of32x8(x archsimd.Float32x8) []float32 {
	var s [8]float32
	x.Store(&s)
	return s[:]
}

func of64x4(x archsimd.Float64x4) []float64 {
	var s [4]float64
	x.Store(&s)
	return s[:]
}

func of32x16(x archsimd.Float32x16) []float32 {
	var s [16]float32
	x.Store(&s)
	return s[:]
}

func of64x8(x archsimd.Float64x8) []float64 {
	var s [8]float64
	x.Store(&s)
	return s[:]
}

func TestMasks256(t *testing.T) {
	needVectors(t, 256)
	for n := range 9 {
		assert.Equal(t, uint8(1<<n-1), vec.First32x8(n).ToBits())
		assert.Equal(t, ^uint8(1<<n-1), vec.Not32x8(vec.First32x8(n)).ToBits())
	}
	for n := range 5 {
		assert.Equal(t, uint8(1<<n-1), vec.First64x4(n).ToBits())
		assert.Equal(t, uint8(1<<n-1)^15, vec.Not64x4(vec.First64x4(n)).ToBits())
	}
	assert.Equal(t, []uint8{0, 255}, []uint8{vec.Mask32x8(false).ToBits(), vec.Mask32x8(true).ToBits()})
	assert.Equal(t, []uint8{0, 15}, []uint8{vec.Mask64x4(false).ToBits(), vec.Mask64x4(true).ToBits()})
}

func TestMasks512(t *testing.T) {
	needVectors(t, 512)
	for n := range 17 {
		first := archsimd.Mask32x16FromBits(1<<n - 1)
		assert.Equal(t, ^uint16(1<<n-1), vec.Not32x16(first).ToBits())
	}
	for n := range 9 {
		first := archsimd.Mask64x8FromBits(1<<n - 1)
		assert.Equal(t, ^uint8(1<<n-1), vec.Not64x8(first).ToBits())
	}
	assert.Equal(t, []uint16{0, 0xffff}, []uint16{vec.Mask32x16(false).ToBits(), vec.Mask32x16(true).ToBits()})
	assert.Equal(t, []uint8{0, 0xff}, []uint8{vec.Mask64x8(false).ToBits(), vec.Mask64x8(true).ToBits()})
}

// Whole vectors are the slice's own memory, as far as they go.
func TestWholeVectors(t *testing.T) {
	for n := range 40 {
		narrow, wide := make([]float32, n), make([]float64, n)
		assert.Len(t, vec.Whole32x8(narrow), n/8)
		assert.Len(t, vec.Whole64x4(wide), n/4)
		assert.Len(t, vec.Whole32x16(narrow), n/16)
		assert.Len(t, vec.Whole64x8(wide), n/8)
		for i := range vec.Whole32x8(narrow) {
			assert.Same(t, &narrow[8*i+7], &vec.Whole32x8(narrow)[i][7])
		}
		for i := range vec.Whole64x4(wide) {
			assert.Same(t, &wide[4*i+3], &vec.Whole64x4(wide)[i][3])
		}
		for i := range vec.Whole32x16(narrow) {
			assert.Same(t, &narrow[16*i+15], &vec.Whole32x16(narrow)[i][15])
		}
		for i := range vec.Whole64x8(wide) {
			assert.Same(t, &wide[8*i+7], &vec.Whole64x8(wide)[i][7])
		}
	}
	for n := range 140 {
		narrow, wide := make([]float32, n), make([]float64, n)
		assert.Len(t, vec.Fours32x8(narrow), n/32)
		assert.Len(t, vec.Fours64x4(wide), n/16)
		assert.Len(t, vec.Fours32x16(narrow), n/64)
		assert.Len(t, vec.Fours64x8(wide), n/32)
	}
	narrow, wide := make([]float32, 140), make([]float64, 140)
	assert.Same(t, &narrow[32+2*8+7], &vec.Fours32x8(narrow)[1][2][7])
	assert.Same(t, &wide[16+2*4+3], &vec.Fours64x4(wide)[1][2][3])
	assert.Same(t, &narrow[64+2*16+15], &vec.Fours32x16(narrow)[1][2][15])
	assert.Same(t, &wide[32+2*8+7], &vec.Fours64x8(wide)[1][2][7])
	assert.Empty(t, vec.Whole32x8(nil))
	assert.Empty(t, vec.Whole64x8(nil))
}
