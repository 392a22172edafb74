package spec_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host/cudacpu"
	"github.com/optc-lang/optc/spec"
)

// TestCUDASourceConforms holds the CUDA source of every rule, compiled for the
// processor, to every clause; with -short that of pnm alone.
func TestCUDASourceConforms(t *testing.T) {
	for _, rule := range everyRule() {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			if testing.Short() && rule.Manifest.Name != "pnm" {
				t.Skip("-short has pnm alone")
			}
			t.Parallel()
			compiled, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
			require.NotNil(t, compiled, "%v", list)
			library, err := cudacpu.Build(compiled, t.TempDir())
			if errors.Is(err, cudacpu.ErrNoCompiler) {
				t.Skip(err)
			}
			require.NoError(t, err)
			spec.Run(t, spec.CUDASource(library, rule.Source))
		})
	}
}
