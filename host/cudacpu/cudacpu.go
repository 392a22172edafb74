// Package cudacpu runs a rule's CUDA source on the processor: the same text that
// a GPU gets, compiled by a C++ compiler as plain C++, in which a launch is a loop
// over the blocks of its grid, in one thread. It shows where there is no GPU that
// the source has the bits of every other engine.
package cudacpu

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// ErrNoCompiler is the reason of an error where this machine has no g++.
var ErrNoCompiler = errors.New("there is no g++; install it (on Debian: apt-get install g++) to run CUDA source on the processor")

// ErrNoLoader is the reason of an error where this program can't load what g++
// compiled.
var ErrNoLoader = errors.New("this optc does not run CUDA source on the processor: it was built with the tag nocuda, or for another system than Linux and macOS on amd64 and arm64")

// Library is a rule's CUDA source, compiled for the processor.
type Library struct {
	manifest *abi.Manifest
	launches []abi.Launch // of the variants
	path     string
}

// Build compiles a rule's CUDA source into a folder, which must outlive the
// library and its engines.
func Build(rule *dsl.Rule, dir string) (*Library, error) {
	path, err := Compile(rule, dir)
	if err != nil {
		return nil, err
	}
	return &Library{&rule.Manifest, cudagen.Launches(&rule.Manifest, rule.Programs), path}, nil
}

// Compile compiles a rule's CUDA source, and other C++ sources that lie in the
// folder, to a shared library there, and returns its path.
func Compile(rule *dsl.Rule, dir string, others ...string) (string, error) {
	name := rule.Manifest.Name
	if err := os.WriteFile(filepath.Join(dir, name+".cu"), rule.CUDA(), 0o644); err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, cudagen.Headers); err != nil {
		return "", err
	}
	return Link(dir, name+".so", append(others, name+".cu")...)
}

// Link compiles the C++ sources in a folder to a shared library there, and
// returns its path.
func Link(dir, library string, sources ...string) (string, error) {
	gxx, err := exec.LookPath("g++")
	if err != nil {
		return "", ErrNoCompiler
	}
	args := append(Flags(), "-shared", "-fPIC", "-I.", "-o", library, "-x", "c++")
	compile := exec.Command(gxx, append(args, sources...)...)
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("g++ does not compile %s: %w\n%s", library, err, out)
	}
	return filepath.Join(dir, library), nil
}

// Flags are the flags of g++ and clang++ that keep the bits, and all warnings.
func Flags() []string {
	return []string{"-std=c++17", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"}
}

// Open is a fresh engine of the library.
func (l *Library) Open() (host.Engine, error) {
	code, err := load(l.path)
	if err != nil {
		return nil, fmt.Errorf("the compiled CUDA source of %s can't be loaded: %w", l.manifest.Name, err)
	}
	return &engine{library: l, code: code}, nil
}
