package abi

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// crew is the threads that share the jobs of a step with its caller. Each has its
// share of them, the same in every step, so that what it wrote in the last step
// may still be in its core's cache; and takes from others what they have not begun
// when its own share is done. Between steps they sleep. One that wakes late finds
// no job left, or helps in the next step; the caller waits only for jobs that have
// been begun.
type crew struct {
	do      func(job int)
	shares  []share // the caller's, and one of each helper
	helpers []helper
	left    atomic.Int64 // jobs that are not done yet

	waiting atomic.Bool   // the caller sleeps until done
	done    chan struct{} // the last job of the step is done
	failed  atomic.Pointer[Panic]
}

// helper is a thread beside the caller's. It sleeps in the read of a file: the
// scheduler runs at once who waits for the network poller, but keeps a goroutine
// that a channel wakes for the thread that woke it, and others wait 50 µs and more
// until they take it.
type helper struct {
	asleep      atomic.Bool
	read, write *os.File
}

// token is what calls a helper: the number 1, as an eventfd takes it.
var token = binary.NativeEndian.AppendUint64(nil, 1)

// Panic is the value with which a step panics: a kernel's panic, in whichever
// thread it was.
type Panic struct {
	Value any
	Stack []byte // of the kernel's goroutine
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// newCrew starts n threads beside the caller's, or as many as can be called: the
// system may have no more files.
func newCrew(n, jobs int, do func(job int)) *crew {
	c := &crew{do: do, helpers: make([]helper, n), done: make(chan struct{}, 1)}
	for i := range c.helpers {
		read, write, err := newCall()
		if err != nil {
			c.helpers = c.helpers[:i]
			break
		}
		c.helpers[i].read, c.helpers[i].write = read, write
	}
	c.shares = make([]share, 1+len(c.helpers))
	for i := range c.shares {
		c.shares[i].first, c.shares[i].end = uint32(jobs*i/len(c.shares)), uint32(jobs*(i+1)/len(c.shares))
	}
	for i := range c.helpers {
		go c.help(&c.helpers[i], 1+i)
	}
	return c
}

func (c *crew) help(h *helper, index int) {
	debug.SetPanicOnFault(true) // as the caller may have; it is the goroutine's own
	defer h.read.Close()
	for heard := make([]byte, len(token)); ; {
		c.work(index)
		h.asleep.Store(true)
		c.work(index) // in a step that has just begun and took the helper for awake
		if _, err := h.read.Read(heard); err != nil {
			return
		}
	}
}

// run does all jobs of a step.
func (c *crew) run() {
	jobs := int64(c.shares[len(c.shares)-1].end)
	c.left.Store(jobs)
	for i := range c.shares {
		c.shares[i].fill()
	}
	for i := range c.helpers {
		if h := &c.helpers[i]; h.asleep.Swap(false) {
			_, _ = h.write.Write(token) // where that fails, others do its share
		}
	}
	c.work(0)
	c.await()
	if p := c.failed.Swap(nil); p != nil {
		panic(p)
	}
}

// work does jobs until none is left to begin: a share from its front, then what is
// left of others from their back.
func (c *crew) work(index int) {
	c.empty(&c.shares[index], (*share).front)
	for i := range c.shares {
		c.empty(&c.shares[i], (*share).back)
	}
}

func (c *crew) empty(s *share, take func(*share) (job int, more bool)) {
	for job, more := take(s); more; job, more = take(s) {
		c.one(job)
	}
}

func (c *crew) one(job int) {
	defer func() {
		if p := recover(); p != nil {
			c.failed.CompareAndSwap(nil, &Panic{p, debug.Stack()})
		}
		if c.left.Add(-1) == 0 && c.waiting.Swap(false) {
			c.done <- struct{}{}
		}
	}()
	c.do(job)
}

// patience is how long the caller stays awake, giving way, for the jobs that others
// have begun. A job takes 5 to 100 µs, and to sleep and wake again about as long.
const patience = 100 * time.Microsecond

// await returns when all jobs are done. A helper that was held up since the last
// job of the step before may only now see that the caller waits, and say so; hence
// the loop.
func (c *crew) await() {
	for begun := time.Now(); time.Since(begun) < patience; {
		if c.left.Load() == 0 {
			return
		}
		GiveWay()
	}
	for c.left.Load() != 0 {
		c.waiting.Store(true)
		if c.left.Load() == 0 && c.waiting.Swap(false) {
			return // nobody will say so
		}
		<-c.done
	}
}

func (c *crew) close() {
	for i := range c.helpers {
		_ = c.helpers[i].write.Close()
	}
}

// share is the jobs from first to end, of which some are not begun yet: those from
// the lower half of open to its upper half.
type share struct {
	open       atomic.Uint64
	first, end uint32
	_          [112]byte // the next share is in other lines of the cache
}

func (s *share) fill() { s.open.Store(uint64(s.end)<<32 | uint64(s.first)) }

// front takes the share's next job.
func (s *share) front() (job int, more bool) {
	for {
		open := s.open.Load()
		first, end := uint32(open), uint32(open>>32)
		if first == end {
			return 0, false
		}
		if s.open.CompareAndSwap(open, open+1) {
			return int(first), true
		}
	}
}

// back takes the share's last job.
func (s *share) back() (job int, more bool) {
	for {
		open := s.open.Load()
		first, end := uint32(open), uint32(open>>32)
		if first == end {
			return 0, false
		}
		if s.open.CompareAndSwap(open, open-1<<32) {
			return int(end - 1), true
		}
	}
}
