//go:build !nocuda && (amd64 || arm64)

package driver

import "golang.org/x/sys/windows"

const systemLibrary = "nvcuda.dll"

func load(library string) (uintptr, error) {
	handle, err := windows.LoadLibraryEx(library, 0, windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS)
	return uintptr(handle), err
}

func symbol(library uintptr, name string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(library), name)
}
