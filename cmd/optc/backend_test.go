//go:build !xla

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTrainTellsOfABackendThatItHasNot(t *testing.T) {
	place(t)
	for config, says := range map[string]string{
		"xla:/no/plugin.so": "optc: GOMLX_BACKEND is xla:/no/plugin.so, but this optc computes gradients in pure Go; build it with -tags xla for XLA\n",
		"go":                "",
	} {
		t.Setenv("GOMLX_BACKEND", config)
		o := optc(quick("pnm --steps 1")...)
		require.Zero(t, o.code, o.err)
		if says == "" {
			assert.NotContains(t, o.err, "GOMLX_BACKEND")
		}
		assert.Contains(t, o.err, says)
	}
}
