//go:build !nocuda && (amd64 || arm64)

package cudac

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// libraries are the names of NVRTC, the latest first.
var libraries = []string{"nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"}

// open loads a library, which stays until the program ends. What it needs may lie
// beside it.
func open(path string) (uintptr, error) {
	flags := uintptr(0)
	if filepath.IsAbs(path) {
		flags = windows.LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS
	}
	library, err := windows.LoadLibraryEx(path, 0, flags)
	return uintptr(library), err
}

func symbol(library uintptr, name string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(library), name)
}
