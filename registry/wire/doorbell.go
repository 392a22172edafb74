package wire

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/optc-lang/optc/registry/abi"
)

// What the doorbell's words hold: the number of a step, and one bit.
const (
	countBits = 1<<31 - 1
	failedBit = 1 << 31 // of answer: the step failed
	leaveBit  = 1 << 31 // of ring: the plugin sets it to end its own wait
)

// bell is the host's end of an arena's doorbell.
type bell struct {
	ring, answer *uint32
	count        uint32        // of the last step that was asked for
	patience     time.Duration // how long the host that has rung stays awake
}

// newBell is the doorbell of an arena that the plugin steps by at most a number of
// threads.
func newBell(a *abi.Arena, threads int) *bell {
	b := &bell{patience: patience}
	if a.Layout().Threads(threads) >= runtime.NumCPU() {
		b.patience = crowded
	}
	b.ring, b.answer = a.Doorbell()
	return b
}

// glance is how often a host that waits for an answer looks whether one can
// still come.
const glance = 5 * time.Millisecond

// patience is how long a host that has rung stays awake where nobody else wants
// its core. An idle core that sleeps instead takes 15 to 30 µs to come back.
const patience = time.Millisecond

// crowded is the patience where the plugin's threads want every core. Linux puts a
// thread that wakes on a core that is idle, and a core whose thread gives way all
// the time is not: without one, the thread may wait behind that which woke it until
// the step is over.
const crowded = 60 * time.Microsecond

// wanted is how long giving way takes at least when another thread had the core
// meanwhile: a host that stayed awake would go on taking turns with it, and one
// that sleeps comes back at once, since the core is awake.
const wanted = 20 * time.Microsecond

// step asks for a step, and waits until it is done, has failed, or is cut short:
// by the user, or by the end of the plugin's process. The error is a gRPC status,
// as that of the call is.
func (b *bell) step(closing, ended context.Context) (failed bool, err error) {
	before := atomic.LoadUint32(b.answer)
	if before&countBits != b.count {
		return false, b.wrong(before)
	}
	b.count = (b.count + 1) & countBits
	atomic.StoreUint32(b.ring, b.count)
	futexWake(b.ring)
	stayAwake(b.answer, before, b.patience)
	answer := atomic.LoadUint32(b.answer)
	for ; answer == before; answer = atomic.LoadUint32(b.answer) {
		if closing.Err() != nil || ended.Err() != nil {
			return false, status.Error(codes.Unavailable, "the step was cut short")
		}
		futexWait(b.answer, before, glance)
	}
	if answer&countBits != b.count {
		return false, b.wrong(answer)
	}
	return answer&failedBit != 0, nil
}

// stayAwake returns when a word has another value, when others want the core, or
// when patience ends.
func stayAwake(word *uint32, value uint32, patience time.Duration) {
	begun := time.Now()
	for last, now := begun, begun; atomic.LoadUint32(word) == value && now.Sub(begun) < patience && now.Sub(last) < wanted; {
		abi.GiveWay()
		last, now = now, time.Now()
	}
}

// wrong is the error of an answer to another step than the one that is due.
func (b *bell) wrong(answer uint32) error {
	return status.Errorf(codes.Internal, "its doorbell answers for step %d where step %d is due", answer&countBits, b.count)
}

// step rings, or calls where there is no doorbell.
func (c *Client) step() error {
	if c.bell == nil {
		return c.link.step(c.closing)
	}
	failed, err := c.bell.step(c.closing, c.link.done)
	if !failed {
		return err
	}
	if err := c.link.failure(c.closing); err != nil {
		return err
	}
	return status.Error(codes.Internal, "it does not say why")
}
