package spec_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/rules"
)

// A plugin's process is held to all clauses, as the kernel in this process is. A
// plugin takes seconds to build, so one rule of a paper and the one that strains
// the compiler most stand for all; optc conform does any.
func TestPluginsConform(t *testing.T) {
	for _, name := range []string{"adapnm", "strain"} {
		if testing.Short() && name != "adapnm" {
			continue
		}
		rule, ok := plugins.Find(name)
		if !ok {
			rule = findRule(t, rules.All(), name)
		}
		t.Run(name, func(t *testing.T) { spec.Run(t, spec.Plugin(buildPlugin(t, rule), rule.Source)) })
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
