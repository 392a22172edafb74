package wire_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

func init() {
	foreigners["shrinker"] = func() { foreign{protocol: abi.Protocol, onAttach: shrink}.serve() }
}

// shrink would have the host die at its next access to the arena.
func shrink() error {
	if err := os.NewFile(3, "memory").Truncate(0); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}

func TestPluginCannotShrinkTheMemory(t *testing.T) {
	c := launchProgram(t, "shrinker")
	_, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.ErrorContains(t, err, "operation not permitted")
}

// TestCloseEndsAStoppedPlugin, which can't answer a request to end.
func TestCloseEndsAStoppedPlugin(t *testing.T) {
	c, _ := trapped(t, testrule.None)
	require.NoError(t, syscall.Kill(c.PID(), syscall.SIGSTOP))
	require.NoError(t, c.Close())
	require.True(t, gone(c.PID()))
}
