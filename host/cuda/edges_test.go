package cuda_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins/adapnm"
	"github.com/optc-lang/optc/plugins/lamb"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// TestNothingToStep: no tensors, or none with an element.
func TestNothingToStep(t *testing.T) {
	c := gpu(t, "")
	for _, lens := range [][]int{{}, {0, 0}} {
		e := engine(t, c, lamb.Rule.Source)
		a := attachTo(t, e, lens)
		advance(a, 1)
		for _, do := range []func() error{e.Step, e.Launch, e.Pull, e.Push, e.Wait, e.Close} {
			require.NoError(t, do())
		}
	}
}

// TestManyInstants: 10,000 tensors, no two of which are at the same t.
func TestManyInstants(t *testing.T) {
	c := gpu(t, "")
	lens := make([]int, 10_000)
	for i := range lens {
		lens[i] = i % 40
	}
	for _, rule := range []*abi.Rule{pnm.Rule, lamb.Rule} {
		onGPU, inProcess := engine(t, c, rule.Source), host.InProcess(rule)
		a, b := attachTo(t, onGPU, lens), attachTo(t, inProcess, lens)
		for step := range 4 {
			for i := range lens {
				a.Steps()[i] = int64(1 + i + step)
				for j, g := 0, abi.Grad[float32](a, i); j < lens[i]; j++ {
					g[j] = float32((i+j+step)%17) - 8
				}
				copy(tensor(b, 1, i), tensor(a, 1, i))
			}
			copy(b.Steps(), a.Steps())
			require.NoError(t, onGPU.Step())
			require.NoError(t, inProcess.Step())
		}
		for i := range lens {
			require.Equal(t, tensor(b, 0, i), tensor(a, 0, i), "tensor %d of %s", i, rule.Manifest.Name)
		}
		require.NoError(t, onGPU.Close())
		require.NoError(t, inProcess.Close())
	}
}

// attachTo attaches an engine to tensors, with the rule's defaults.
func attachTo(t *testing.T, e host.Engine, lens []int) *abi.Arena {
	t.Helper()
	l, err := abi.NewLayout(e.Manifest(), 0, abi.F32, lens, make([]int, len(lens)))
	require.NoError(t, err)
	a, err := e.Attach(l)
	require.NoError(t, err)
	copy(a.Hypers(0), e.Manifest().Defaults())
	return a
}

// TestEnginesAtOnce: engines on one device, each of a goroutine, keep apart.
func TestEnginesAtOnce(t *testing.T) {
	c := gpu(t, "")
	rules := []*abi.Rule{lamb.Rule, adapnm.Rule, lamb.Rule, adapnm.Rule}
	files := make([][]byte, len(rules))
	var all sync.WaitGroup
	for i, rule := range rules {
		o, dir := optimizer(t, engine(t, c, rule.Source)), t.TempDir()
		all.Go(func() {
			train(t, o, 0, 12)
			files[i] = saved(t, o, dir)
		})
	}
	all.Wait()
	assert.Equal(t, files[0], files[2])
	assert.Equal(t, files[1], files[3])
}
