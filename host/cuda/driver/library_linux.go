//go:build !nocuda && (amd64 || arm64)

package driver

import "github.com/ebitengine/purego"

const systemLibrary = "libcuda.so.1"

func load(library string) (uintptr, error) {
	return purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func symbol(library uintptr, name string) (uintptr, error) { return purego.Dlsym(library, name) }
