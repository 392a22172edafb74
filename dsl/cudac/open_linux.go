//go:build !nocuda && (amd64 || arm64)

package cudac

import (
	"runtime"

	"github.com/ebitengine/purego"
)

// libraries are the names of NVRTC, the latest first.
var libraries = []string{"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"}

// open loads a library, which stays until the program ends. It and symbol stay on
// a thread: the loader keeps the reason of an error for the thread that had it.
func open(path string) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func symbol(library uintptr, name string) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlsym(library, name)
}
