package abi

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// Work is the steps of one arena by the kernels of one rule, cut into jobs for
// threads that share it. Large tensors are cut into parts and small ones taken
// together, so that all jobs are about as long. A job writes what no other job
// reads; so the bits do not depend on the number of threads.
//
// The threads are equal. Each does jobs of the step under way while there are any
// to begin, and whichever does the last one ends the step; one that comes late
// finds none left. A thread begins with its own share, which is the same in every
// step, so that what it wrote in the last step may still be in its core's cache,
// and goes on with what others have not begun.
type Work struct {
	arena  *Arena
	do     func(job int, far bool)
	jobs   uint64
	shares []share       // one of each thread
	done   atomic.Uint64 // jobs of all steps
	failed atomic.Pointer[Panic]
	far    atomic.Uint64 // a step's number, and whether its tensors are far in the last bit
}

// Panic is the value with which a step panics: a kernel's panic, in whichever
// thread it was.
type Panic struct {
	Value any
	Stack []byte // of the kernel's goroutine
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// NewWork is the work on an arena whose layout fits the rule, for at most the given
// number of threads.
func NewWork(r *Rule, a *Arena, threads int) *Work {
	w := &Work{arena: a}
	threads = max(1, a.layout.threads(threads))
	jobs := 0
	if k := r.Kernel(a.layout.Variant); a.layout.DType == F64 {
		w.do, jobs = cut(a, k.F64, k.Elementwise, threads)
	} else {
		w.do, jobs = cut(a, k.F32, k.Elementwise, threads)
	}
	w.jobs = uint64(jobs)
	w.shares = make([]share, min(threads, jobs))
	for i := range w.shares {
		w.shares[i].first, w.shares[i].end = jobs*i/len(w.shares), jobs*(i+1)/len(w.shares)
	}
	return w
}

// Threads is for how many threads there is something to do.
func (w *Work) Threads() int { return len(w.shares) }

// Do does jobs of a step until none is left to begin, and is true if the step is
// over by that: of all calls for a step, one is. Steps are counted from 1, modulo
// 2^32; a step must not be begun before the one before is over. Threads are counted
// from 0. A call for a step that is over does nothing.
func (w *Work) Do(thread int, step uint32) (over bool) {
	over = w.empty(&w.shares[thread], step, false)
	for i := range w.shares {
		over = w.empty(&w.shares[i], step, true) || over
	}
	return over
}

// empty does what is left of a share, from its front or from its back.
func (w *Work) empty(s *share, step uint32, fromBack bool) (over bool) {
	for {
		job, more := s.take(step, fromBack)
		if !more {
			return over
		}
		over = w.one(job, step) || over
	}
}

func (w *Work) one(job int, step uint32) (last bool) {
	defer func() {
		if p := recover(); p != nil {
			w.failed.CompareAndSwap(nil, &Panic{p, debug.Stack()})
		}
		last = w.done.Add(1)%w.jobs == 0
	}()
	w.do(job, w.isFar(step))
	return
}

// isFar tells whether no cache holds the tensors of a step that is under way, those
// whose step number is not 0. The first jobs of a step look, and others know.
func (w *Work) isFar(step uint32) bool {
	least := 2 * lastCache()
	if len(w.arena.mem) < least {
		return false
	}
	if known := w.far.Load(); known>>1 == uint64(step) {
		return known&1 == 1
	}
	elements := 0
	for i, t := range w.arena.Steps() {
		if t != 0 {
			elements += w.arena.layout.Lens[i]
		}
	}
	l := w.arena.layout
	far := elements*l.DType.Size()*l.regions() >= least
	known := uint64(step) << 1
	if far {
		known |= 1
	}
	w.far.Store(known)
	return far
}

// Failure is the first panic of the step that is over, if there was one.
func (w *Work) Failure() *Panic {
	if w.failed.Load() == nil { // which costs less than an exchange
		return nil
	}
	return w.failed.Swap(nil)
}

// share is the jobs from first to end, and which of them have not been begun.
type share struct {
	open       atomic.Uint64
	first, end int
	_          [104]byte // the next share is in other lines of the cache
}

// open is the jobs of a step that have not been begun: those from first to end.
type open struct {
	step       uint32
	first, end uint16
}

// maxJobs is how many jobs an open can count.
const maxJobs = 1<<16 - 1

func (o open) pack() uint64 { return uint64(o.step)<<32 | uint64(o.first)<<16 | uint64(o.end) }

// left is what has not been begun of a step, and of what it was read. The first to
// ask for a step finds the numbers of the one before, of which nothing is left.
func (s *share) left(step uint32) (o open, packed uint64) {
	packed = s.open.Load()
	o = open{uint32(packed >> 32), uint16(packed >> 16), uint16(packed)}
	if int32(step-o.step) > 0 {
		o = open{step, uint16(s.first), uint16(s.end)}
	} else if o.step != step { // a later one: this step is over
		o.first = o.end
	}
	return o, packed
}

// take takes the first job that is left of a step, or the last.
func (s *share) take(step uint32, last bool) (job int, more bool) {
	for {
		o, packed := s.left(step)
		if o.first == o.end {
			return 0, false
		}
		if last {
			o.end--
			job = int(o.end)
		} else {
			job = int(o.first)
			o.first++
		}
		if s.open.CompareAndSwap(packed, o.pack()) {
			return job, true
		}
	}
}

// A job but the last has at least leastJob elements, beside which taking it costs
// nothing. In larger arenas it has more, up to largeJob, while each thread has
// jobsEach of them, with which all end a step nearly together: where a job begins,
// the processor must find out anew which lines it will want.
const (
	leastJob = 1 << 15
	largeJob = 1 << 17
	jobsEach = 16
)

// jobSize is the least elements of a job but the last, of an arena of so many
// elements and so many threads; no more than maxJobs are of it.
func jobSize(elements, threads int) int {
	return max(min(max(leastJob, elements/(jobsEach*threads)), largeJob), elements/maxJobs+1)
}

// cut cuts an arena's tensors into jobs for some threads, and gives the function
// that does one.
func cut[T Float](a *Arena, kernel func(*Update[T]), elementwise bool, threads int) (do func(job int, far bool), n int) {
	total := 0
	for _, n := range a.layout.Lens {
		total += n
	}
	least := jobSize(total, threads)
	updates := parts[T](a, elementwise, least)
	var ends []int // of each job, in updates
	size := 0
	for i := range updates {
		if size += len(updates[i].Theta); size >= least || i == len(updates)-1 {
			ends, size = append(ends, i+1), 0
		}
	}
	if len(ends) == 0 {
		ends = []int{0} // so that a step of no tensors is over, too
	}
	steps := a.Steps()
	return func(job int, far bool) {
		first := 0
		if job > 0 {
			first = ends[job-1]
		}
		clearUpper()
		for i := first; i < ends[job]; i++ {
			u := &updates[i]
			if u.T, u.Far = steps[u.Tensor], far; u.T != 0 {
				kernel(u)
			}
		}
	}, len(ends)
}

// parts are the updates of all tensors in order, a tensor in several of at most so
// many elements where they do not depend on one another.
func parts[T Float](a *Arena, elementwise bool, most int) []Update[T] {
	var list []Update[T]
	for i, n := range a.layout.Lens {
		length := n
		if elementwise {
			length = min(n, most)
		}
		for first := 0; ; first += length {
			end := min(first+length, n)
			list = append(list, part[T](a, i, first, end))
			if end == n {
				break
			}
		}
	}
	return list
}

// part is the update of a tensor's elements from first to end.
func part[T Float](a *Arena, tensor, first, end int) Update[T] {
	u := Update[T]{
		Seed: a.layout.Seed, Tensor: tensor, First: first,
		Hyper: a.Hypers(a.layout.Group[tensor]),
		Theta: Theta[T](a, tensor)[first:end:end], Grad: Grad[T](a, tensor)[first:end:end],
		State: make([][]T, a.layout.Buffers),
	}
	for b := range u.State {
		u.State[b] = State[T](a, b, tensor)[first:end:end]
	}
	return u
}
