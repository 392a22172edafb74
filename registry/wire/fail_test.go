package wire_test

import (
	"bytes"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

func TestStepBeforeAttach(t *testing.T) {
	c := launch(t)
	require.EqualError(t, c.Step(), "testsgd has no arena to step; Attach comes before Step")
}

func TestAfterClose(t *testing.T) {
	c, _ := trapped(t, testrule.None)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	require.EqualError(t, c.Step(), "the plugin testsgd is closed; launch it again")
	_, err := c.Attach(layout(t, 0, abi.F32, []int{1}, []int{0}))
	require.EqualError(t, err, "the plugin testsgd is closed; launch it again")
	assert.Equal(t, "testsgd", c.Manifest().Name)
}

// TestPanicIsAnError and not a death: the plugin goes on, with the work that
// was done before the panic.
func TestPanicIsAnError(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) {
			panicIsAnError(t, testrule.Panic, "trap 1", opts)
			panicIsAnError(t, testrule.Fault, "invalid memory address", opts)
		})
	}
}

func panicIsAnError(t *testing.T, trap int, want string, opts []wire.Option) {
	c, a := trapped(t, trap, opts...)
	for range 2 {
		ready(a, trap)
		err := c.Step()
		require.ErrorContains(t, err, "the plugin testsgd failed at the step: its kernel panicked: ")
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "half a step on")
		theta := abi.Theta[float64](a, 0)
		assert.NotZero(t, theta[3])
		assert.Zero(t, theta[4])
	}
	ready(a, testrule.None)
	require.NoError(t, c.Step())
	assert.NotZero(t, abi.Theta[float64](a, 0)[7])
}

func TestExitInStep(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) { exitInStep(t, opts) })
	}
}

func exitInStep(t *testing.T, opts []wire.Option) {
	c, a := trapped(t, testrule.Exit, opts...)
	err := c.Step()
	var death *wire.Death
	require.ErrorAs(t, err, &death)
	assert.Equal(t, &wire.Death{Name: "testsgd", Status: "exit status 7", Stderr: "leaving early", Stepping: true}, death)
	assert.EqualError(t, err, "the plugin testsgd has died (exit status 7) in the middle of a step: "+
		"the parameters and states may be half a step on; it wrote:\nleaving early")
	assert.NotZero(t, abi.Theta[float64](a, 0)[3], "the arena stays readable")
	require.ErrorContains(t, c.Step(), "testsgd has died")
	_, err = c.Attach(layout(t, 0, abi.F32, []int{1}, []int{0}))
	require.ErrorContains(t, err, "testsgd has died")
}

// TestCrashShowsItsReason and not the end of a stack.
func TestCrashShowsItsReason(t *testing.T) {
	c, _ := trapped(t, testrule.Crash)
	var death *wire.Death
	require.ErrorAs(t, c.Step(), &death)
	assert.Regexp(t, `^panic: all is lost\n`, death.Stderr)
	assert.Equal(t, "exit status 2", death.Status)
}

func TestKilledInStep(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) { killedInStep(t, opts) })
	}
}

func killedInStep(t *testing.T, opts []wire.Option) {
	blocked := newWaiter("blocked")
	c, _ := trapped(t, testrule.Block, append(opts, wire.Stderr(blocked))...)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	kill(t, c.PID())
	var death *wire.Death
	require.ErrorAs(t, <-result, &death)
	assert.True(t, death.Stepping)
	assert.Equal(t, "blocked", death.Stderr)
	require.NoError(t, c.Close())
}

// TestKilledBetweenSteps may be seen as a death before the step, or in it.
func TestKilledBetweenSteps(t *testing.T) {
	c, _ := trapped(t, testrule.None)
	require.NoError(t, c.Step())
	kill(t, c.PID())
	for range 3 {
		var death *wire.Death
		require.ErrorAs(t, c.Step(), &death)
		assert.Equal(t, "testsgd", death.Name)
	}
}

// TestCloseCutsAStepShort: the user need not wait for a kernel that hangs.
func TestCloseCutsAStepShort(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) { closeCutsAStepShort(t, opts) })
	}
}

func closeCutsAStepShort(t *testing.T, opts []wire.Option) {
	blocked := newWaiter("blocked")
	c, _ := trapped(t, testrule.Block, append(opts, wire.Stderr(blocked))...)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	require.NoError(t, c.Close())
	require.EqualError(t, <-result, "the plugin testsgd is closed; launch it again")
}

// TestInterruptCutsAStepShort, and leaves the arena, which another goroutine may be
// using.
func TestInterruptCutsAStepShort(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) { interruptCutsAStepShort(t, opts) })
	}
}

func interruptCutsAStepShort(t *testing.T, opts []wire.Option) {
	blocked := newWaiter("blocked")
	c, a := trapped(t, testrule.Block, append(opts, wire.Stderr(blocked))...)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	c.Interrupt()
	const closed = "the plugin testsgd is closed; launch it again"
	require.EqualError(t, <-result, closed)
	require.EqualError(t, c.Step(), closed)
	assert.Equal(t, 8.0, abi.Grad[float64](a, 0)[7])
	require.NoError(t, c.Close())
}

func TestCloseLeavesNothing(t *testing.T) {
	dir := shortTempDir(t)
	for _, opts := range [][]wire.Option{nil, {wire.SharedFile()}} {
		c, _ := trapped(t, testrule.None, opts...)
		require.NotEmpty(t, glob(t, dir, "optc-*"))
		require.NoError(t, c.Close())
		assert.Empty(t, append(glob(t, dir, "optc-*"), glob(t, dir, "plugin*")...))
	}
	c, _ := trapped(t, testrule.Exit, wire.SharedFile())
	require.Error(t, c.Step())
	require.NoError(t, c.Close())
	assert.Empty(t, append(glob(t, dir, "optc-*"), glob(t, dir, "plugin*")...))
}

func kill(t testing.TB, pid int) {
	t.Helper()
	p, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, p.Kill())
}

// waiter is a writer that tells when a text has come.
type waiter struct {
	mu   sync.Mutex
	text []byte
	want string
	once sync.Once
	seen chan struct{}
}

func newWaiter(want string) *waiter { return &waiter{want: want, seen: make(chan struct{})} }

func (w *waiter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	if bytes.Contains(w.text, []byte(w.want)) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(p), nil
}
