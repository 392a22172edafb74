package cuda_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/plugins/adapnm"
	"github.com/optc-lang/optc/plugins/lamb"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// pair is a run on the stand-in and the same run on the processor.
type pair struct {
	device *driver.Context
	gpu    *cuda.Engine
	cpu    host.Engine
	onGPU  *abi.Arena
	onCPU  *abi.Arena
	random *rand.Rand
	taken  []int64 // steps of each tensor
}

// lens are of tensors of none, one and several parts; some are empty.
var lens = []int{0, 40_000, 0, 3, 16_384, 1, 1025, 0}

// TestAnyOrder: whatever order tensors, hyperparameters and calls come in, the bits
// are the processor's.
func TestAnyOrder(t *testing.T) {
	for _, rule := range []*abi.Rule{pnm.Rule, adapnm.Rule, lamb.Rule} {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			for _, d := range []abi.DType{abi.F32, abi.F64} {
				t.Run(string(d), func(t *testing.T) { anyOrder(t, rule, d) })
			}
		})
	}
}

func anyOrder(t *testing.T, rule *abi.Rule, d abi.DType) {
	c := gpu(t, "")
	p := &pair{device: c, gpu: engine(t, c, rule.Source), cpu: host.InProcess(rule), random: rand.New(rand.NewPCG(1, 2)), taken: make([]int64, len(lens))}
	for i := range p.taken {
		p.taken[i] = []int64{0, 1 << 40, 0, 7}[i%4]
	}
	l, err := abi.NewLayout(&rule.Manifest, len(rule.Manifest.Variants)-1, d, lens, []int{0, 1, 2, 0, 0, 3, 1, 1})
	require.NoError(t, err)
	p.onGPU, err = p.gpu.Attach(l)
	require.NoError(t, err)
	p.onCPU, err = p.cpu.Attach(l)
	require.NoError(t, err)
	for range 60 {
		p.turn(t)
	}
	p.compare(t)
	require.NoError(t, p.gpu.Close())
	require.NoError(t, p.cpu.Close())
}

// turn is a few steps of the same tensors.
func (p *pair) turn(t *testing.T) {
	active := make([]bool, len(lens))
	for i := range active {
		active[i] = p.random.IntN(4) > 0
	}
	if p.random.IntN(4) == 0 {
		clear(active)
	}
	if p.random.IntN(3) == 0 {
		p.compare(t)
		require.NoError(t, p.gpu.Push())
	}
	p.gpu.Direct = p.random.IntN(5) == 0
	resident := p.random.IntN(2) == 0
	p.fill()
	if resident {
		p.copies(t, true)
	}
	for range 1 + p.random.IntN(4) {
		p.command(active)
		if resident {
			require.NoError(t, p.gpu.Launch())
			for i := range p.onGPU.Steps() { // they are free again
				p.onGPU.Steps()[i] = 99
			}
			for g := range p.onGPU.Layout().Groups {
				clear(p.onGPU.Hypers(g))
			}
		} else {
			require.NoError(t, p.gpu.Step())
		}
		require.NoError(t, p.cpu.Step())
	}
	if resident {
		require.NoError(t, p.gpu.Wait())
		p.copies(t, false)
	}
}

// command is of one step.
func (p *pair) command(active []bool) {
	for i, on := range active {
		p.onGPU.Steps()[i], p.onCPU.Steps()[i] = 0, 0
		if on {
			p.taken[i]++
			p.onGPU.Steps()[i], p.onCPU.Steps()[i] = p.taken[i], p.taken[i]
		}
	}
	for g := range p.onGPU.Layout().Groups {
		copy(p.onGPU.Hypers(g), p.cpu.Manifest().Defaults())
		p.onGPU.Hypers(g)[0] *= 1 + p.random.Float64()
		copy(p.onCPU.Hypers(g), p.onGPU.Hypers(g))
	}
}

// fill gives both arenas the same gradients.
func (p *pair) fill() {
	for i := range lens {
		if p.onGPU.Layout().DType == abi.F64 {
			noise(p.random, abi.Grad[float64](p.onGPU, i))
			copy(abi.Grad[float64](p.onCPU, i), abi.Grad[float64](p.onGPU, i))
			continue
		}
		noise(p.random, abi.Grad[float32](p.onGPU, i))
		copy(abi.Grad[float32](p.onCPU, i), abi.Grad[float32](p.onGPU, i))
	}
}

func noise[T abi.Float](r *rand.Rand, values []T) {
	for i := range values {
		values[i] = T(r.NormFloat64())
	}
}

// copies copies θ and g to the device, or θ from it, on another stream.
func (p *pair) copies(t *testing.T, in bool) {
	require.NoError(t, p.device.Do(func() error {
		s, err := p.device.NewStream()
		require.NoError(t, err)
		for i := range lens {
			if in {
				require.NoError(t, s.CopyIn(p.gpu.Theta(i), tensor(p.onGPU, 0, i)))
				require.NoError(t, s.CopyIn(p.gpu.Grad(i), tensor(p.onGPU, 1, i)))
			} else {
				require.NoError(t, s.CopyOut(tensor(p.onGPU, 0, i), p.gpu.Theta(i)))
			}
		}
		return errors.Join(s.Wait(), s.Close())
	}))
}

// tensor is the memory of a tensor in a region.
func tensor(a *abi.Arena, region, i int) []byte {
	size := a.Layout().DType.Size()
	return unsafe.Slice((*byte)(unsafe.Add(a.Region(region), a.Offset(i))), size*a.Layout().Lens[i])
}

// compare holds θ and the states of the two to be the same.
func (p *pair) compare(t *testing.T) {
	require.NoError(t, p.gpu.Pull())
	for region := range 2 + p.onGPU.Layout().Buffers {
		for i := range lens {
			if region != 1 {
				require.Equal(t, tensor(p.onCPU, region, i), tensor(p.onGPU, region, i), "region %d of tensor %d", region, i)
			}
		}
	}
}
