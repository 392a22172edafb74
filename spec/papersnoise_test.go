package spec_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

func init() {
	papers["noisysgd"] = paper{noisySGD, hypers{"lr": 0.07, "sigma": 0.6, "lambda": 0.03}, nil}
}

// noisySGD is the dynamics with isotropic noise of Zhu et al.: the noise of a
// run with the seed 0 in its only tensor. The elements come one after another.
func noisySGD(s settings) func(t, theta, g float64) float64 {
	element := len(s.saw)
	s.saw[fmt.Sprint("element ", element)] = true
	return func(t, theta, g float64) float64 {
		shaken := g + s.h["sigma"]*num.Normal[float64](0, 0, int64(t), 0, element)
		if s.pick["decay"] == "decoupled" {
			return theta - s.h["lr"]*s.h["lambda"]*theta - s.h["lr"]*shaken
		}
		return theta - s.h["lr"]*(shaken+s.h["lambda"]*theta)
	}
}

// TestNoiseIsOfItsPlaceAlone: a run of noisysgd draws the numbers of its seed,
// tensor, step and element, whatever steps other tensors take.
func TestNoiseIsOfItsPlaceAlone(t *testing.T) {
	const seed, steps = 1<<64 - 3, 5
	rule, ok := plugins.Find("noisysgd")
	require.True(t, ok)
	o, err := host.New(host.InProcess(rule), []host.Param{{Name: "a", Shape: []int{3}}, {Name: "b", Shape: []int{2, 2}}},
		host.Config{Seed: seed, DType: abi.F64, Set: map[string]float64{"lr": 1, "sigma": 1}})
	require.NoError(t, err)
	want := [2][4]float64{}
	for step := range steps {
		tensors := []int{1, 0}
		if step == 2 { // the first tensor gets no gradient
			tensors = tensors[:1]
		}
		require.NoError(t, o.StepOnly(tensors...))
		for _, i := range tensors {
			for j := range o.Param(i).Len() {
				want[i][j] -= num.Normal[float64](seed, i, o.Steps(i), 0, j)
			}
		}
	}
	theta, err := host.Thetas[float64](o)
	require.NoError(t, err)
	assert.Equal(t, int64(steps-1), o.Steps(0))
	assert.Equal(t, want[0][:3], theta[0])
	assert.Equal(t, want[1][:], theta[1])
}

// TestPiecesDrawWhatTheWholeDraws: a tensor without reductions can be stepped in
// pieces, in any order.
func TestPiecesDrawWhatTheWholeDraws(t *testing.T) {
	rule, ok := plugins.Find("noisysgd")
	require.True(t, ok)
	kernel := rule.Kernels[0].F32
	step := func(theta []float32, first int) {
		kernel(&abi.Update[float32]{
			Hyper: []float64{0.1, 0.5, 0.01}, T: 9, Seed: 5, Tensor: 2, First: first, Theta: theta, Grad: make([]float32, len(theta)),
		})
	}
	whole, pieces := make([]float32, 100), make([]float32, 100)
	step(whole, 0)
	for _, from := range []int{60, 0, 30} {
		step(pieces[from:min(from+30, 100)], from)
	}
	step(pieces[90:], 90)
	assert.Equal(t, whole, pieces)
	assert.NotEqual(t, whole[:40], whole[60:])
}
