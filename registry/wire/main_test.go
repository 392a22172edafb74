package wire_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// programs are what this test's own binary does under other names: the tests
// need real processes, and need not compile them that way.
var programs = map[string]func(){
	"testsgd": func() { wire.Serve(testrule.Rule) },
	"host":    host,
}

func TestMain(m *testing.M) {
	if run, other := programs[filepath.Base(os.Args[0])]; other {
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
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.Symlink(self, path))
	return path
}

// host launches the plugin of its argument, says so, and waits to be killed.
func host() {
	c, err := wire.Launch(os.Args[1])
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println(c.PID())
	select {}
}

func launchPath(path string) (*wire.Client, error) { return wire.Launch(path) }

func launch(t testing.TB, opts ...wire.Option) *wire.Client {
	t.Helper()
	c, err := wire.Launch(program(t, "testsgd"), opts...)
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
