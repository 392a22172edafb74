package fakecuda

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudagen"
)

// errNoCompiler is the reason of an error where this machine has no g++.
var errNoCompiler = errors.New("there is no g++; install it (on Debian: apt-get install g++) to run CUDA source on the processor")

// flags keep the bits of CUDA source, and all warnings.
var flags = []string{"-std=c++17", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"}

// compile compiles a rule's CUDA source, and other C++ sources that lie in the
// folder, as plain C++ to a shared library there, and returns its path.
func compile(rule *dsl.Rule, dir string, others ...string) (string, error) {
	name := rule.Manifest.Name
	if err := os.WriteFile(filepath.Join(dir, name+".cu"), rule.CUDA(), 0o644); err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, cudagen.Headers); err != nil {
		return "", err
	}
	return link(dir, name+".so", append(others, name+".cu")...)
}

// link compiles the C++ sources in a folder to a shared library there, and
// returns its path.
func link(dir, library string, sources ...string) (string, error) {
	gxx, err := exec.LookPath("g++")
	if err != nil {
		return "", errNoCompiler
	}
	args := append(append([]string{}, flags...), "-shared", "-fPIC", "-I.", "-o", library, "-x", "c++")
	command := exec.Command(gxx, append(args, sources...)...)
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("g++ does not compile %s: %w\n%s", library, err, out)
	}
	return filepath.Join(dir, library), nil
}
