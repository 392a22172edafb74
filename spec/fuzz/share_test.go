package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/spec/fuzz"
)

// Most rules have vector kernels, or engines with vectors would be compared with
// the scalar kernels that they fall back on.
func TestMostRulesHaveVectors(t *testing.T) {
	t.Parallel()
	const seeds = 200
	with := 0
	for seed := range uint64(seeds) {
		source, err := compiled(t, fuzz.Rule(seed)).Vectors()
		require.NoError(t, err)
		if source != nil {
			with++
		}
	}
	t.Logf("%d of %d rules have vector kernels", with, seeds)
	assert.GreaterOrEqual(t, with, seeds*65/100)
}
