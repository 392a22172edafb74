package build

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/optc-lang/optc/internal/process"
)

// ErrNoGo is what errors of Plugin wrap where there is no Go that can compile
// a plugin.
var ErrNoGo = errors.New("no Go that can compile a plugin")

// CompileError says that Go refused the source of a plugin.
type CompileError struct {
	Name   string // the rule's name
	Output string // what Go printed
}

func (e *CompileError) Error() string {
	hint := "this is a fault of optc, not of the rule; please report it with the rule's text"
	switch {
	case needsModules.MatchString(e.Output):
		hint = "modules that a plugin links are not on this machine yet; " +
			"connect it to the network once, or set GOPROXY to where they can be had, and compile again"
	case needsFolder.MatchString(e.Output):
		hint = "Go needs folders that it can write to; mend that one, or name another, and compile again"
	}
	return fmt.Sprintf("Go could not compile the plugin %s:\n%s\n%s", e.Name, e.Output, hint)
}

// What the Go tool prints where it is too old, where modules are missing, and where
// it can't use its folders.
var (
	tooOld       = regexp.MustCompile(`requires go >= |invalid go version|module requires Go |toolchain not available|cannot find .*toolchain`)
	needsModules = regexp.MustCompile(`dial tcp|no such host|GOPROXY=off|proxyconnect|connection refused|module lookup disabled|i/o timeout`)
	needsFolder  = regexp.MustCompile(`GOCACHE|GOMODCACHE|GOPATH|build cache|module cache|permission denied|no space left|read-only file system`)
)

// goBuild compiles the module in folder work to the file made.
func (m module) goBuild(ctx context.Context, work, made string) error {
	tool, err := exec.LookPath("go")
	if err != nil {
		return noGo("Go isn't installed, or its folder (often " + usualFolder() + ") is not in PATH")
	}
	output, err := run(ctx, work, m.experiment(ctx, work, tool), tool, "build", "-mod=readonly", "-trimpath",
		"-buildvcs=false", "-ldflags=-s -w", "-o", made, "./"+m.home)
	return m.explain(ctx, err, output)
}

// experiment is the GOEXPERIMENT to compile with: "simd" for vector kernels, or
// "" where there are none, or no Go that is known to compile them. What goes
// wrong here goes wrong in the build too, and is explained there.
func (m module) experiment(ctx context.Context, work, tool string) string {
	vectors := slices.ContainsFunc(m.packages, func(p Package) bool { return p.Vectors != nil })
	if !vectors || runtime.GOARCH != "amd64" {
		return ""
	}
	has, err := run(ctx, work, "", tool, "env", "GOVERSION")
	if err != nil || version.Lang(has) != version.Lang("go"+goVersion()) {
		return ""
	}
	return "simd"
}

// run runs the Go tool in folder work, and gives what it prints.
func run(ctx context.Context, work, experiment, tool string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir, cmd.Env = work, environment(work, experiment)
	return process.Run(cmd)
}

// explain turns the end of the Go tool into an error that says what to do.
func (m module) explain(ctx context.Context, err error, output string) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("compiling the plugin %s was stopped: %w", m.name, ctx.Err())
	case !errors.As(err, &exit):
		return noGo(fmt.Sprintf("the Go tool can't be run (%v)", err))
	case tooOld.MatchString(output):
		return noGo("the Go in PATH is too old:\n" + output + "\n")
	}
	if output == "" {
		output = err.Error()
	}
	return &CompileError{Name: m.name, Output: output}
}

func noGo(why string) error {
	return fmt.Errorf("%w: %s; install Go %s or later from https://go.dev/dl, and see that \"go version\" answers",
		ErrNoGo, why, goVersion())
}

func usualFolder() string {
	if runtime.GOOS == "windows" {
		return `C:\Program Files\Go\bin`
	}
	return "/usr/local/go/bin"
}

// environment is the user's, without what would change the binary: flags, a
// workspace, another system to compile for, or instructions that not every
// processor has (with them Go may fuse a product with a sum, which the language
// forbids). GOFLAGS is not empty, for then Go would look into its own file of
// settings.
func environment(work, experiment string) []string {
	return append(os.Environ(),
		"GOFLAGS=-mod=readonly", "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0", "GOEXPERIMENT="+experiment,
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOAMD64=v1", "GOARM64=v8.0",
		"GOTMPDIR="+filepath.Join(work, "tmp"))
}
