// Package cuda is the engine that steps a rule on an NVIDIA GPU. A plugin hands
// over its kernels (wire.Client.CUDA), and this package launches them in the host's
// CUDA context:
//
//	e, err := cuda.Open(0, manifest, kernels)
//	o, err := host.New(e, params, config)
//
// Parameters, gradients and states have the same places in the device's memory as
// in the arena of the host, and stay there from step to step. Step copies θ and g
// of the tensors that it steps to the device, and θ back; the states travel only
// when somebody asks (Pull, Push), so that a checkpoint is the same file whichever
// engine wrote it. Who has gradients on the device writes them at Grad and calls
// Launch, which copies nothing.
//
// A step is a launch of each of its kernels: prepare, which computes the scalars of
// the step, and the kernel step itself; begin before a tensor's first step, and a
// pair for each pass of a rule that reduces. Steps that differ from the one before
// in t and hyperparameters alone are one launch of a CUDA graph. The flag found_inf of
// the kernels is not used: host.Optimizer looks at the gradients before a Step, and
// who calls Launch has looked at those that it wrote.
package cuda

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/registry/abi"
)

// Engine is a host.Engine and a host.Remote. It is for one goroutine at a time.
type Engine struct {
	// Direct has every step launch its kernels one by one, without a graph. It is
	// for measuring, and may be set between steps.
	Direct bool

	gpu      *driver.Context
	manifest *abi.Manifest
	code     *abi.CUDA
	module   *driver.Module
	run      *run  // of the arena; nil before Attach
	owns     bool  // the context
	failed   error // why no step can be taken any more
	closed   bool
}

// Find is a GPU of this machine, by its index, from 0.
func Find(index int) (driver.Device, error) {
	d, err := driver.Load()
	if err != nil {
		return driver.Device{}, err
	}
	return d.Device(index)
}

// Open loads a rule's kernels on the GPU of an index.
func Open(index int, m *abi.Manifest, code *abi.CUDA) (*Engine, error) {
	d, err := driver.Load()
	if err != nil {
		return nil, err
	}
	gpu, err := d.Open(index)
	if err != nil {
		return nil, err
	}
	e, err := New(gpu, m, code)
	if err != nil {
		return nil, errors.Join(err, gpu.Close())
	}
	e.owns = true
	return e, nil
}

// New loads a rule's kernels. The context stays its caller's, to be closed after
// the engine.
func New(gpu *driver.Context, m *abi.Manifest, code *abi.CUDA) (*Engine, error) {
	if err := code.Validate(m); err != nil {
		return nil, err
	}
	e := &Engine{gpu: gpu, manifest: m, code: code}
	err := gpu.Do(func() (err error) {
		e.module, err = load(gpu, m.Name, code.Images)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Manifest describes the rule.
func (e *Engine) Manifest() *abi.Manifest { return e.manifest }

// Attach makes an arena in the host's memory, which stays usable after Close, and
// its counterpart in the device's. A second Attach takes the place of the first.
func (e *Engine) Attach(l *abi.Layout) (*abi.Arena, error) {
	if e.closed {
		return nil, errors.New("the engine is closed; make another one")
	}
	if err := e.manifest.Fits(l); err != nil {
		return nil, err
	}
	arena, err := abi.NewArena(l, pages(l.Size(), l.RegionAt(2))) // θ and g before it are pinned, the states are not
	if err != nil {
		return nil, err
	}
	if err := e.detach(); err != nil {
		return nil, err
	}
	r := newRun(e.gpu, arena)
	if err := e.gpu.Do(func() error { return r.make(e.module, &e.code.Launches[l.Variant]) }); err != nil {
		err = fmt.Errorf("%s can't be run on %s: %w", e.manifest.Name, e.gpu.Device().Name, err)
		return nil, errors.Join(err, e.gpu.Do(r.free))
	}
	e.run = r
	return arena, nil
}

// Step performs one step of every tensor whose step number is not 0, and returns
// when θ is in the arena.
func (e *Engine) Step() error {
	return e.do((*run).travel)
}

// Launch is Step for tensors that are in the device's memory: it copies none, and
// returns when the step is under way. The hyperparameters and step numbers are the
// arena's, which may be changed then. What other streams do with the tensors is done
// before Launch, or comes after Wait.
func (e *Engine) Launch() error { return e.do((*run).stay) }

// Wait returns when what Launch began is done.
func (e *Engine) Wait() error { return e.do((*run).wait) }

// Time is how long the device takes for what f gives to the stream of the engine's
// steps.
func (e *Engine) Time(f func(*driver.Stream) error) (took time.Duration, err error) {
	err = e.do(func(r *run) (err error) {
		took, err = r.stream.Time(func() error { return f(r.stream) })
		return err
	})
	return took, err
}

// Pull brings the states of all tensors into the arena.
func (e *Engine) Pull() error { return e.do((*run).pull) }

// Push takes the states of all tensors from the arena.
func (e *Engine) Push() error { return e.do((*run).push) }

// Theta is the address of a tensor's parameters in the device's memory; Attach has
// been called. They are the arena's only during Step.
func (e *Engine) Theta(tensor int) driver.Pointer { return e.run.at(0, tensor) }

// Grad is the address of a tensor's gradients in the device's memory.
func (e *Engine) Grad(tensor int) driver.Pointer { return e.run.at(1, tensor) }

// do calls f with the arena's run. Where the device fails, the engine is out of
// use.
func (e *Engine) do(f func(*run) error) error {
	switch {
	case e.closed:
		return errors.New("the engine is closed")
	case e.run == nil:
		return errors.New("the engine has no arena; call Attach first")
	case e.failed != nil:
		return e.failed
	}
	e.run.direct = e.Direct
	if err := e.gpu.Do(func() error { return f(e.run) }); err != nil {
		e.failed = fmt.Errorf("%s on %s: %w", e.manifest.Name, e.gpu.Device().Name, err)
	}
	return e.failed
}

// detach frees the arena's counterpart.
func (e *Engine) detach() error {
	if e.run == nil {
		return nil
	}
	r := e.run
	e.run, e.failed = nil, nil
	return e.gpu.Do(r.free)
}

// Close frees all that the engine has on the device. Its error is the first: where
// the device has failed, all that follow say the same.
func (e *Engine) Close() error {
	if e.closed {
		return nil
	}
	e.closed = true
	err := cmp.Or(e.detach(), e.gpu.Do(e.module.Unload))
	if e.owns {
		err = cmp.Or(err, e.gpu.Close())
	}
	return err
}
