//go:build !unix

package wire

import (
	"os"
	"os/exec"
)

// inGroup has no groups to put a program in.
func inGroup(*exec.Cmd) {}

// killGroup kills a program alone.
func killGroup(p *os.Process) { _ = p.Kill() }
