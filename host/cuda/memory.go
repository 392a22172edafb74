package cuda

import (
	"cmp"
	"fmt"
	"unsafe"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/registry/abi"
)

// memory is what a run has in the device's memory, and its counterparts in the
// host's.
type memory struct {
	regions driver.Pointer // of the tensors, with the strides that they have in the arena
	host    []byte         // the regions of θ and g in the arena
	states  []byte         // those of the states, which follow

	control, parts, scalars, reduced, lanes driver.Pointer

	all    []driver.Pointer // what is to be freed
	pinned [][]byte
}

// alloc allocates what an arena needs at most in any step.
func (m *memory) alloc(gpu *driver.Context, launch *abi.Launch, a *abi.Arena) error {
	l := a.Layout()
	m.host = a.Bytes()[l.RegionAt(0):l.RegionAt(2)]
	m.states = a.Bytes()[l.RegionAt(2):l.RegionAt(2+l.Buffers)]
	parts, leaves := most(l)
	wanted := []struct {
		at    *driver.Pointer
		bytes int64
	}{
		{&m.regions, int64(len(m.host) + len(m.states))},
		{&m.control, int64(controlBytes(l))},
		{&m.parts, int64(unsafe.Sizeof(part{})) * parts},
		{&m.scalars, int64(launch.Scalars) * int64(len(l.Lens))},
		{&m.reduced, int64(launch.Reduced) * int64(len(l.Lens))},
		{&m.lanes, laneBytes * int64(launch.Reductions) * leaves},
	}
	needed := int64(0)
	for _, w := range wanted {
		needed += w.bytes
	}
	if free, total, err := gpu.Memory(); err != nil {
		return err
	} else if needed > free {
		return tooLittle(needed, free, total)
	}
	for _, w := range wanted {
		if w.bytes == 0 {
			continue
		}
		var err error
		if *w.at, err = gpu.Alloc(w.bytes); err != nil {
			return err
		}
		m.all = append(m.all, *w.at)
	}
	return nil
}

// controlBytes is the memory of the hyperparameters and instants of a step, and a
// byte, so that it is never empty.
func controlBytes(l *abi.Layout) int {
	return 8*l.Groups*l.Hypers + int(unsafe.Sizeof(instant{}))*len(l.Lens) + 1
}

// pin pins memory of the host until free.
func (m *memory) pin(gpu *driver.Context, host []byte) error {
	if err := gpu.Pin(host); err != nil {
		return fmt.Errorf("%d bytes of memory can't be pinned for copies to the GPU: %w", len(host), err)
	}
	m.pinned = append(m.pinned, host)
	return nil
}

func tooLittle(needed, free, total int64) error {
	const mib = 1 << 20
	return fmt.Errorf("it needs %d MiB of the GPU's memory for parameters, gradients and states, and %d MiB of its %d are free; "+
		"end what else uses the GPU, or train a smaller model", (needed+mib-1)/mib, free/mib, total/mib)
}

// argument is what the kernels of a plan are given.
func (m *memory) argument(l *abi.Layout, p *plan) argument {
	stride := len(m.host) / 2
	return argument{
		theta: uint64(m.regions), grad: uint64(m.regions) + uint64(stride),
		state: uint64(m.regions) + 2*uint64(stride), stride: int64(stride / l.DType.Size()),
		part: uint64(m.parts), parts: int64(len(p.parts)),
		hyper: uint64(m.control), instant: uint64(m.control) + uint64(8*l.Groups*l.Hypers), instants: int64(len(p.instants)),
		scalars: uint64(m.scalars), reduced: uint64(m.reduced), lanes: uint64(m.lanes), leaves: p.leaves,
		seed: l.Seed,
	}
}

func (m *memory) free(gpu *driver.Context) error {
	var all []error
	for _, host := range m.pinned {
		all = append(all, gpu.Unpin(host))
	}
	for _, at := range m.all {
		all = append(all, gpu.Release(at))
	}
	m.pinned, m.all = nil, nil
	return cmp.Or(all...)
}
