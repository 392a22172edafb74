package host

import (
	"errors"
	"runtime"

	"github.com/optc-lang/optc/registry/abi"
)

// InProcess is the engine that runs a rule's kernels in this process, with as
// many threads as GOMAXPROCS allows. Its arena is ordinary memory, which stays
// usable after Close. A second Attach takes the place of the first.
func InProcess(rule *abi.Rule) Engine { return InThreads(rule, runtime.GOMAXPROCS(0)) }

// InThreads is InProcess with at most n threads.
func InThreads(rule *abi.Rule, n int) Engine { return &inProcess{rule: rule, threads: n} }

type inProcess struct {
	rule    *abi.Rule
	threads int
	stepper *abi.Stepper // nil before Attach
	closed  bool
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
	e.detach()
	e.stepper = abi.NewStepper(e.rule, arena, e.threads)
	return arena, nil
}

func (e *inProcess) detach() {
	if e.stepper != nil {
		e.stepper.Close()
		e.stepper = nil
	}
}

func (e *inProcess) Step() error {
	if e.closed {
		return errors.New("the engine is closed")
	}
	if e.stepper == nil {
		return errors.New("the engine has no arena; call Attach first")
	}
	e.stepper.Step()
	return nil
}

func (e *inProcess) Close() error {
	e.closed = true
	e.detach()
	return nil
}
