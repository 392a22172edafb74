//go:build nocuda || !((linux || darwin) && (amd64 || arm64))

package cudacpu

import (
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

type code struct{}

type calls struct {
	sizes func(to unsafe.Pointer)
	step  func(run unsafe.Pointer)
}

func load(string) (code, error) { return code{}, ErrNoLoader }

func (code) close() error { return nil }

func (code) calls(string, abi.DType) (calls, error) { return calls{}, ErrNoLoader }
