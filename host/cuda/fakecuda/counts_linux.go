//go:build !nocuda && (amd64 || arm64)

package fakecuda

import (
	"unsafe"

	"github.com/ebitengine/purego"
)

const supported = true

// Count asks a stand-in, by its library's path, what it has done.
func Count(library string) (Counts, error) {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return Counts{}, err
	}
	counts, err := purego.Dlsym(handle, "fake_counts")
	if err != nil {
		return Counts{}, err
	}
	var c Counts
	purego.SyscallN(counts, uintptr(unsafe.Pointer(&c)))
	return c, nil
}
