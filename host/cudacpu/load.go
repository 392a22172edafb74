//go:build !nocuda && (linux || darwin) && (amd64 || arm64)

package cudacpu

import (
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/optc-lang/optc/registry/abi"
)

// code is a loaded library.
type code struct{ handle uintptr }

// calls are the functions of one variant and dtype.
type calls struct {
	sizes func(to unsafe.Pointer)
	step  func(run unsafe.Pointer)
}

func load(path string) (code, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	return code{handle}, err
}

func (c code) close() error { return purego.Dlclose(c.handle) }

// calls finds the functions of a variant, by its name in the source.
func (c code) calls(variant string, d abi.DType) (calls, error) {
	found := calls{}
	for _, f := range []struct {
		name string
		to   any
	}{
		{variant + "_sizes", &found.sizes}, {variant + "_" + string(d), &found.step},
	} {
		symbol, err := purego.Dlsym(c.handle, f.name)
		if err != nil {
			return calls{}, err
		}
		purego.RegisterFunc(f.to, symbol)
	}
	return found, nil
}
