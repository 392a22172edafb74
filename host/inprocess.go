package host

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/optc-lang/optc/internal/memory"
	"github.com/optc-lang/optc/registry/abi"
)

// InProcess is the engine that runs a rule's kernels in this process, with as
// many threads as GOMAXPROCS allows. Its arena is ordinary memory, which stays
// usable after Close. A second Attach takes the place of the first. On Linux,
// Attach refuses an arena beyond the memory that is left.
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
	if err := fitsMemory(l.Size()); err != nil {
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

// small is the bytes of an arena for which no one asks whether they are there.
const small = 64 << 20

// fitsMemory refuses what there is too little memory for: Go ends a program that
// gets none.
func fitsMemory(bytes int) error {
	if bytes <= small {
		return nil
	}
	left, known := memory.Available()
	if known && bytes > left {
		debug.FreeOSMemory() // arenas that are out of use among it
		left, known = memory.Available()
	}
	if known && bytes > left {
		return fmt.Errorf("parameters, gradients and states take %.2f GiB of memory, and %.2f GiB are left; give fewer or smaller parameters",
			gib(bytes), gib(left))
	}
	return nil
}

func gib(bytes int) float64 { return float64(bytes) / (1 << 30) }

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
