package host_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

// install compiles a rule to a plugin and installs it in the user's store,
// which is what the command optc compile does.
func install(text string) error {
	rule, list := dsl.Compile("pnm.opt", text)
	if rule == nil {
		return fmt.Errorf("%v", list)
	}
	source, err := build.PackageOf(rule)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "plugin")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, ctx := &rule.Manifest, context.Background()
	binary := filepath.Join(dir, registry.Exe(m.Name))
	if err := build.Plugin(ctx, source, binary); err != nil {
		return err
	}
	r, err := registry.New(registry.Config{})
	if err != nil {
		return err
	}
	_, err = r.Install(ctx, registry.Candidate{Binary: binary, Source: text, Manifest: m, Origin: registry.BuiltIn})
	return err
}

func TestMain(m *testing.M) {
	code := m.Run()
	if home := os.Getenv("OPTC_HOME"); home != "" && home == made {
		os.RemoveAll(home)
	}
	os.Exit(code)
}

// made is the OPTC_HOME that store made.
var made string

// store gives the tests a user's store of their own, with the plugin pnm in it,
// once.
var store = sync.OnceValue(func() (err error) {
	if made, err = os.MkdirTemp("", "optc"); err != nil {
		return err
	}
	if err := os.Setenv("OPTC_HOME", made); err != nil {
		return err
	}
	return install(pnm.Rule.Source)
})

// A plugin that is found by name is the same optimizer as its kernel in this
// process, and each goes on from the other's checkpoint.
func TestPluginIsTheKernel(t *testing.T) {
	require.NoError(t, store())
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		config := host.Config{DType: d, Groups: biases(map[string]float64{"lr": 0.01}), Choose: map[string]string{"decay": "l2"}}
		load := func() *host.Optimizer {
			e, err := host.Load("pnm@" + pnm.Rule.Manifest.Version)
			require.NoError(t, err)
			return mustNew(t, e, threeParams(), config)
		}
		whole, first, second := mustNew(t, host.InProcess(pnm.Rule), threeParams(), config), load(), load()
		train(t, whole, 13)
		train(t, first, 7)
		dir := t.TempDir()
		require.NoError(t, first.Save(dir, nil))
		require.NoError(t, second.Restore(dir, nil))
		train(t, second, 13)
		assert.Equal(t, snapshot(t, whole), snapshot(t, second))
		require.NoError(t, whole.Restore(dir, nil))
		train(t, whole, 13)
		assert.Equal(t, snapshot(t, second), snapshot(t, whole))
	}
}

func TestPluginThatDiesEndsTheOptimizer(t *testing.T) {
	require.NoError(t, store())
	e, err := host.Load("pnm")
	require.NoError(t, err)
	o := mustNew(t, e, threeParams(), host.Config{Groups: biases(nil)})
	require.NoError(t, o.Step())
	process, err := os.FindProcess(e.(interface{ PID() int }).PID())
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	for o.Step() == nil { // until the system has ended it
	}
	assert.ErrorContains(t, o.Step(), "the optimizer is out of use, since a step failed")
	assert.Len(t, o.Theta(0).Data(), 6, "the parameters can still be read")
}

func TestLoadErrors(t *testing.T) {
	require.NoError(t, store())
	_, err := host.Load("pnn")
	assert.ErrorContains(t, err, "did you mean pnm?")
	assert.ErrorContains(t, err, "\noptc compile FILE.opt installs the plugin of a rule, and optc train NAME --steps 1 that of ")
	assert.ErrorAs(t, err, new(*registry.NotFoundError))
	_, err = host.Load("pnm@9.9.9")
	assert.EqualError(t, err, "there is no plugin pnm@9.9.9; of pnm there is "+pnm.Rule.Manifest.Version)
	empty := t.TempDir()
	e, err := host.Load("pnm", empty)
	require.NoError(t, err, "a folder without plugins is passed over")
	require.NoError(t, e.Close())
	_, err = host.Launch(filepath.Join(empty, "none"))
	assert.ErrorContains(t, err, "there is no plugin at")
}

// A store whose sums were mended after its binary was exchanged passes Find; the
// plugin's own word does not.
func TestStartComparesThePluginWithItsEntry(t *testing.T) {
	require.NoError(t, store())
	r, err := registry.New(registry.Config{})
	require.NoError(t, err)
	entry, err := r.Find("pnm")
	require.NoError(t, err)
	engine, err := host.Start(entry)
	require.NoError(t, err)
	require.NoError(t, engine.Close())
	other := *entry.Manifest
	other.Digest = dsl.Digest("another text")
	entry.Manifest = &other
	_, err = host.Start(entry)
	assert.ErrorContains(t, err, "says that it is pnm of another text; install pnm again")
}
