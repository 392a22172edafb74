package wire_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// TestSameBits runs the same steps in this process, by a plugin over a memfd
// (on Linux), by one over a file, and by one without a doorbell. Two groups, tensors of all sizes, one of
// them never stepped, another only at times.
func TestSameBits(t *testing.T) {
	clients := []*wire.Client{launch(t), launch(t, wire.SharedFile()), launch(t, wire.StepByCall())}
	lens, group := []int{5, 0, 1000, 1, 77, 16}, []int{0, 1, 1, 0, 1, 0}
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		for variant := range testrule.Rule.Manifest.Variants {
			l := layout(t, variant, d, lens, group)
			want, err := abi.AllocArena(l)
			require.NoError(t, err)
			run(t, want, func() error { abi.NewStepper(testrule.Rule, want, 1).Step(); return nil })
			for _, c := range clients {
				got, err := c.Attach(l)
				require.NoError(t, err)
				run(t, got, c.Step)
				assert.Equal(t, bits(want), bits(got), "%s, variant %d", d, variant)
			}
		}
	}
}

// run makes three steps of an arena.
func run(t *testing.T, a *abi.Arena, step func() error) {
	t.Helper()
	for s := range 3 {
		copy(a.Hypers(0), []float64{0.1 / float64(s+1), 0.9, 0})
		copy(a.Hypers(1), []float64{0.01, 0.5, 0})
		for i := range a.Steps() {
			a.Steps()[i] = int64(s + 1)
		}
		a.Steps()[3], a.Steps()[4] = 0, int64(s%2)
		fillGrads(a, s)
		require.NoError(t, step())
	}
}

func fillGrads(a *abi.Arena, step int) {
	for i, n := range a.Layout().Lens {
		for j := range n {
			g := math.Sin(float64(1000*step + 100*i + j))
			if a.Layout().DType == abi.F64 {
				abi.Grad[float64](a, i)[j] = g
			} else {
				abi.Grad[float32](a, i)[j] = float32(g)
			}
		}
	}
}

// bits are the values of all parameters and states, as bits.
func bits(a *abi.Arena) []uint64 {
	if a.Layout().DType == abi.F64 {
		return bitsOf[float64](a)
	}
	return bitsOf[float32](a)
}

func bitsOf[T abi.Float](a *abi.Arena) (all []uint64) {
	for i := range a.Layout().Lens {
		parts := [][]T{abi.Theta[T](a, i)}
		for b := range a.Layout().Buffers {
			parts = append(parts, abi.State[T](a, b, i))
		}
		for _, part := range parts {
			for _, x := range part {
				all = append(all, math.Float64bits(float64(x)))
			}
		}
	}
	return all
}

func TestFrozenTensorIsUntouched(t *testing.T) {
	c := launch(t)
	a, err := c.Attach(layout(t, 0, abi.F32, []int{2, 2}, []int{0, 0}))
	require.NoError(t, err)
	ready(a, testrule.None)
	a.Steps()[1] = 0
	for i := range 2 {
		copy(abi.Grad[float32](a, i), []float32{1, 2})
	}
	require.NoError(t, c.Step())
	assert.Equal(t, []float32{-0.1, -0.2}, abi.Theta[float32](a, 0))
	assert.Equal(t, []float32{0, 0}, abi.Theta[float32](a, 1))
	assert.Equal(t, []float32{0, 0}, abi.State[float32](a, 0, 1))
}

// TestEnvironmentChoosesFile sees the file in the run's directory.
func TestEnvironmentChoosesFile(t *testing.T) {
	dir := shortTempDir(t)
	t.Setenv("OPTC_SHARED", "file")
	c := launch(t)
	require.Len(t, glob(t, dir, "optc-*/arena"), 1)
	_, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.NoError(t, err)
	require.NoError(t, c.Step())
}

func TestSecondAttachReplacesTheFirst(t *testing.T) {
	for name, opts := range map[string][]wire.Option{"default": nil, "file": {wire.SharedFile()}} {
		t.Run(name, func(t *testing.T) {
			c := launch(t, opts...)
			for _, n := range []int{10, 100_000, 3} {
				a, err := c.Attach(layout(t, 0, abi.F32, []int{n}, []int{0}))
				require.NoError(t, err)
				theta := abi.Theta[float32](a, 0)
				assert.Equal(t, make([]float32, n), theta, "a new arena is zero")
				assert.Equal(t, make([]float32, n), abi.State[float32](a, 0, 0))
				assert.Zero(t, a.Steps()[0])
				ready(a, testrule.None)
				abi.Grad[float32](a, 0)[n-1] = 1
				require.NoError(t, c.Step())
				assert.Equal(t, float32(-0.1), theta[n-1])
			}
		})
	}
}

func TestRefusedLayoutChangesNothing(t *testing.T) {
	c, a := trapped(t, testrule.None)
	other := layout(t, 0, abi.F64, []int{8}, []int{0})
	other.Digest = "sha256:of another rule"
	for _, l := range []*abi.Layout{nil, {}, other} {
		got, err := c.Attach(l)
		require.Error(t, err)
		assert.Nil(t, got)
	}
	require.NoError(t, c.Step())
	assert.Equal(t, -0.1, abi.Theta[float64](a, 0)[0])
}

// TestManyTensors has a layout that is longer than gRPC's usual 4 MiB.
func TestManyTensors(t *testing.T) {
	c := launch(t)
	const n = 1 << 20
	a, err := c.Attach(layout(t, 0, abi.F32, make([]int, n), make([]int, n)))
	require.NoError(t, err)
	ready(a, testrule.None)
	require.NoError(t, c.Step())
}

func TestNoTensors(t *testing.T) {
	c := launch(t)
	_, err := c.Attach(layout(t, 1, abi.F64, nil, nil))
	require.NoError(t, err)
	require.NoError(t, c.Step())
}

// TestThreadsShareAStep: two of the plugin's threads are in a step at once.
func TestThreadsShareAStep(t *testing.T) {
	for name, opts := range ways {
		t.Run(name, func(t *testing.T) {
			c := launch(t, append(opts, wire.Threads(2))...)
			a, err := c.Attach(layout(t, 0, abi.F32, []int{1 << 18, 1 << 18}, []int{0, 0}))
			require.NoError(t, err)
			ready(a, testrule.Meet)
			require.NoError(t, c.Step())
		})
	}
}
