package spec_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/rules"
)

// everyRule lists the rules of the repository: those that users get, and those
// that strain the compiler.
func everyRule() []*abi.Rule { return append(plugins.All(), rules.All()...) }

// TestEveryRuleConforms holds the generated Go of every rule in the repository
// to every clause.
func TestEveryRuleConforms(t *testing.T) {
	for _, rule := range everyRule() {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			spec.Run(t, spec.InProcess(rule))
		})
	}
}

// TestVectorsConform holds the vector kernels of every rule that has them to
// every clause.
func TestVectorsConform(t *testing.T) {
	for bits, needs := range map[int]string{256: "AVX2", 512: "AVX-512"} {
		for _, rule := range everyRule() {
			t.Run(fmt.Sprintf("%d/%s", bits, rule.Manifest.Name), func(t *testing.T) {
				t.Parallel()
				e, ok := spec.Vectors(rule, bits)
				if !ok {
					t.Skipf("no vectors of %d bits: the rule has none, or this build (GOEXPERIMENT=simd for amd64) or this processor (%s)", bits, needs)
				}
				spec.Run(t, e)
			})
		}
	}
}

// TestTheOracleConforms: the suite asks nothing that the reference does not keep.
// The rules that strain the compiler have all of the language in them, and stand
// for all.
func TestTheOracleConforms(t *testing.T) {
	for _, rule := range rules.All() {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			e, err := spec.Oracle(rule.Manifest.Name+".opt", rule.Source)
			require.NoError(t, err)
			spec.Run(t, e)
		})
	}
}
