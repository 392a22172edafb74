package abi

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// crew is the threads that share the jobs of a step with its caller. Between
// steps they sleep. One that wakes late finds no job left, or helps in the next
// step; the caller waits only for jobs that have been begun.
type crew struct {
	do   func(job int)
	jobs int64
	next atomic.Int64 // the next job
	left atomic.Int64 // jobs that are not done yet

	wake   chan struct{} // one for each thread that is to look for jobs
	done   chan struct{} // the last job of the step is done
	failed atomic.Pointer[Panic]
}

// Panic is the value with which a step panics: a kernel's panic, in whichever
// thread it was.
type Panic struct {
	Value any
	Stack []byte // of the kernel's goroutine
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// newCrew starts n threads beside the caller's.
func newCrew(n, jobs int, do func(job int)) *crew {
	c := &crew{do: do, jobs: int64(jobs), wake: make(chan struct{}, n), done: make(chan struct{}, 1)}
	c.next.Store(c.jobs)
	for range n {
		go c.help()
	}
	return c
}

func (c *crew) help() {
	debug.SetPanicOnFault(true) // as the caller may have; it is the goroutine's own
	for range c.wake {
		c.work()
	}
}

// run does all jobs of a step.
func (c *crew) run() {
	c.left.Store(c.jobs)
	c.next.Store(0)
	for range cap(c.wake) {
		select {
		case c.wake <- struct{}{}:
		default: // not all have seen the last one
		}
	}
	c.work()
	<-c.done
	if p := c.failed.Swap(nil); p != nil {
		panic(p)
	}
}

// work does jobs until none is left to begin.
func (c *crew) work() {
	for {
		job := c.next.Add(1) - 1
		if job >= c.jobs {
			return
		}
		c.one(int(job))
	}
}

func (c *crew) one(job int) {
	defer func() {
		if p := recover(); p != nil {
			c.failed.CompareAndSwap(nil, &Panic{p, debug.Stack()})
		}
		if c.left.Add(-1) == 0 {
			c.done <- struct{}{}
		}
	}()
	c.do(job)
}

func (c *crew) close() { close(c.wake) }
