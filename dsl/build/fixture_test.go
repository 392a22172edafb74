package build_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/build"
)

// pretend is the variable that has this test's own binary pretend to be the Go
// tool: what it says before its end, or "wait", or "version".
const pretend = "OPTC_TEST_PRETEND_GO"

// With pretend=version these are what the pretended Go says its version is, and
// the Go that does the work.
const (
	pretendedVersion = "OPTC_TEST_GO_VERSION"
	realGo           = "OPTC_TEST_GO"
)

func TestMain(m *testing.M) {
	switch says := os.Getenv(pretend); says {
	case "":
		os.Exit(m.Run())
	case "wait":
		pretendToCompile()
	case "version":
		os.Exit(pretendToBe(os.Getenv(pretendedVersion)))
	default:
		fmt.Fprintln(os.Stderr, says)
		os.Exit(1)
	}
}

// sgd is a rule as the generator would write it.
func sgd(name, version string) build.Package {
	source := "optimizer " + name + "\n"
	sum := sha256.Sum256([]byte(source))
	text := fmt.Sprintf(`package sgd

import "github.com/optc-lang/optc/registry/abi"

var Rule = &abi.Rule{
	Manifest: abi.Manifest{
		Name: %q, Version: %q, Protocol: abi.Protocol, Class: "exact", Digest: "sha256:%s",
		Hypers:   []abi.Hyper{{Name: "lr", Default: 0.1, Domain: abi.Domain{Lo: 0, Hi: 1}}},
		Variants: []abi.Variant{{Class: "exact", Values: 3}},
		Compiler: "0.0.0", Targets: []string{"go"}, Numbers: []string{"f32", "f64"},
	},
	Source:  %q,
	Kernels: []abi.Kernel{{F32: step[float32], F64: step[float64]}},
}

func step[T abi.Float](u *abi.Update[T]) {
	for i, g := range u.Grad {
		u.Theta[i] -= T(u.Hyper[0]) * g
	}
}
`, name, version, hex.EncodeToString(sum[:]), source)
	return build.Package{Name: name, Source: source, Go: []byte(text)}
}

// once holds the plugin that most tests need.
var once struct {
	sync.Once
	content []byte
}

// plain is the plugin of sgd("sgd", "1.2.3").
func plain(t *testing.T) string {
	t.Helper()
	once.Do(func() {
		content, err := os.ReadFile(compiled(t, sgd("sgd", "1.2.3")))
		require.NoError(t, err)
		once.content = content
	})
	out := filepath.Join(t.TempDir(), "plugin.exe")
	require.NoError(t, os.WriteFile(out, once.content, 0o755))
	return out
}

func compiled(t *testing.T, p build.Package) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "plugin.exe")
	require.NoError(t, build.Plugin(t.Context(), p, out))
	return out
}

func digest(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(bytes.Clone(content))
	return hex.EncodeToString(sum[:])
}

// assertEmpty wants no names in a folder but those given.
func assertEmpty(t *testing.T, dir string, but ...string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, f := range all {
		names = append(names, f.Name())
	}
	assert.ElementsMatch(t, append([]string{}, but...), names)
}

// emptyTemp is a folder that temporary files go to.
func emptyTemp(t *testing.T) string {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	return dir
}

// pretendVersion has the Go tool say that it is another version.
func pretendVersion(t *testing.T, version string) {
	t.Helper()
	real, err := exec.LookPath("go")
	require.NoError(t, err)
	t.Setenv(realGo, real)
	t.Setenv(pretendedVersion, version)
	pretendGo(t, "version")
}

// pretendToBe does the work of the Go tool, but for "go env".
func pretendToBe(version string) int {
	if os.Args[1] == "env" {
		fmt.Println(version)
		return 0
	}
	cmd := exec.Command(os.Getenv(realGo), os.Args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	_ = cmd.Run()
	return cmd.ProcessState.ExitCode()
}

// pretendGo puts this test's binary in the place of the Go tool.
func pretendGo(t *testing.T, says string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	dir := t.TempDir()
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o755))
	t.Setenv("PATH", dir)
	t.Setenv(pretend, says)
}
