//go:build unix

package wire_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/wire"
)

// leaveChild ends, and leaves a child that holds its output open.
func leaveChild() {
	child := exec.Command("/bin/sleep", "600")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	fmt.Fprintln(os.Stderr, "error:", child.Start())
}

func init() { foreigners["parent"] = leaveChild }

// TestLaunchEndsAChild: a launch is over when nobody can write any more what it
// reads, so a program that is no plugin can't hold it up by what it has started.
func TestLaunchEndsAChild(t *testing.T) {
	_, err := wire.Launch(program(t, "parent"), wire.StartTimeout(time.Second))
	require.ErrorContains(t, err, "is no optimizer plugin, or hangs: it said nothing within 1s; it wrote:\nerror: <nil>")
}
