package wire

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Death is the error of a call to a plugin whose process has ended. The plugin
// can be launched again; the state of a run is all in its arena, which stays
// readable until Close.
type Death struct {
	Name     string // of the rule
	Status   string // how the process ended, as "signal: killed"
	Stderr   string // the last lines that it wrote
	Stepping bool   // it died in a step: parameters and states may be half a step on
}

func (d *Death) Error() string {
	text := fmt.Sprintf("the plugin %s has died (%s)", d.Name, d.Status)
	if d.Stepping {
		text += " in the middle of a step: the parameters and states may be half a step on"
	}
	if d.Stderr != "" {
		text += "; it wrote:\n" + d.Stderr
	}
	return text
}

// stepping names the call of Step in errors.
const stepping = "the step"

// failed turns a call's error into one for the user: a plugin's own answer, its
// death, or the end of the client.
func (c *Client) failed(what string, err error) error {
	s := status.Convert(err)
	switch s.Code() {
	case codes.InvalidArgument, codes.FailedPrecondition:
		return fmt.Errorf("the plugin %s refused %s: %s", c.name, what, s.Message())
	case codes.Internal:
		return fmt.Errorf("the plugin %s failed at %s: %s%s", c.name, what, s.Message(), afterwards(what))
	case codes.Unimplemented:
		return fmt.Errorf("the plugin %s can't be used: %s", c.path, s.Message())
	}
	if c.closing.Err() != nil {
		return c.closedError()
	}
	c.death = c.died()
	c.death.Stepping = what == stepping
	return c.death
}

// afterwards says what a call that failed leaves behind.
func afterwards(what string) string {
	if what == stepping {
		return "; the parameters and states may be half a step on"
	}
	return ""
}

// died is the death of a process whose connection has ended: it waits until the
// process has, and ends it where it lives on without a connection.
func (c *Client) died() *Death {
	defer time.AfterFunc(2*time.Second, c.kill).Stop()
	<-c.link.done.Done()
	return &Death{Name: c.name, Status: c.cmd.ProcessState.String(), Stderr: c.stderr.lines()}
}

// execError says why the system did not run the program.
func (c *Client) execError(err error) error {
	if errors.Is(err, syscall.ENOEXEC) || strings.Contains(err.Error(), "not a valid Win32") {
		return fmt.Errorf("%s is no program for %s on %s; a plugin has to be compiled for the machine that it runs on",
			c.path, runtime.GOOS, runtime.GOARCH)
	}
	if e := new(exec.Error); errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("the plugin %s can't be started: %w", c.path, err)
}
