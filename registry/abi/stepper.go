package abi

// Stepper steps the tensors of one arena by the kernels of one rule. It cuts
// large tensors into parts and takes small ones together, so that all jobs of a
// step are about as long, and shares the jobs among threads. A job writes what
// no other job reads; so the bits do not depend on the number of threads.
//
// A step allocates nothing. A Stepper is for one goroutine at a time.
type Stepper struct {
	crew *crew
	do   func(job int)
	jobs int
}

const (
	// grain is the elements of a job: few enough that the threads end a step
	// nearly together, and enough that taking a job costs nothing beside it.
	grain = 1 << 15
	// alone is the elements of an arena up to which waking another thread costs
	// what it saves after a pause: at twice as many, two threads take 0.75 (Adam) to
	// 1.0 (PNM) of one's time with vectors, and 0.55 to 0.65 in steps one after
	// another.
	alone = 1 << 18
)

// NewStepper is a stepper for an arena whose layout fits the rule, with at most
// the given number of threads, the caller's included. Its owner must Close it.
func NewStepper(r *Rule, a *Arena, threads int) *Stepper {
	s := &Stepper{}
	if k := r.Kernel(a.layout.Variant); a.layout.DType == F64 {
		s.do, s.jobs = jobs(a, k.F64, k.Elementwise)
	} else {
		s.do, s.jobs = jobs(a, k.F32, k.Elementwise)
	}
	if threads = min(a.layout.Threads(threads), s.jobs); threads > 1 {
		s.crew = newCrew(threads-1, s.jobs, s.do)
	}
	return s
}

// Step performs one step of every tensor whose step number in the arena is not
// 0. Where a kernel panics, Step does; in a stepper of several threads, with a
// *Panic.
func (s *Stepper) Step() {
	if s.crew != nil {
		s.crew.run()
		return
	}
	for job := range s.jobs {
		s.do(job)
	}
}

// Close ends the stepper's threads. The stepper can't be used from then on.
func (s *Stepper) Close() {
	if s.crew != nil {
		s.crew.close()
	}
}

// jobs cuts an arena's tensors into jobs, and gives the function that does one.
func jobs[T Float](a *Arena, kernel func(*Update[T]), elementwise bool) (do func(job int), n int) {
	updates := parts[T](a, elementwise)
	var ends []int // of each job, in updates
	size := 0
	for i := range updates {
		if size += len(updates[i].Theta); size >= grain || i == len(updates)-1 {
			ends, size = append(ends, i+1), 0
		}
	}
	steps := a.Steps()
	return func(job int) {
		first := 0
		if job > 0 {
			first = ends[job-1]
		}
		for i := first; i < ends[job]; i++ {
			u := &updates[i]
			if u.T = steps[u.Tensor]; u.T != 0 {
				kernel(u)
			}
		}
	}, len(ends)
}

// parts are the updates of all tensors in order, a tensor in several where its
// elements do not depend on one another.
func parts[T Float](a *Arena, elementwise bool) []Update[T] {
	var list []Update[T]
	for i, n := range a.layout.Lens {
		length := n
		if elementwise {
			length = min(n, grain)
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
