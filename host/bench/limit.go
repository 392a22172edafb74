package bench

import (
	"crypto/subtle"
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

const (
	// limitTraffic is what a pass of the limit moves, in bytes for each byte of its
	// memory: of two halves x and y it reads both and writes y.
	limitTraffic = 1.5
	// alone is the bytes of memory up to which a pass has one thread, since waking
	// another would cost about what it saves; an engine has such a bound too.
	alone = 4 << 20
)

// Limit is a pass over about that many bytes of memory, by as many threads, that
// does next to no arithmetic: y ^= x. Like an optimizer's step, and like the axpy
// y += a*x that is the usual limit, it reads two vectors and writes one of them in
// place. Exclusive or is taken because the standard library has it with vector
// instructions for every common processor. A loop of y += a*x that Go compiles has
// none, and reaches the memory's speed only where the memory is slow. In the
// first-level cache, kernels with wider vectors than the library's can be faster
// than this limit. Threads share a pass as they share a step of an engine. The
// pass is at an end with end.
func Limit(bytes, threads int) (pass func() error, end func()) {
	arena := limitArena(bytes)
	if bytes <= alone {
		threads = 1
	}
	stepper := abi.NewStepper(limitRule, arena, threads)
	return func() error { stepper.Step(); return nil }, stepper.Close
}

// limitArena has y in the place of θ, and x in that of g.
func limitArena(bytes int) *abi.Arena {
	n := max(bytes/(2*abi.F32.Size()), 1)
	arena, err := abi.AllocArena(&abi.Layout{
		Protocol: abi.Protocol, DType: abi.F32, Groups: 1, Lens: []int{n}, Group: []int{0},
	})
	if err != nil {
		panic(err) // an engine has been given as much
	}
	for _, part := range [][]float32{abi.Theta[float32](arena, 0), abi.Grad[float32](arena, 0)} {
		memory := bytesOf(part)
		for i := range memory { // pages that were never written are all the same one
			memory[i] = byte(i)
		}
	}
	arena.Steps()[0] = 1
	return arena
}

// limitRule has the kernel y ^= x.
var limitRule = &abi.Rule{Kernels: []abi.Kernel{{F32: exclusiveOr, Elementwise: true}}}

func exclusiveOr(u *abi.Update[float32]) {
	y := bytesOf(u.Theta)
	subtle.XORBytes(y, y, bytesOf(u.Grad))
}

func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*abi.F32.Size())
}
