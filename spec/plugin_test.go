package spec_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// inProcesses are the rules whose plugins are held to the suite here: the named
// ones of the paper, one with reductions, one that draws, and those that strain
// the compiler. A plugin takes seconds; optc conform does any.
var inProcesses = []string{"adapnm", "pnm", "hb", "adam", "lamb", "noisysgd", "strain", "noise"}

// TestPluginsConform holds plugins, which are processes, to all clauses, as the
// kernel in this process is. With -short it is one rule's.
func TestPluginsConform(t *testing.T) {
	for _, rule := range everyRule() {
		i := slices.Index(inProcesses, rule.Manifest.Name)
		if i < 0 || testing.Short() && i > 0 {
			continue
		}
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			spec.Run(t, spec.Plugin(buildPlugin(t, rule), rule.Source))
		})
	}
}

func buildPlugin(t *testing.T, rule *abi.Rule) string {
	compiled, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
	require.NotNil(t, compiled, "%v", list)
	source, err := build.PackageOf(compiled)
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), registry.Exe(rule.Manifest.Name))
	require.NoError(t, build.Plugin(t.Context(), source, binary))
	return binary
}
