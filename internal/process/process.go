// Package process ends a command together with the processes that it started, as
// compilers start others that do the work.
package process

import (
	"bytes"
	"os/exec"
	"strings"
	"time"
)

// Run runs a command and gives what it printed, without the space around it. When
// the command's context ends, so does it, and all that it started.
func Run(cmd *exec.Cmd) (string, error) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = 5 * time.Second
	killTogether(cmd)
	err := cmd.Run()
	return strings.TrimSpace(output.String()), err
}
