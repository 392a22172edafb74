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
	missing := "xla:" + filepath.Join(t.TempDir(), "missing.so")
	const howTo = "which brings jax-cuda13-pjrt, and set GOMLX_BACKEND=xla:/absolute/path/to/xla_cuda_plugin.so"
	const whatItIs = "it has to name a PJRT plugin for a device of this machine"
	for config, want := range map[string][2]string{
		"":               {`problem "mlp": GOMLX_BACKEND is "", but this program, built with the tag xla`, howTo},
		"go":             {`GOMLX_BACKEND is "go", but`, howTo},
		"xla:cuda":       {`GOMLX_BACKEND is "xla:cuda", but`, howTo},
		missing:          {"GOMLX_BACKEND=" + missing + ": ", whatItIs},
		missing + ",f64": {"unknown plugin options [f64]", whatItIs},
	} {
		t.Setenv(compute.ConfigEnvVar, config)
		_, err := problem.New("mlp", blobs(), 1)
		assert.ErrorContains(t, err, want[0])
		assert.ErrorContains(t, err, want[1])
		assert.NotContains(t, err.Error(), "::")
	}
}
