package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

// program is the variable that has this test's own binary be the program: the
// driver's folder has to be known when a process starts.
const program = "OPTC_TEST_GPU"

func TestMain(m *testing.M) {
	if os.Getenv(program) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestOnTheStandIn runs the program on the stand-in for a GPU.
func TestOnTheStandIn(t *testing.T) {
	library, err := fakecuda.Build(t.TempDir())
	if errors.Is(err, fakecuda.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	kernels := t.TempDir()
	for _, name := range []string{"pnm", "adapnm", "hb", "adam"} {
		pack(t, kernels, name)
	}
	gpu := func(args ...string) (string, error) {
		c := exec.Command(os.Args[0], args...)
		c.Env = append(os.Environ(), program+"=1", "LD_LIBRARY_PATH="+filepath.Dir(library))
		out, err := c.CombinedOutput()
		return string(out), err
	}
	out, err := gpu("conform", kernels, "hb", "--short")
	require.NoError(t, err, out)
	assert.Regexp(t, `^stand-in GPU 0, compute capability 9.0\noptc: hb \(cuda\) conforms, \d+ of \d+ clauses`, out)

	out, err = gpu("speed", kernels, "--elements", "1000", "--rounds", "1")
	require.NoError(t, err, out)
	assert.Equal(t, 4*(1+len(cases)), strings.Count(out, " %\n"), out)
	assert.Contains(t, out, "10,000 tensors of 1,000")

	out, err = gpu("conform", t.TempDir())
	assert.Error(t, err)
	assert.Contains(t, out, "pack writes them")
}

func pack(t *testing.T, dir, name string) {
	own, ok := plugins.Find(name)
	require.True(t, ok)
	rule, list := dsl.Compile(name+".opt", own.Source)
	require.NotNil(t, rule, "%v", list)
	image, err := fakecuda.Image(rule, t.TempDir())
	require.NoError(t, err)
	packed, err := (&abi.CUDA{
		Launches: cudagen.Launches(&rule.Manifest, rule.Programs),
		Images:   []abi.Image{{Kind: abi.ImageCubin, Arch: 90, Code: image}},
	}).Pack()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(kernelsFile(dir, own), packed, 0o644))
}
