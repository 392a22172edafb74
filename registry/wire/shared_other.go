//go:build !linux

package wire

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// newShared makes the shared memory for a plugin to be started in dir: a file.
func newShared(_ *exec.Cmd, dir string, _ bool) (*shared, error) { return sharedFile(dir) }

func inherited(fd int) (*os.File, error) {
	return nil, fmt.Errorf("memory by descriptor (%d) is not for %s", fd, runtime.GOOS)
}
