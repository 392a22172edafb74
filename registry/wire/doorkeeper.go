package wire

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/optc-lang/optc/registry/abi"
)

// doorkeeper is the plugin's end of an arena's doorbell: threads that sleep until
// the host rings, and share the step. They are equal, so that a step begins when
// the first is awake; the one that does the last job answers.
type doorkeeper struct {
	ring, answer *uint32
	work         *abi.Work
	panicked     func(*abi.Panic) error
	failed       atomic.Pointer[error] // of the last step that failed
	threads      sync.WaitGroup
	numbers      []int // of the threads, as the system has them
}

func newDoorkeeper(a *abi.Arena, work *abi.Work, panicked func(*abi.Panic) error) *doorkeeper {
	d := &doorkeeper{work: work, panicked: panicked}
	d.ring, d.answer = a.Doorbell()
	number := make(chan int)
	for thread := range work.Threads() {
		bits := uint32(others)
		if thread == 0 {
			bits = first
		}
		d.threads.Go(func() {
			runtime.LockOSThread() // for good: the host binds the thread to cores, and it ends with the goroutine
			number <- thisThread()
			d.serve(thread, bits)
		})
		d.numbers = append(d.numbers, <-number)
	}
	return d
}

// yieldEvery keeps a thread quick. From a goroutine that has not yielded for 10 ms,
// Go takes the processor in every system call that lasts, and to get one back takes
// 5 to 10 µs, as long as all the rest of a step's round trip.
const yieldEvery = 5 * time.Millisecond

func (d *doorkeeper) serve(thread int, bits uint32) {
	debug.SetPanicOnFault(true)
	for yielded := time.Now(); ; {
		rung := atomic.LoadUint32(d.ring)
		if rung&leaveBit != 0 {
			return
		}
		if d.work.Do(thread, rung<<1) { // steps of Work are counted modulo 2^32
			d.reply(rung)
		}
		if time.Since(yielded) > yieldEvery {
			runtime.Gosched()
			yielded = time.Now()
		}
		futexWait(d.ring, rung, bits)
	}
}

// reply answers that the step that was rung for is over.
func (d *doorkeeper) reply(rung uint32) {
	if p := d.work.Failure(); p != nil {
		err := d.panicked(p)
		d.failed.Store(&err)
		rung |= failedBit
	}
	atomic.StoreUint32(d.answer, rung)
	futexWake(d.answer, everyone)
}

// failure is the error of the last step that failed, or nil.
func (d *doorkeeper) failure() error {
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// leave returns once the doorbell's memory is not looked at any more.
func (d *doorkeeper) leave() {
	atomic.OrUint32(d.ring, leaveBit)
	futexWake(d.ring, everyone)
	d.threads.Wait()
}
