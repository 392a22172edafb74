package host

import (
	"errors"

	"github.com/optc-lang/optc/registry/abi"
)

// InProcess is the engine that runs a rule's kernel in this process. Its arena
// is ordinary memory, which stays usable after Close. A second Attach takes the
// place of the first.
func InProcess(rule *abi.Rule) Engine { return &inProcess{rule: rule} }

type inProcess struct {
	rule   *abi.Rule
	arena  *abi.Arena
	step   func()
	closed bool
}

func (e *inProcess) Manifest() *abi.Manifest { return &e.rule.Manifest }

func (e *inProcess) Attach(l *abi.Layout) (*abi.Arena, error) {
	if e.closed {
		return nil, errors.New("the engine is closed; make another one")
	}
	if err := e.rule.Fits(l); err != nil {
		return nil, err
	}
	arena, err := abi.AllocArena(l)
	if err != nil {
		return nil, err
	}
	e.arena = arena
	if k := e.rule.Kernels[l.Variant]; l.DType == abi.F64 {
		e.step = stepper(arena, k.F64)
	} else {
		e.step = stepper(arena, k.F32)
	}
	return arena, nil
}

// stepper is what abi.Rule.Step does, with the slices of all tensors made once,
// so that a step allocates nothing.
func stepper[T abi.Float](a *abi.Arena, kernel func(*abi.Update[T])) func() {
	updates := make([]abi.Update[T], len(a.Layout().Lens))
	for i := range updates {
		updates[i] = abi.Update[T]{
			Seed: a.Layout().Seed, Tensor: i,
			Hyper: a.Hypers(a.Layout().Group[i]), Theta: abi.Theta[T](a, i), Grad: abi.Grad[T](a, i),
			State: make([][]T, a.Layout().Buffers),
		}
		for b := range updates[i].State {
			updates[i].State[b] = abi.State[T](a, b, i)
		}
	}
	return func() {
		for i, t := range a.Steps() {
			if t != 0 {
				updates[i].T = t
				kernel(&updates[i])
			}
		}
	}
}

func (e *inProcess) Step() error {
	if e.closed {
		return errors.New("the engine is closed")
	}
	if e.step == nil {
		return errors.New("the engine has no arena; call Attach first")
	}
	e.step()
	return nil
}

func (e *inProcess) Close() error {
	e.closed, e.step = true, nil
	return nil
}
