package cuda_test

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
	"github.com/optc-lang/optc/registry/abi"
)

// The stand-in for the driver of a GPU.
var (
	library   string
	noLibrary error // why there is none
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "fakecuda")
	if err == nil {
		library, noLibrary = fakecuda.Build(folder)
		if errors.Is(noLibrary, fakecuda.ErrUnavailable) || noLibrary == nil {
			code := m.Run()
			_ = os.RemoveAll(folder)
			os.Exit(code)
		}
		err = noLibrary
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// gpu opens the device of a machine, as words say it, until the test ends.
func gpu(t testing.TB, words string) *driver.Context {
	t.Helper()
	if noLibrary != nil {
		t.Skip(noLibrary)
	}
	if words != "" {
		t.Setenv(fakecuda.Variable, words)
	}
	d, err := driver.LoadFrom(library)
	require.NoError(t, err)
	c, err := d.Open(0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func compiled(t testing.TB, text string) *dsl.Rule {
	t.Helper()
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v", list)
	return rule
}

// images are compiled once.
var images sync.Map // by a rule's digest

// kernels are a rule's, compiled for the stand-in.
func kernels(t testing.TB, rule *dsl.Rule) *abi.CUDA {
	t.Helper()
	image, ok := images.Load(rule.Manifest.Digest)
	if !ok {
		code, err := fakecuda.Image(rule, t.TempDir())
		require.NoError(t, err)
		image = code
		images.Store(rule.Manifest.Digest, image)
	}
	return &abi.CUDA{
		Launches: cudagen.Launches(&rule.Manifest, rule.Programs),
		Images:   []abi.Image{{Kind: abi.ImageCubin, Arch: 90, Code: image.([]byte)}},
	}
}

// engine is a rule on the stand-in.
func engine(t testing.TB, c *driver.Context, text string) *cuda.Engine {
	t.Helper()
	rule := compiled(t, text)
	e, err := cuda.New(c, &rule.Manifest, kernels(t, rule))
	require.NoError(t, err)
	return e
}
