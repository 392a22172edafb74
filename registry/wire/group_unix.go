//go:build unix

package wire

import (
	"os"
	"os/exec"
	"syscall"
)

// inGroup has a program that is not started yet start in a process group of its
// own, in which its children are too.
func inGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a program and all of its group. A program that is waited for
// must not be killed: its number may be another's by then.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
