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

// Unused is what GOMLX_BACKEND asks for in vain: nothing.
func Unused() string { return "" }

// newBackend gives XLA, by the PJRT plugin that GOMLX_BACKEND names. It takes an
// absolute path alone: for a bare name go-xla would download plugins.
func newBackend() (compute.Backend, error) {
	config := os.Getenv(compute.ConfigEnvVar)
	plugin, ok := strings.CutPrefix(config, "xla:")
	if !ok || !filepath.IsAbs(plugin) {
		return nil, fmt.Errorf("%s is %q, but this program, built with the tag xla, computes gradients by a PJRT plugin; "+
			"install the Python package jax-cuda13-plugin[with-cuda], which brings jax-cuda13-pjrt, "+
			"and set %[1]s=xla:/absolute/path/to/xla_cuda_plugin.so", compute.ConfigEnvVar, config)
	}
	backend, err := xla.NewWithOptions(plugin, nil)
	if err != nil {
		return nil, fmt.Errorf("%s=%s: %s; it has to name a PJRT plugin for a device of this machine", compute.ConfigEnvVar, config,
			strings.Replace(err.Error(), `":: `, `": `, 1)) // go-xla ends a message with a colon, and its errors package adds one
	}
	backend.DotGeneralUseTF32 = false // float32 is float32, whatever the options say
	return backend, nil
}
