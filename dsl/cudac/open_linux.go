//go:build !nocuda && (amd64 || arm64)

package cudac

import "github.com/ebitengine/purego"

// libraries are the names of NVRTC, the latest first.
var libraries = []string{"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"}

// open loads a library, which stays until the program ends.
func open(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func symbol(library uintptr, name string) (uintptr, error) { return purego.Dlsym(library, name) }
