package abi

import (
	"encoding/binary"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Stepper steps an arena by threads of its own beside the caller's. Between steps
// they sleep. One that wakes late finds no job left, or helps in the next step; the
// caller waits only for jobs that have been begun.
//
// A step allocates nothing. A Stepper is for one goroutine at a time.
type Stepper struct {
	work    *Work
	helpers []helper
	step    atomic.Uint32 // the number of the last step that was begun
	over    atomic.Uint32 // of the last one that is over

	waiting atomic.Bool   // the caller sleeps until it is told
	told    chan struct{} // that the step is over
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

// NewStepper is a stepper for an arena whose layout fits the rule, with at most
// the given number of threads, the caller's included, and with fewer where the
// system has no more files to call them by. Its owner must Close it.
func NewStepper(r *Rule, a *Arena, threads int) *Stepper {
	s := &Stepper{work: NewWork(r, a, threads), told: make(chan struct{}, 1)}
	s.helpers = make([]helper, s.work.Threads()-1)
	for i := range s.helpers {
		read, write, err := newCall()
		if err != nil {
			s.helpers = s.helpers[:i] // the others do its share
			break
		}
		s.helpers[i].read, s.helpers[i].write = read, write
	}
	for i := range s.helpers {
		go s.help(&s.helpers[i], 1+i)
	}
	return s
}

func (s *Stepper) help(h *helper, thread int) {
	debug.SetPanicOnFault(true) // as the caller may have; it is the goroutine's own
	defer h.read.Close()
	for heard := make([]byte, len(token)); ; {
		s.do(thread)
		h.asleep.Store(true)
		s.do(thread) // in a step that has just begun and took the helper for awake
		if _, err := h.read.Read(heard); err != nil {
			return
		}
	}
}

// do has a thread work on the step under way.
func (s *Stepper) do(thread int) {
	if step := s.step.Load(); s.work.Do(thread, step) {
		s.over.Store(step)
		if s.waiting.Load() && s.waiting.Swap(false) {
			s.told <- struct{}{}
		}
	}
}

// Step performs one step of every tensor whose step number in the arena is not
// 0. Where a kernel panics, Step does, with a *Panic.
func (s *Stepper) Step() {
	step := s.step.Add(1)
	for i := range s.helpers {
		if h := &s.helpers[i]; h.asleep.Swap(false) {
			_, _ = h.write.Write(token) // where that fails, others do its share
		}
	}
	s.do(0)
	s.await(step)
	if p := s.work.Failure(); p != nil {
		panic(p)
	}
}

// patience is how long the caller stays awake, giving way, for the jobs that others
// have begun. A job takes 5 to 100 µs, and to sleep and wake again about as long.
const patience = 100 * time.Microsecond

// await returns when a step is over. A helper that was held up since the end of the
// step before may only now see that the caller waits, and say so; hence the loop.
func (s *Stepper) await(step uint32) {
	if s.over.Load() == step {
		return // without a look at the clock, which takes 35 ns
	}
	for begun := time.Now(); time.Since(begun) < patience; GiveWay() {
		if s.over.Load() == step {
			return
		}
	}
	for s.over.Load() != step {
		s.waiting.Store(true)
		if s.over.Load() == step && s.waiting.Swap(false) {
			return // nobody will say so
		}
		<-s.told
	}
}

// Close ends the stepper's threads. The stepper can't be used from then on.
func (s *Stepper) Close() {
	for i := range s.helpers {
		_ = s.helpers[i].write.Close()
	}
}
