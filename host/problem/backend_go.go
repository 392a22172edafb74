//go:build !xla

package problem

import (
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // the backend "go"
)

// backendConfig: one operation at a time. The backend's default runs operations in
// parallel and can deadlock, when parallel matrix products fill its worker pool.
const backendConfig = "go:ops_sequential"

// Unused is what GOMLX_BACKEND asks for in vain: XLA takes the tag xla.
func Unused() string {
	config := os.Getenv(compute.ConfigEnvVar)
	if name, _, _ := strings.Cut(config, ":"); name == "go" {
		return ""
	}
	return config
}

// newBackend gives GoMLX's backend in pure Go.
func newBackend() (compute.Backend, error) {
	backend, err := compute.NewWithConfig(backendConfig)
	if err != nil {
		return nil, fmt.Errorf("GoMLX's backend %q: %w", backendConfig, err)
	}
	return backend, nil
}
