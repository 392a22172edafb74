package bench

import (
	"crypto/subtle"
	"sync"
	"sync/atomic"
)

const (
	// limitTraffic is what a pass of the limit moves, in bytes for each byte of its
	// memory: of two halves x and y it reads both and writes y.
	limitTraffic = 1.5
	// offset keeps x and y from starting at the same place of a page, where they
	// would compete for the same lines of the cache.
	offset = 4096 + 320
	// alone is the bytes of memory up to which a pass has one thread, since waking
	// another would cost about what it saves; an engine has such a bound too.
	alone = 4 << 20
	// chunk is the bytes of y that a thread takes at once.
	chunk = 128 << 10
)

// Limit is a pass over that many bytes of memory, by as many threads, that does
// next to no arithmetic: y ^= x. Like an optimizer's step, and like the axpy
// y += a*x that is the usual limit, it reads two vectors and writes one of them in
// place. Exclusive or is taken because the standard library has it with vector
// instructions for every common processor. A loop of y += a*x that Go compiles has
// none, and reaches the memory's speed only where the memory is slow. In the
// first-level cache, kernels with wider vectors than the library's can be faster
// than this limit.
func Limit(bytes, threads int) func() error {
	p := newPass(bytes)
	if bytes <= alone {
		threads = 1
	}
	return func() error {
		p.run(threads)
		return nil
	}
}

// pass is one pass of the limit, which threads share.
type pass struct {
	x, y []byte
	next atomic.Int64 // where the next chunk begins
}

func newPass(bytes int) *pass {
	half := max(bytes/2, 1)
	memory := make([]byte, 2*half+offset)
	for i := range memory { // pages that were never written are all the same one
		memory[i] = byte(i)
	}
	return &pass{y: memory[:half], x: memory[half+offset:]}
}

func (p *pass) run(threads int) {
	if threads == 1 {
		subtle.XORBytes(p.y, p.y, p.x)
		return
	}
	p.next.Store(0)
	var others sync.WaitGroup
	for range threads - 1 {
		others.Go(p.work)
	}
	p.work()
	others.Wait()
}

// work does chunks until none is left.
func (p *pass) work() {
	for {
		begin := int(p.next.Add(chunk) - chunk)
		if begin >= len(p.y) {
			return
		}
		end := min(begin+chunk, len(p.y))
		subtle.XORBytes(p.y[begin:end], p.y[begin:end], p.x[begin:end])
	}
}
