//go:build !nocuda && (linux || windows) && (amd64 || arm64)

package driver

import (
	"fmt"

	"github.com/ebitengine/purego"
)

// open loads a library that stays loaded.
func open(library string) (uintptr, error) {
	handle, err := load(library)
	if err != nil {
		return 0, fmt.Errorf("%w; install the driver of this machine's GPU, or start the container with its GPUs", err)
	}
	return handle, nil
}

// invoke calls a C function, whose result is an int, with integer arguments. See
// Driver.call for what they may be.
//
//go:uintptrescapes
func invoke(address uintptr, args ...uintptr) int32 {
	result, _, _ := purego.SyscallN(address, args...)
	return int32(result)
}
