package wire

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/hashicorp/go-plugin"
)

// Option changes how Launch starts a plugin.
type Option func(*options)

type options struct {
	stderr  io.Writer
	timeout time.Duration
	asFile  bool
	threads int // 0: as many as GOMAXPROCS says
	byCall  bool
}

// Stderr has what the plugin writes to its standard error copied to w. Without
// it, the text is only kept for the error of a plugin that dies.
func Stderr(w io.Writer) Option { return func(o *options) { o.stderr = w } }

// StartTimeout is how long a plugin may take to start and to describe itself;
// ten seconds without it.
func StartTimeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// SharedFile has the arena in a file on Linux too, as OPTC_SHARED=file does.
func SharedFile() Option { return func(o *options) { o.asFile = true } }

// Threads has the plugin share a step among at most n threads, n > 0. Without
// it, the environment's GOMAXPROCS says how many, or there are as many as cores.
func Threads(n int) Option { return func(o *options) { o.threads = n } }

// StepByCall has steps go by gRPC where a doorbell is to be had too.
func StepByCall() Option { return func(o *options) { o.byCall = true } }

// Launch starts a plugin's program and asks it what it is. The caller must
// Close the client.
func Launch(path string, opts ...Option) (*Client, error) {
	asFile, err := sharedAsFile(os.Getenv("OPTC_SHARED"))
	if err != nil {
		return nil, err
	}
	o := options{stderr: io.Discard, timeout: 10 * time.Second, asFile: asFile}
	for _, option := range opts {
		option(&o)
	}
	path, err = program(path)
	if err != nil {
		return nil, err
	}
	c, err := newClient(path, o)
	if err != nil {
		return nil, err
	}
	if err := c.start(o.timeout); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// sharedAsFile reads OPTC_SHARED: whether the arena is to be in a file on every
// system.
func sharedAsFile(value string) (bool, error) {
	if value != "" && value != "file" {
		return false, fmt.Errorf("OPTC_SHARED is %.200q; it must be file, to have shared memory in a file on every system, or not be set", value)
	}
	return value == "file", nil
}

// program is the absolute path of a file that can be a plugin's program.
func program(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if cause := new(fs.PathError); errors.As(err, &cause) {
		err = cause.Err // the sentences below name the path
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no plugin at %s: %w", path, err)
	case err != nil:
		return "", fmt.Errorf("the plugin at %s can't be read: %w", path, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is no plugin: it is no file", path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return "", fmt.Errorf("the plugin at %s is not executable; chmod +x would make it so", path)
	}
	return path, nil
}

// runDir makes the private directory of one run. The path of a Unix socket is
// at most 103 bytes long, so a long temporary directory will not do.
func runDir() (string, error) {
	base := os.TempDir()
	if runtime.GOOS != "windows" && len(base) > 60 {
		base = "/tmp"
	}
	return os.MkdirTemp(base, runDirPrefix)
}

// passed are the variables of the host's environment that a plugin gets.
var passed = []string{"GOMAXPROCS", "GODEBUG", "GOTRACEBACK", "OPTC_DEBUG"}

// command is the plugin's process, not started yet.
func command(path, dir string, threads int) *exec.Cmd {
	cmd := exec.Command(path)
	cmd.Dir = dir
	cmd.Env = []string{plugin.EnvUnixSocketDir + "=" + dir}
	for _, name := range passed {
		if value, set := os.LookupEnv(name); set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	if threads > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("GOMAXPROCS=%d", threads))
	}
	return cmd
}
