//go:build goexperiment.simd && amd64

package vec_test

import (
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num/vec"
)

// TestReadAheadReads each of the vectors that come next, and nothing behind the
// last: a read of what is protected panics.
func TestReadAheadReads(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	defer func() { assert.NoError(t, syscall.Munmap(mem)) }()
	tensor := vec.Whole32x16(unsafe.Slice((*float32)(unsafe.Pointer(&mem[0])), len(mem)/4))
	require.NoError(t, syscall.Mprotect(mem[page:], syscall.PROT_NONE))
	readable := page / 64
	other := make([][16]float32, len(tensor))
	reads := func(first, end int, tensors ...[][16]float32) func() {
		return func() { vec.ReadAhead(first, end, tensors...) }
	}
	for first := range readable {
		for end := first; end <= readable; end++ {
			assert.NotPanics(t, reads(first, end, other, tensor))
		}
		assert.Panics(t, reads(first, readable+1, other, tensor), "from %d on", first)
		assert.Panics(t, reads(first, readable+1, tensor, other), "from %d on", first)
	}
}
