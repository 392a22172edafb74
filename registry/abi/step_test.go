package abi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// call is what a kernel has been given.
type call struct {
	dtype          abi.DType
	variant        int
	hyper          []float64
	t              int64
	theta, buffers int
	seed           uint64
	tensor, first  int
}

// spy is a rule whose kernels note their calls, and add to θ and each buffer.
func spy() (*abi.Rule, *[]call) {
	var calls []call
	rule := &abi.Rule{Manifest: *manifest()}
	for variant := range rule.Manifest.Variants {
		rule.Kernels = append(rule.Kernels, abi.Kernel{
			F32: func(u *abi.Update[float32]) { calls = append(calls, note(abi.F32, variant, u)) },
			F64: func(u *abi.Update[float64]) { calls = append(calls, note(abi.F64, variant, u)) },
		})
	}
	return rule, &calls
}

func note[T abi.Float](d abi.DType, variant int, u *abi.Update[T]) call {
	for i := range u.Theta {
		u.Theta[i] += u.Grad[i]
		for b := range u.State {
			u.State[b][i] += T(b + 1)
		}
	}
	return call{d, variant, append([]float64(nil), u.Hyper...), u.T, len(u.Theta), len(u.State), u.Seed, u.Tensor, u.First}
}

func TestStep(t *testing.T) {
	rule, calls := spy()
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		*calls = nil
		l := layout(t, 3, d, []int{2, 3, 0, 4}, []int{1, 0, 1, 0})
		l.Seed = 1<<64 - 1
		a, err := abi.AllocArena(l)
		require.NoError(t, err)
		copy(a.Hypers(0), []float64{0.1, 0.9})
		copy(a.Hypers(1), []float64{0.2, 0.8})
		copy(a.Steps(), []int64{5, 0, 1, 7})
		rule.Step(a)
		assert.Equal(t, []call{
			{d, 3, []float64{0.2, 0.8}, 5, 2, 3, 1<<64 - 1, 0, 0},
			{d, 3, []float64{0.2, 0.8}, 1, 0, 3, 1<<64 - 1, 2, 0},
			{d, 3, []float64{0.1, 0.9}, 7, 4, 3, 1<<64 - 1, 3, 0},
		}, *calls, "the tensor with step number 0 is left alone")
	}
}

func TestStepWritesItsTensor(t *testing.T) {
	rule, _ := spy()
	a, err := abi.AllocArena(layout(t, 3, abi.F32, []int{2, 2}, []int{0, 0}))
	require.NoError(t, err)
	copy(abi.Grad[float32](a, 0), []float32{1, 2})
	copy(abi.Grad[float32](a, 1), []float32{3, 4})
	copy(a.Steps(), []int64{0, 1})
	rule.Step(a)
	assert.Equal(t, []float32{0, 0}, abi.Theta[float32](a, 0))
	assert.Equal(t, []float32{3, 4}, abi.Theta[float32](a, 1))
	for b := range 3 {
		assert.Equal(t, []float32{0, 0}, abi.State[float32](a, b, 0))
		assert.Equal(t, []float32{float32(b + 1), float32(b + 1)}, abi.State[float32](a, b, 1))
	}
}

func TestFits(t *testing.T) {
	rule, _ := spy()
	good := func() *abi.Layout { return layout(t, 3, abi.F32, []int{2}, []int{0}) }
	require.NoError(t, rule.Fits(good()))
	tests := map[string]func(*abi.Layout){
		"the layout is for the rule with digest sha256:no; amsgrad has sha256:0a0a": func(l *abi.Layout) { l.Digest = "sha256:no" },
		"amsgrad has no variant 6; it has 6":                                        func(l *abi.Layout) { l.Variant = 6 },
		"amsgrad has no variant -1":                                                 func(l *abi.Layout) { l.Variant = -1 },
		"the layout has 2 buffers and 2 hyperparameters; amsgrad has 3 and 2":       func(l *abi.Layout) { l.Buffers = 2 },
		"the layout has 3 buffers and 1 hyperparameters; amsgrad has 3 and 2":       func(l *abi.Layout) { l.Hypers = 1 },
		"amsgrad has no kernel for f64 in its variant 3":                            func(l *abi.Layout) { l.DType = abi.F64 },
		"amsgrad has no kernel for its variant 5; it has 5 kernels":                 func(l *abi.Layout) { l.Variant = 5 },
		"the layout has protocol 2":                                                 func(l *abi.Layout) { l.Protocol = 2 },
	}
	rule.Kernels = rule.Kernels[:5]
	rule.Kernels[3].F64 = nil
	for want, spoil := range tests {
		l := good()
		spoil(l)
		assert.ErrorContains(t, rule.Fits(l), want)
	}
	assert.EqualError(t, rule.Fits(nil), "there is no layout")
}
