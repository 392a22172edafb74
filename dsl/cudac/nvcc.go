package cudac

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/internal/process"
	"github.com/optc-lang/optc/registry/abi"
)

// nvcc is the compiler of the CUDA Toolkit, a program, which needs a C++ compiler.
type nvcc struct {
	path    string
	version version
}

func (c nvcc) String() string { return "nvcc " + c.version.String() }

// findNVCC finds nvcc and asks for its version.
func findNVCC(ctx context.Context) (compiler, error) {
	path := pathOfNVCC()
	if path == "" {
		return nil, missing("nvcc")
	}
	c := nvcc{path: path}
	printed, err := c.run(ctx, "", "--version")
	if err != nil {
		return nil, fmt.Errorf("%s can't be run: %w\n%s", path, err, printed)
	}
	release := regexp.MustCompile(`release (\d+)\.(\d+)`).FindStringSubmatch(printed)
	if release == nil {
		return nil, fmt.Errorf("%s does not say which version it is:\n%s", path, printed)
	}
	c.version.major, _ = strconv.Atoi(release[1]) // digits
	c.version.minor, _ = strconv.Atoi(release[2])
	return c, c.version.check(path)
}

// pathOfNVCC is where nvcc is, or "".
func pathOfNVCC() string {
	bin, names := []string{"bin"}, []string{"nvcc", "nvcc.exe"}
	for _, home := range homes() {
		if found := within(home, bin, names); len(found) > 0 {
			return found[0]
		}
	}
	if path, err := exec.LookPath("nvcc"); err == nil {
		return path
	}
	if found := within(usual, bin, names); len(found) > 0 {
		return found[0]
	}
	return ""
}

func (c nvcc) archs(ctx context.Context) ([]int, error) {
	printed, err := c.run(ctx, "", "--list-gpu-arch")
	if err != nil {
		return nil, fmt.Errorf("%s does not list the GPUs that it compiles for: %w\n%s", c.path, err, printed)
	}
	var all []int
	for _, found := range regexp.MustCompile(`compute_(\d+)\b`).FindAllStringSubmatch(printed, -1) {
		arch, _ := strconv.Atoi(found[1]) // digits
		all = append(all, arch)
	}
	return all, nil
}

func (c nvcc) compile(ctx context.Context, name string, source []byte, t target) (code []byte, log string, err error) {
	work, err := os.MkdirTemp("", "optc-cuda-")
	if err != nil {
		return nil, "", fmt.Errorf("no folder for temporary files can be made; set TMPDIR (on Windows TMP) to one with room: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := errors.Join(os.CopyFS(work, cudagen.Headers), os.WriteFile(filepath.Join(work, name+".cu"), source, 0o600)); err != nil {
		return nil, "", fmt.Errorf("writing the CUDA source of %s to be compiled: %w", name, err)
	}
	made := "made." + t.kind
	log, err = c.run(ctx, work, append(t.options(), "--"+t.kind, "-o", made, name+".cu")...)
	if err != nil {
		return nil, "", c.explain(name, log, err)
	}
	code, err = os.ReadFile(filepath.Join(work, made))
	if t.kind == abi.ImagePTX {
		code = append(code, 0)
	}
	return code, log, err
}

// explain is the error of a compilation.
func (c nvcc) explain(name, log string, err error) error {
	if strings.Contains(log, "error:") {
		return &CompileError{Compiler: c.String(), Name: name, Log: log}
	}
	return fmt.Errorf("%s can't compile the CUDA source of %s: %w\n%s\n"+
		"nvcc needs a C++ compiler (on Linux g++); NVRTC needs none", c.path, name, err, log)
}

// run runs nvcc in a folder, which is the one for its temporary files too, and
// gives what it prints. It hears nothing of options in the user's environment,
// which could change bits.
func (c nvcc) run(ctx context.Context, work string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.path, args...)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), "NVCC_PREPEND_FLAGS=", "NVCC_APPEND_FLAGS=")
	if work != "" {
		cmd.Env = append(cmd.Env, "TMPDIR="+work, "TMP="+work)
	}
	return process.Run(cmd)
}
