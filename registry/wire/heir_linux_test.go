package wire_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// TestAThreadTakesTheHostsCore: one of the plugin's threads is bound to the core on
// which the host rang last, and none to another one.
func TestAThreadTakesTheHostsCore(t *testing.T) {
	runtime.LockOSThread() // for good: the thread ends with the test
	var may unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &may))
	c, _ := trapped(t, testrule.None)
	all := boundTo(t, c.PID())
	for round := range 2 {
		for core := range len(may) * 64 {
			if !may.IsSet(core) {
				continue
			}
			var here unix.CPUSet
			here.Set(core)
			require.NoError(t, unix.SchedSetaffinity(0, &here))
			require.NoError(t, c.Step())
			bound := boundTo(t, c.PID())
			if may.Count() > 1 {
				assert.Equal(t, 1, bound[fmt.Sprint(core)], "round %d, core %d: %v", round, core, bound)
			}
			assert.Len(t, bound, min(2, may.Count()), "the other threads are as they were, %v: %v", all, bound)
		}
	}
}

// boundTo is how many threads of a process may run on which cores.
func boundTo(t *testing.T, pid int) map[string]int {
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
