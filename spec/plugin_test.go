package spec_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/rules"
)

// A plugin's process over shared memory is held to the oracle as the kernel in
// this process is. A plugin takes seconds to build, so one rule of a paper and
// the one that strains the compiler most stand for all.
func TestPluginIsTheOracleInEveryBit(t *testing.T) {
	for _, name := range []string{"adapnm", "strain"} {
		rule, ok := plugins.Find(name)
		if !ok {
			rule = findRule(t, rules.All(), name)
		}
		binary := buildPlugin(t, rule)
		for v := range rule.Manifest.Variants {
			t.Run(name, func(t *testing.T) {
				comparePlugin[float32](t, binary, oracle(t, rule), v)
				comparePlugin[float64](t, binary, oracle(t, rule), v)
			})
		}
	}
}

func findRule(t *testing.T, all []*abi.Rule, name string) *abi.Rule {
	for _, r := range all {
		if r.Manifest.Name == name {
			return r
		}
	}
	require.FailNow(t, "no such rule", name)
	return nil
}

func buildPlugin(t *testing.T, rule *abi.Rule) string {
	compiled, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
	require.NotNil(t, compiled, "%v", list)
	source, err := compiled.Go()
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), registry.Exe(rule.Manifest.Name))
	p := build.Package{Name: rule.Manifest.Name, Source: rule.Source, Go: source}
	require.NoError(t, build.Plugin(t.Context(), p, binary))
	return binary
}

func comparePlugin[T abi.Float](t *testing.T, binary string, o *abi.Rule, variant int) {
	engine, err := host.Launch(binary)
	require.NoError(t, err)
	defer func() { require.NoError(t, engine.Close()) }()
	layout := layoutFor[T](t, engine.Manifest(), variant, long)
	shared, err := engine.Attach(layout)
	require.NoError(t, err)
	own, err := abi.AllocArena(layout)
	require.NoError(t, err)
	compareSteps[T](t, engine.Manifest(), []*abi.Arena{shared, own}, []stepper{engine, kernels{o, own}})
}
