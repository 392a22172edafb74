//go:build xla

package problem_test

import (
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"
	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/host/problem"
)

// What names no plugin is answered by a sentence, and makes go-xla download nothing.
func TestPluginThatIsNotThere(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.so")
	for config, want := range map[string]string{
		"":                       `GOMLX_BACKEND is "", but this program, built with the tag xla, computes gradients by a PJRT plugin`,
		"go":                     `GOMLX_BACKEND is "go", but`,
		"xla:cuda":               `GOMLX_BACKEND is "xla:cuda", but`,
		"xla:" + missing:         missing,
		"xla:" + missing + ",no": `unknown plugin options [no]`,
	} {
		t.Setenv(compute.ConfigEnvVar, config)
		_, err := problem.New("mlp", blobs(), 1)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "install the Python package jax-cuda13-pjrt and set GOMLX_BACKEND=xla:/absolute/path/to/xla_cuda_plugin.so")
	}
}
