package process

import (
	"os/exec"
	"strconv"
)

// killTogether has the end of a command's context kill it and the processes
// that it started: the compilers and the linker.
func killTogether(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		tree := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))
		if tree.Run() == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
}
