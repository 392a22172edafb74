package wire

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/optc-lang/optc/registry/abi"
)

// doorkeeper is the plugin's end of an arena's doorbell: a goroutine that steps
// when the host rings, and sleeps in between.
type doorkeeper struct {
	ring, answer *uint32
	step         func() error
	failed       atomic.Pointer[error] // of the last step that failed
	gone         chan struct{}         // closed when the goroutine has ended
}

func newDoorkeeper(a *abi.Arena, step func() error) *doorkeeper {
	d := &doorkeeper{step: step, gone: make(chan struct{})}
	d.ring, d.answer = a.Doorbell()
	go d.serve()
	return d
}

// yieldEvery keeps the doorkeeper quick. From a goroutine that has not yielded
// for 10 ms, Go takes the processor in every system call that lasts, and to get
// one back takes 5 to 10 µs, as long as all the rest of a step's round trip.
const yieldEvery = 5 * time.Millisecond

func (d *doorkeeper) serve() {
	defer close(d.gone)
	yielded := time.Now()
	for {
		rung := atomic.LoadUint32(d.ring)
		switch {
		case rung&leaveBit != 0:
			return
		case rung != atomic.LoadUint32(d.answer)&countBits:
			d.perform(rung)
		case time.Since(yielded) > yieldEvery:
			runtime.Gosched()
			yielded = time.Now()
		default:
			futexWait(d.ring, rung, forever)
		}
	}
}

// perform does the step that was rung for, and answers.
func (d *doorkeeper) perform(rung uint32) {
	if err := d.step(); err != nil {
		d.failed.Store(&err)
		rung |= failedBit
	}
	atomic.StoreUint32(d.answer, rung)
	futexWake(d.answer)
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
	futexWake(d.ring)
	<-d.gone
}
