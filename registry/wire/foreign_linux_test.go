package wire_test

import (
	"encoding/binary"
	"maps"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

func init() {
	maps.Copy(foreigners, map[string]func(){
		"ringer": func() { foreign{protocol: abi.Protocol, doorbell: (*foreignArena).answerRings}.serve() },
	})
}

// answerRings keeps the doorbell as the documentation has it, but that the
// hyperparameter trap is added to its answers.
func (a *foreignArena) answerRings() {
	ring, answer, gone := a.word(24), a.word(28), make(chan struct{})
	a.leave = func() {
		atomic.OrUint32(ring, 1<<31)
		futex(ring, 1, 1)
		<-gone
	}
	go func() {
		defer close(gone)
		for done := uint32(0); ; {
			due := atomic.LoadUint32(ring)
			switch {
			case due>>31 == 1:
				return
			case due == done:
				futex(ring, 0, due)
				continue
			}
			a.step()
			trap := math.Float64frombits(binary.LittleEndian.Uint64(a.mem[64+16:]))
			atomic.StoreUint32(answer, due+uint32(trap))
			futex(answer, 1, 1)
			done = due
		}
	}()
}

func (a *foreignArena) word(at int) *uint32 { return (*uint32)(unsafe.Pointer(&a.mem[at])) }

func futex(word *uint32, op, value uint32) {
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), uintptr(op), uintptr(value), 0, 0, 0)
}

// TestForeignDoorbell steps with a plugin that has only the documentation.
func TestForeignDoorbell(t *testing.T) {
	c := launchProgram(t, "ringer")
	for range 2 {
		a, err := c.Attach(layout(t, 0, abi.F32, []int{2}, []int{0}))
		require.NoError(t, err)
		require.True(t, c.Doorbell())
		ready(a, testrule.None)
		for s := range 3 {
			copy(abi.Grad[float32](a, 0), []float32{4, 5})
			require.NoError(t, c.Step())
			assert.Equal(t, []float32{-4 * float32(s+1), -5 * float32(s+1)}, abi.Theta[float32](a, 0))
		}
	}
}

// TestWrongAnswersAreErrors: a number that was not due, whatever it is, and a
// failure that nobody can explain.
func TestWrongAnswersAreErrors(t *testing.T) {
	c := launchProgram(t, "ringer")
	offsets := []uint32{1, 2, 1<<31 - 2, 1 << 31, 1<<31 + 1}
	for range 50 {
		offsets = append(offsets, 1+rand.Uint32N(1<<32-2)) // not 2^32-1: with it the answer is as before, and none
	}
	for _, offset := range offsets {
		a, err := c.Attach(layout(t, 0, abi.F32, []int{1}, []int{0}))
		require.NoError(t, err)
		ready(a, int(offset))
		err = c.Step()
		if offset == 1<<31 {
			assert.ErrorContains(t, err, "the plugin testsgd failed at the step: it does not say why; the parameters and states may be half")
			continue
		}
		for range 2 {
			assert.ErrorContains(t, err, "the plugin testsgd failed at the step: its doorbell answers for step ")
			ready(a, testrule.None)
			err = c.Step()
		}
	}
}

// TestSuspendedPluginDoesNotHangClose: a process that is stopped can't answer.
func TestSuspendedPluginDoesNotHangClose(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) {
			blocked := newWaiter("blocked")
			c, _ := trapped(t, testrule.Block, append(opts, wire.Stderr(blocked))...)
			result := make(chan error)
			go func() { result <- c.Step() }()
			<-blocked.seen
			require.NoError(t, unix.Kill(c.PID(), unix.SIGSTOP))
			require.NoError(t, c.Close())
			require.EqualError(t, <-result, "the plugin testsgd is closed; launch it again")
		})
	}
}
