package spec

import (
	"bytes"
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

// numbers are the values of one tensor in one region of an arena, of either
// dtype. Setting rounds to the dtype.
type numbers interface {
	size() int
	at(i int) float64
	set(i int, x float64)
	span() (first unsafe.Pointer, bytes int)
}

type values[T abi.Float] []T

func (v values[T]) size() int            { return len(v) }
func (v values[T]) at(i int) float64     { return float64(v[i]) }
func (v values[T]) set(i int, x float64) { v[i] = T(x) }
func (v values[T]) span() (unsafe.Pointer, int) {
	return unsafe.Pointer(unsafe.SliceData(v)), len(v) * int(unsafe.Sizeof(T(0)))
}

func thetaOf(a *abi.Arena, tensor int) numbers {
	if a.Layout().DType == abi.F64 {
		return values[float64](abi.Theta[float64](a, tensor))
	}
	return values[float32](abi.Theta[float32](a, tensor))
}

func gradOf(a *abi.Arena, tensor int) numbers {
	if a.Layout().DType == abi.F64 {
		return values[float64](abi.Grad[float64](a, tensor))
	}
	return values[float32](abi.Grad[float32](a, tensor))
}

func stateOf(a *abi.Arena, buffer, tensor int) numbers {
	if a.Layout().DType == abi.F64 {
		return values[float64](abi.State[float64](a, buffer, tensor))
	}
	return values[float32](abi.State[float32](a, buffer, tensor))
}

// The header of an arena: magic, protocol and size, and the doorbell's words, of
// which host and engine make what they will.
const (
	magicBytes  = 24
	headerBytes = 32 // with the doorbell
)

// sameContent compares all of two arenas but the doorbells.
func sameContent(a, b *abi.Arena) bool {
	return bytes.Equal(a.Bytes()[:magicBytes], b.Bytes()[:magicBytes]) &&
		bytes.Equal(a.Bytes()[headerBytes:], b.Bytes()[headerBytes:])
}

// gaps marks the bytes of an arena that belong to nothing: what lies between
// the tensors and behind the last.
func gaps(a *abi.Arena) []bool {
	gap := make([]bool, len(a.Bytes()))
	for i := range gap {
		gap[i] = true
	}
	mark := func(first unsafe.Pointer, bytes int) {
		if bytes == 0 {
			return
		}
		from := uintptr(first) - uintptr(unsafe.Pointer(unsafe.SliceData(a.Bytes())))
		for i := range bytes {
			gap[int(from)+i] = false
		}
	}
	clear(gap[:headerBytes])
	l := a.Layout()
	for g := range l.Groups {
		h := a.Hypers(g)
		mark(unsafe.Pointer(unsafe.SliceData(h)), 8*len(h))
	}
	mark(unsafe.Pointer(unsafe.SliceData(a.Steps())), 8*len(l.Lens))
	for i := range l.Lens {
		mark(thetaOf(a, i).span())
		mark(gradOf(a, i).span())
		for b := range l.Buffers {
			mark(stateOf(a, b, i).span())
		}
	}
	return gap
}
