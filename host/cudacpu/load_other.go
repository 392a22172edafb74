//go:build !linux && !darwin

package cudacpu

import (
	"errors"
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

type code struct{}

type calls struct {
	sizes func(to unsafe.Pointer)
	step  func(run unsafe.Pointer)
}

var errSystem = errors.New("CUDA source runs on the processor on Linux and macOS only")

func load(string) (code, error) { return code{}, errSystem }

func (code) close() error { return nil }

func (code) calls(string, abi.DType) (calls, error) { return calls{}, errSystem }
