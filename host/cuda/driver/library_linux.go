//go:build !nocuda && (amd64 || arm64)

package driver

import (
	"runtime"

	"github.com/ebitengine/purego"
)

const systemLibrary = "libcuda.so.1"

// load and symbol stay on a thread: the loader keeps the reason of an error for the
// thread that had it.
func load(library string) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func symbol(library uintptr, name string) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlsym(library, name)
}
