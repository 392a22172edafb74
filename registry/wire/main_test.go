package wire_test

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// programs are what this test's own binary does under other names: the tests
// need real processes, and this way need not compile them.
var programs = map[string]func(){
	"testsgd": func() { wire.Serve(testrule.Rule) },
	"pnm":     func() { wire.Serve(pnm.Rule) },
	"busy":    compute,
}

// compute keeps a core busy until the process is killed.
func compute() {
	for n := uint64(1); n != 0; n++ {
	}
}

func TestMain(m *testing.M) {
	maps.Copy(programs, hosts)
	maps.Copy(programs, foreigners)
	maps.Copy(programs, gpuPrograms)
	if run, other := programs[strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")]; other {
		run()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is the path of one of the programs.
func program(t testing.TB, name string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	if runtime.GOOS == "windows" {
		name += ".exe" // any other ending would be a name that TestMain does not know
	}
	path := filepath.Join(t.TempDir(), name)
	if os.Link(self, path) != nil {
		require.NoError(t, os.Symlink(self, path))
	}
	return path
}

// ways are the two ways that a step can go.
var ways = map[string][]wire.Option{"doorbell": nil, "call": {wire.StepByCall()}}

func launch(t testing.TB, opts ...wire.Option) *wire.Client {
	t.Helper()
	return launchProgram(t, "testsgd", opts...)
}

func launchProgram(t testing.TB, name string, opts ...wire.Option) *wire.Client {
	t.Helper()
	c, err := wire.Launch(program(t, name), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func layout(t testing.TB, variant int, d abi.DType, lens, group []int) *abi.Layout {
	t.Helper()
	l, err := abi.NewLayout(&testrule.Rule.Manifest, variant, d, lens, group)
	require.NoError(t, err)
	return l
}

// ready readies an arena for its first step, with a trap in the kernel.
func ready(a *abi.Arena, trap int) *abi.Arena {
	copy(a.Hypers(0), testrule.Rule.Manifest.Defaults())
	a.Hypers(0)[2] = float64(trap)
	for i := range a.Steps() {
		a.Steps()[i] = 1
	}
	return a
}

// trapped is a plugin with an arena of one tensor, about to step into a trap.
func trapped(t testing.TB, trap int, opts ...wire.Option) (*wire.Client, *abi.Arena) {
	t.Helper()
	c := launch(t, opts...)
	a, err := c.Attach(layout(t, 0, abi.F64, []int{8}, []int{0}))
	require.NoError(t, err)
	for i := range 8 {
		abi.Grad[float64](a, 0)[i] = float64(i + 1)
	}
	return c, ready(a, trap)
}
