package abi

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// Arena is the memory of one run, laid out as Layout says. The host owns it and
// creates it; a plugin opens the same memory. An arena has no locks: host and
// plugin take turns, a step at a time.
type Arena struct {
	layout  *Layout
	mem     []byte
	regions []int // where each region starts
	offsets []int // where each tensor starts in a region
}

// magic begins every arena.
const magic = "optcare1"

// NewArena lays a new arena out in mem, which must be zero, aligned to 64 bytes
// and Layout.Size long.
func NewArena(l *Layout, mem []byte) (*Arena, error) {
	a, err := mapArena(l, mem)
	if err != nil {
		return nil, err
	}
	copy(mem, magic)
	binary.LittleEndian.PutUint64(mem[8:], Protocol)
	binary.LittleEndian.PutUint64(mem[16:], uint64(len(mem)))
	return a, nil
}

// OpenArena opens memory in which another process has made a new arena.
func OpenArena(l *Layout, mem []byte) (*Arena, error) {
	a, err := mapArena(l, mem)
	if err != nil {
		return nil, err
	}
	protocol, size := binary.LittleEndian.Uint64(mem[8:]), binary.LittleEndian.Uint64(mem[16:])
	if string(mem[:8]) != magic || protocol != Protocol || size != uint64(len(mem)) {
		return nil, fmt.Errorf("the shared memory is no arena of protocol %d with %d bytes", Protocol, len(mem))
	}
	return a, nil
}

// AllocArena makes an arena in this process's own memory.
func AllocArena(l *Layout) (*Arena, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	size := l.Size()
	mem := make([]byte, size+alignment)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(mem)))) & (alignment - 1)
	return NewArena(l, mem[skip:skip+size])
}

func mapArena(l *Layout, mem []byte) (*Arena, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	if size := l.Size(); len(mem) != size {
		return nil, fmt.Errorf("the shared memory has %d bytes, the layout needs %d", len(mem), size)
	}
	if uintptr(unsafe.Pointer(unsafe.SliceData(mem)))%alignment != 0 {
		return nil, fmt.Errorf("the arena's memory is not aligned to %d bytes", alignment)
	}
	a := &Arena{layout: l, mem: mem}
	first, stride := l.regionsAt()
	for r := range l.regions() {
		a.regions = append(a.regions, first+r*stride)
	}
	at := 0
	for i := range l.Lens {
		a.offsets = append(a.offsets, at)
		at += l.span(i)
	}
	return a, nil
}

// Layout is what the arena was made by. It must not be changed.
func (a *Arena) Layout() *Layout { return a.layout }

// Bytes are all of the arena's memory, what lies between the tensors among it.
// The first 64, the header, are to be left alone.
func (a *Arena) Bytes() []byte { return a.mem }

// Doorbell is the two words of the header by which host and plugin call each
// other; they are read and written by atomic operations alone. Package wire says
// what they mean.
func (a *Arena) Doorbell() (ring, answer *uint32) {
	words := view[uint32](a.mem, doorbellAt, 2)
	return &words[0], &words[1]
}

// Hypers are the hyperparameters of a group in the coming step, in the
// manifest's order, to read and write.
func (a *Arena) Hypers(group int) []float64 {
	at := headerBytes + 8*group*a.layout.Hypers
	return view[float64](a.mem, at, a.layout.Hypers)
}

// Steps are the numbers of each tensor's coming step, from 1, or 0 where the
// tensor is left alone; to read and write.
func (a *Arena) Steps() []int64 { return view[int64](a.mem, a.layout.stepsAt(), len(a.layout.Lens)) }

// Region is where θ (0), g (1) or a buffer of states (2 and on) begins, for those
// who step all tensors at once; the next one begins Stride bytes on.
func (a *Arena) Region(index int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(a.mem)), a.regions[0]+index*a.Stride())
}

// Stride is the bytes from the start of one region to that of the next.
func (a *Arena) Stride() int { return a.regions[1] - a.regions[0] }

// Offset is where a tensor begins in each region, in bytes.
func (a *Arena) Offset(tensor int) int { return a.offsets[tensor] }

// Theta are the parameters of a tensor. T must be the Go type of the dtype.
func Theta[T Float](a *Arena, tensor int) []T { return values[T](a, 0, tensor) }

// Grad are the gradients of a tensor.
func Grad[T Float](a *Arena, tensor int) []T { return values[T](a, 1, tensor) }

// State is a buffer of a tensor's states, 0-based: the slots of the variant in
// order, and the buffers of a slot in order.
func State[T Float](a *Arena, buffer, tensor int) []T { return values[T](a, 2+buffer, tensor) }

func values[T Float](a *Arena, region, tensor int) []T {
	if DTypeOf[T]() != a.layout.DType {
		panic(fmt.Sprintf("abi: an arena of %s read as %s", a.layout.DType, DTypeOf[T]()))
	}
	return view[T](a.mem, a.regions[region]+a.offsets[tensor], a.layout.Lens[tensor])
}

// view is n values of mem from an offset on. The capacity ends with them.
func view[T any](mem []byte, at, n int) []T {
	if n == 0 {
		return []T{}
	}
	size := int(unsafe.Sizeof(*new(T)))
	part := mem[at : at+n*size : at+n*size]
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(part))), n)
}
