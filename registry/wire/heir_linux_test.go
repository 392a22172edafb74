package wire_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// TestAThreadTakesTheHostsCore: one of the plugin's threads is bound to the core on
// which the host rings.
func TestAThreadTakesTheHostsCore(t *testing.T) {
	runtime.LockOSThread() // for good: the thread ends with the test
	var may unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &may))
	c, _ := trapped(t, testrule.None)
	for core := range len(may) * 64 {
		if !may.IsSet(core) {
			continue
		}
		var here unix.CPUSet
		here.Set(core)
		require.NoError(t, unix.SchedSetaffinity(0, &here))
		bound := map[string]int{}
		for range 20 { // a step that lasts lets it go again
			require.NoError(t, c.Step())
			if bound = bonds(t, c.PID()); bound[fmt.Sprint(core)] > 0 {
				break
			}
		}
		require.Positive(t, bound[fmt.Sprint(core)], "core %d: %v", core, bound)
		require.Len(t, bound, min(2, may.Count()), "the other threads are as they were")
	}
}

// TestAThreadIsLetGo: in a step that lasts, every thread may run where it likes.
func TestAThreadIsLetGo(t *testing.T) {
	blocked := newWaiter("blocked")
	c, _ := trapped(t, testrule.Block, wire.Stderr(blocked))
	require.Len(t, bonds(t, c.PID()), 1)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	require.Eventually(t, func() bool { return len(bonds(t, c.PID())) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, c.Close())
	require.Error(t, <-result)
}

// bonds is how many threads of a process may run on which cores.
func bonds(t *testing.T, pid int) map[string]int {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	require.NoError(t, err)
	bound := map[string]int{}
	for _, path := range threads {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		_, cores, _ := strings.Cut(string(text), "Cpus_allowed_list:\t")
		cores, _, _ = strings.Cut(cores, "\n")
		bound[cores]++
	}
	return bound
}
