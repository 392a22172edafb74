//go:build unix

package process

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// killTogether has the end of a command's context kill it and the processes
// that it started: the compilers and the linker.
func killTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
}
