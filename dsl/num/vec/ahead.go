//go:build goexperiment.simd && amd64

package vec

import (
	"sync/atomic"
	"unsafe"
)

// Strip is how many vectors of each tensor a loop reads ahead. Six and eight gain
// time, four gain none, and ten lose some (Zen 5).
const Strip = 8

// ReadAhead reads the vectors from first to end of some tensors, one tensor after
// the other, into the cache, for the loop that comes to them. To read a strip of a
// tensor at a time from memory is faster than a line of each in turns.
func ReadAhead[V [16]float32 | [8]float64](first, end int, tensors ...[]V) {
	for _, t := range tensors {
		for i := first; i < end; i++ {
			// One load of the line. The compiler keeps it, since it is atomic.
			atomic.LoadUint32((*uint32)(unsafe.Pointer(&t[i])))
		}
	}
}
