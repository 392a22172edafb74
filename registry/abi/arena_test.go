package abi_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// TestViewsEndWithTheirValues: nobody can append into the next tensor.
func TestViewsEndWithTheirValues(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{3, 5}, []int{0, 1}))
	require.NoError(t, err)
	assert.Equal(t, 3, cap(abi.Theta[float32](a, 0)))
	assert.Equal(t, 5, cap(abi.Grad[float32](a, 1)))
	assert.Equal(t, 3, cap(abi.State[float32](a, 0, 0)))
	assert.Equal(t, 2, cap(a.Hypers(0)))
	assert.Equal(t, 2, cap(a.Steps()))
}

// TestViewsShareMemory: what one writes another reads, and nothing else changes.
func TestViewsShareMemory(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F64, []int{2, 2}, []int{0, 1}))
	require.NoError(t, err)
	abi.State[float64](a, 3, 1)[1] = 7
	a.Hypers(1)[0] = 8
	a.Steps()[1] = 9
	assert.Equal(t, []float64{0, 7}, abi.State[float64](a, 3, 1))
	assert.Equal(t, []float64{0, 0}, abi.State[float64](a, 3, 0))
	assert.Equal(t, []float64{0, 0}, abi.State[float64](a, 2, 1))
	assert.Equal(t, []float64{8, 0}, a.Hypers(1))
	assert.Equal(t, []float64{0, 0}, a.Hypers(0))
	assert.Equal(t, []int64{0, 9}, a.Steps())
}

// TestFlatRegions: what steps all tensors at once finds them where the views do.
func TestFlatRegions(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F64, []int{9, 2}, []int{0, 1}))
	require.NoError(t, err)
	for tensor := range 2 {
		at := a.Offset(tensor)
		assert.Equal(t, unsafe.Pointer(&abi.Theta[float64](a, tensor)[0]), unsafe.Add(a.Region(0), at))
		assert.Equal(t, unsafe.Pointer(&abi.Grad[float64](a, tensor)[0]), unsafe.Add(a.Region(1), at))
		assert.Equal(t, unsafe.Pointer(&abi.State[float64](a, 0, tensor)[0]), unsafe.Add(a.Region(2), at))
		assert.Equal(t, unsafe.Pointer(&abi.State[float64](a, 3, tensor)[0]), unsafe.Add(a.Region(2), 3*a.Stride()+at))
	}
}

// TestDoorbellIsInTheHeader behind what OpenArena looks at.
func TestDoorbellIsInTheHeader(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.NoError(t, err)
	ring, answer := a.Doorbell()
	assert.Equal(t, []uint32{0, 0}, []uint32{*ring, *answer})
	*ring, *answer = 0x01020304, 0x05060708
	assert.Equal(t, []byte{4, 3, 2, 1, 8, 7, 6, 5}, a.Bytes()[24:32])
}

func TestWrongDTypePanics(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{2}, []int{0}))
	require.NoError(t, err)
	assert.PanicsWithValue(t, "abi: an arena of f32 read as f64", func() { abi.Theta[float64](a, 0) })
}

func TestOpenArena(t *testing.T) {
	l := layout(t, 0, abi.F32, []int{3}, []int{0})
	mem := memory(l.Size())
	_, err := abi.OpenArena(l, mem)
	require.ErrorContains(t, err, "is no arena of protocol 1")
	made, err := abi.NewArena(l, mem)
	require.NoError(t, err)
	opened, err := abi.OpenArena(l, mem)
	require.NoError(t, err)
	abi.Theta[float32](made, 0)[2] = 5
	assert.Equal(t, []float32{0, 0, 5}, abi.Theta[float32](opened, 0))
	for _, at := range []int{0, 8, 16} {
		mem[at]++
		_, err = abi.OpenArena(l, mem)
		assert.ErrorContains(t, err, "is no arena of protocol 1", "byte %d of the header", at)
		mem[at]--
	}
}

func TestArenaMemoryErrors(t *testing.T) {
	l := layout(t, 0, abi.F32, []int{3}, []int{0})
	mem := memory(l.Size() + 8)
	for _, make := range []func(*abi.Layout, []byte) (*abi.Arena, error){abi.NewArena, abi.OpenArena} {
		_, err := make(l, nil)
		assert.ErrorContains(t, err, "the shared memory has 0 bytes, the layout needs 57344")
		_, err = make(l, mem)
		assert.ErrorContains(t, err, "the shared memory has 57352 bytes, the layout needs 57344")
		_, err = make(l, mem[8:])
		assert.ErrorContains(t, err, "not aligned to 64 bytes")
		_, err = make(&abi.Layout{}, mem)
		assert.ErrorContains(t, err, "the layout has protocol 0")
	}
}

func TestDType(t *testing.T) {
	assert.Equal(t, []int{4, 8}, []int{abi.F32.Size(), abi.F64.Size()})
	assert.Equal(t, []abi.DType{abi.F32, abi.F64}, []abi.DType{abi.DTypeOf[float32](), abi.DTypeOf[float64]()})
	d, err := abi.ParseDType("f64")
	require.NoError(t, err)
	assert.Equal(t, abi.F64, d)
	_, err = abi.ParseDType("f16")
	assert.EqualError(t, err, `"f16" is no dtype; it is f32 or f64`)
}
