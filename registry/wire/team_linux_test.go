package wire_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// TestThreadsHaveTheirCores: one of the plugin's threads is bound to the core on
// which the host rings, the others that step keep off it, and the rest of the
// process is free.
func TestThreadsHaveTheirCores(t *testing.T) {
	runtime.LockOSThread() // for good: the thread ends with the test
	var may unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &may))
	c := launchProgram(t, "pnm", wire.Threads(2))
	l, err := abi.NewLayout(&pnm.Rule.Manifest, 0, abi.F32, []int{1<<18 + 1}, []int{0})
	require.NoError(t, err)
	a, err := c.Attach(l)
	require.NoError(t, err)
	copy(a.Hypers(0), pnm.Rule.Manifest.Defaults())
	for core := range len(may) * 64 {
		if !may.IsSet(core) {
			continue
		}
		var here unix.CPUSet
		here.Set(core)
		require.NoError(t, unix.SchedSetaffinity(0, &here))
		off := may
		off.Clear(core)
		if off.Count() == 0 {
			off = here // there is one core only
		}
		var placed map[unix.CPUSet]int
		for range 50 { // a step that lasts lets them go again
			a.Steps()[0]++
			require.NoError(t, c.Step())
			if placed = affinities(t, c.PID()); placed[here] == 1 && placed[off] == 1 {
				break
			}
		}
		require.Positive(t, placed[here], "core %d: %v", core, placed)
		require.Positive(t, placed[off], "core %d: %v", core, placed)
		require.Len(t, placed, min(3, 1+2*(may.Count()-1)))
	}
}

// TestThreadsAreLetGo: in a step that lasts, all may run where they like; that they
// could not before is another test's.
func TestThreadsAreLetGo(t *testing.T) {
	blocked := newWaiter("blocked")
	c, _ := trapped(t, testrule.Block, wire.Stderr(blocked))
	require.Len(t, affinities(t, c.PID()), 1)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	for begun := time.Now(); len(affinities(t, c.PID())) > 1; time.Sleep(time.Millisecond) {
		require.Less(t, time.Since(begun), 10*time.Second)
	}
	require.NoError(t, c.Close())
	require.Error(t, <-result)
}

// TestPinnedThreadsStay on the cores that the user has given them, where the host's
// is not one.
func TestPinnedThreadsStay(t *testing.T) {
	runtime.LockOSThread() // for good: the thread ends with the test
	var may, here, there unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &may))
	if may.Count() == 1 {
		t.Skip("there is one core only")
	}
	for core := range len(may) * 64 {
		if may.IsSet(core) && here.Count() == 0 {
			here.Set(core)
		} else if may.IsSet(core) {
			there.Set(core)
		}
	}
	require.NoError(t, unix.SchedSetaffinity(0, &here))
	c, _ := trapped(t, testrule.None)
	for _, thread := range threads(t, c.PID()) {
		require.NoError(t, unix.SchedSetaffinity(thread, &there))
	}
	for range 3 {
		require.NoError(t, c.Step())
	}
	require.Zero(t, affinities(t, c.PID())[here])
}

// TestOthersThreadsAreLeftAlone: a host places none where one is not the plugin's.
// To Linux, thread 0 is the one that calls.
func TestOthersThreadsAreLeftAlone(t *testing.T) {
	c := launch(t)
	own := threads(t, c.PID())
	require.Equal(t, len(own), wire.Placed(c.PID(), own...))
	for _, foreign := range []int{0, -1, os.Getpid(), unix.Gettid(), 1 << 40} {
		require.Zero(t, wire.Placed(c.PID(), foreign))
		require.Zero(t, wire.Placed(c.PID(), append(own, foreign)...))
	}
	require.Zero(t, wire.Placed(c.PID()))
}

// affinities is how many threads of a process may run on which cores.
func affinities(t *testing.T, pid int) map[unix.CPUSet]int {
	t.Helper()
	all := map[unix.CPUSet]int{}
	for _, thread := range threads(t, pid) {
		var may unix.CPUSet
		if unix.SchedGetaffinity(thread, &may) == nil { // it has not ended
			all[may]++
		}
	}
	return all
}

// threads are the numbers of a process's threads.
func threads(t *testing.T, pid int) []int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	require.NoError(t, err)
	var numbers []int
	for _, entry := range entries {
		number, err := strconv.Atoi(entry.Name())
		require.NoError(t, err)
		numbers = append(numbers, number)
	}
	return numbers
}
