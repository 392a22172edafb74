package cudacpu

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

// engine steps one arena. Its arena is ordinary memory, which stays usable after
// Close.
type engine struct {
	library *Library
	code    code
	arena   *abi.Arena // nil before Attach
	calls   calls      // of the arena's variant and dtype
	tables  tables
	closed  bool
}

func (e *engine) Manifest() *abi.Manifest { return e.library.manifest }

func (e *engine) Attach(l *abi.Layout) (*abi.Arena, error) {
	if e.closed {
		return nil, errors.New("the engine is closed; make another one")
	}
	if err := e.library.manifest.Fits(l); err != nil {
		return nil, err
	}
	arena, err := abi.AllocArena(l)
	if err != nil {
		return nil, err
	}
	launch := e.library.launches[l.Variant]
	if e.calls, err = e.code.calls(launch.Name, l.DType); err != nil {
		return nil, err
	}
	var says struct{ scalars, reduced, reductions int64 }
	e.calls.sizes(unsafe.Pointer(&says))
	if launch.Scalars != int(says.scalars) || launch.Reduced != int(says.reduced) || launch.Reductions != int(says.reductions) {
		return nil, fmt.Errorf("the compiler's structs have sizes %v, and cudagen says %v; this is a fault of optc", says, launch)
	}
	e.arena, e.tables = arena, tables{sizes: launch}
	return arena, nil
}

func (e *engine) Step() error {
	if e.closed {
		return errors.New("the engine is closed")
	}
	if e.arena == nil {
		return errors.New("the engine has no arena; call Attach first")
	}
	e.tables.fill(e.arena)
	if r := e.tables.run(e.arena); r.parts > 0 {
		e.calls.step(unsafe.Pointer(r))
	}
	return nil
}

func (e *engine) Close() error {
	if e.closed {
		return nil
	}
	e.closed = true
	return e.code.close()
}
