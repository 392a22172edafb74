package bench

import "crypto/subtle"

// limitTraffic is what the limit's pass moves, in bytes for each byte of its
// memory: of two halves x and y it reads both and writes y.
const limitTraffic = 1.5

// offset keeps x and y from starting at the same place of a page, where they
// would compete for the same lines of the cache.
const offset = 4096 + 320

// Limit is a pass over that many bytes of memory that does next to no arithmetic:
// y ^= x. Like an optimizer's step, and like the axpy y += a*x that is the usual
// limit, it reads two vectors and writes one of them in place. Exclusive or is
// taken because the standard library has it with vector instructions for every
// common processor. A loop of y += a*x that Go compiles has none, and reaches the
// memory's speed only where the memory is slow. In the first-level cache,
// kernels with wider vectors than the library's can be faster than this limit.
func Limit(bytes int) func() error {
	half := max(bytes/2, 1)
	memory := make([]byte, 2*half+offset)
	for i := range memory { // pages that were never written are all the same one
		memory[i] = byte(i)
	}
	y, x := memory[:half], memory[half+offset:]
	return func() error {
		subtle.XORBytes(y, y, x)
		return nil
	}
}
