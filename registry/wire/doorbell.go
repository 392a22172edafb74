package wire

import (
	"context"
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

// Who is woken on ring. Bits, as FUTEX_WAKE_BITSET takes them.
const (
	first    = 1 // the plugin's thread that takes the host's core
	others   = ^uint32(first)
	everyone = first | others
)

// bell is the host's end of an arena's doorbell.
type bell struct {
	ring, answer *uint32
	count        uint32 // of the last step that was asked for
	team         team
}

func newBell(a *abi.Arena, t team) *bell {
	b := &bell{team: t}
	b.ring, b.answer = a.Doorbell()
	return b
}

// glance is how often a host that waits for an answer looks whether one can
// still come.
const glance = 5 * time.Millisecond

// patience is how long a host that has rung stays awake where nobody else wants
// its core.
const patience = 50 * time.Microsecond

// given is what giving way takes at least where another thread had the core.
const given = 20 * time.Microsecond

// step asks for a step, and waits until it is done, has failed, or is cut short:
// by the user, or by the end of the plugin's process. The error is a gRPC status,
// as that of the call is.
func (b *bell) step(closing, ended context.Context) (failed bool, err error) {
	before := atomic.LoadUint32(b.answer)
	if before&countBits != b.count {
		return false, b.wrong(before)
	}
	b.count = (b.count + 1) & countBits
	b.call()
	stayAwake(b.answer, before)
	answer := atomic.LoadUint32(b.answer)
	if answer == before {
		b.team.release()
	}
	for ; answer == before; answer = atomic.LoadUint32(b.answer) {
		if closing.Err() != nil || ended.Err() != nil {
			return false, status.Error(codes.Unavailable, "the step was cut short")
		}
		futexWaitFor(b.answer, before, glance)
	}
	if answer&countBits != b.count {
		return false, b.wrong(answer)
	}
	return answer&failedBit != 0, nil
}

// call wakes the plugin's threads, and last the one that gets this core, since it
// may begin at once.
func (b *bell) call() {
	b.team.place()
	atomic.StoreUint32(b.ring, b.count)
	futexWake(b.ring, others)
	futexWake(b.ring, first)
}

// stayAwake returns when a word has another value, when patience ends, or after a
// glance. The plugin's first thread has the core meanwhile, as a rule until the step
// is over, and time in which others had it does not count.
func stayAwake(word *uint32, value uint32) {
	begun := time.Now()
	alone := begun // since when
	for now := begun; atomic.LoadUint32(word) == value && now.Sub(alone) < patience && now.Sub(begun) < glance; {
		before := now
		abi.GiveWay()
		if now = time.Now(); now.Sub(before) > given {
			alone = now
		}
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
