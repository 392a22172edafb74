//go:build xla

package problem

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
)

// howToName says where a PJRT plugin comes from and how it is named.
const howToName = "install the Python package jax-cuda13-pjrt and set " + compute.ConfigEnvVar +
	"=xla:/absolute/path/to/xla_cuda_plugin.so"

// newBackend gives XLA, by the PJRT plugin that GOMLX_BACKEND names. It takes an
// absolute path alone: for a bare name go-xla would download plugins.
func newBackend() (compute.Backend, error) {
	config := os.Getenv(compute.ConfigEnvVar)
	plugin, ok := strings.CutPrefix(config, "xla:")
	if !ok || !filepath.IsAbs(plugin) {
		return nil, fmt.Errorf("%s is %q, but this program, built with the tag xla, computes gradients by a PJRT plugin; %s",
			compute.ConfigEnvVar, config, howToName)
	}
	backend, err := xla.NewWithOptions(plugin, nil)
	if err != nil {
		return nil, fmt.Errorf("%s=%s: %w; %s", compute.ConfigEnvVar, config, err, howToName)
	}
	backend.DotGeneralUseTF32 = false // float32 is float32, whatever the options say
	return backend, nil
}
