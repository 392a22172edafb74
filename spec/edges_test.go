package spec_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// steady runs a rule with the same gradient in every step.
func steady(t *testing.T, u golden, theta, g []float64, steps int) [][]float64 {
	u.Theta0, u.Gradients = theta, nil
	for range steps {
		u.Gradients = append(u.Gradients, g)
	}
	return kernelRun(t, u)
}

// TestTensorsOfZeros: the norm of θ is the rate of a whole tensor, so that the
// papers' rules never move one of zeros; the codes' do.
func TestTensorsOfZeros(t *testing.T) {
	zeros, g := []float64{0, 0, 0}, []float64{0.3, -2, 0.01}
	lars, lamb := hypers{"lr": 0.1, "beta1": 0}, hypers{"lr": 0.1, "beta1": 0, "beta2": 0, "eps": 0}
	still := [][]float64{zeros}
	assert.Equal(t, still, steady(t, use("lars", lars, "follow=paper"), zeros, g, 1))
	assert.Equal(t, still, steady(t, use("lamb", lamb, "follow=paper"), zeros, g, 1))
	assert.InDeltaSlice(t, []float64{-0.03, 0.2, -0.001}, steady(t, use("lars", lars, "follow=optax"), zeros, g, 1)[0], 1e-15)
	assert.InDeltaSlice(t, []float64{-0.1, 0.1, -0.1}, steady(t, use("lamb", lamb, "follow=code"), zeros, g, 1)[0], 1e-15)
}

// TestTensorsWithoutAnyGradient: the codes leave them in their place, decay
// apart, where the papers' rules divide zero by zero.
func TestTensorsWithoutAnyGradient(t *testing.T) {
	theta, zeros := []float64{0.3, -2, 0.01}, []float64{0, 0, 0}
	for _, rule := range []string{"lars", "lamb"} {
		code := map[string]string{"lars": "follow=optax", "lamb": "follow=code"}[rule]
		none := hypers{"lambda": 0}
		assert.Equal(t, theta, steady(t, use(rule, none, code), theta, zeros, 2)[1], rule)
		assert.True(t, math.IsNaN(steady(t, use(rule, none, "follow=paper"), theta, zeros, 1)[0][0]), rule)
	}
	eps0 := hypers{"eps": 0}
	assert.Equal(t, theta, steady(t, use("adagrad", eps0, "follow=optax"), theta, zeros, 1)[0])
	assert.True(t, math.IsNaN(steady(t, use("adagrad", eps0, "follow=paper"), theta, zeros, 1)[0][0]))
	assert.Equal(t, theta, steady(t, use("lion", nil), theta, zeros, 1)[0])
}

// changing runs a rule whose rate is another one in each step.
func changing(t *testing.T, u golden, rates, theta []float64, gradients [][]float64) [][]float64 {
	rule, variant, values := u.resolve(t)
	layout, err := abi.NewLayout(&rule.Manifest, variant, abi.F64, []int{len(theta)}, []int{0})
	require.NoError(t, err)
	arena, err := abi.AllocArena(layout)
	require.NoError(t, err)
	lr, _ := rule.Manifest.HyperIndex("lr")
	copy(abi.Theta[float64](arena, 0), theta)
	var out [][]float64
	for s, row := range gradients {
		values[lr] = rates[s]
		copy(arena.Hypers(0), values)
		copy(abi.Grad[float64](arena, 0), row)
		arena.Steps()[0] = int64(s + 1)
		abi.NewStepper(rule, arena, 1).Step()
		out = append(out, append([]float64(nil), abi.Theta[float64](arena, 0)...))
	}
	return out
}

// TestTheRateInTheMomentumOrBeforeIt: the forms of nesterov and rmsprop part
// only where the rate changes. One element, by hand: gradients 1, 1 and rates 1,
// 1/2, with momentum 1/2.
func TestTheRateInTheMomentumOrBeforeIt(t *testing.T) {
	rates, ones := []float64{1, 0.5}, [][]float64{{1}, {1}}
	half := hypers{"beta1": 0.5}
	// velocity -1, then -1/2 - 1/2 = -1; θ is ahead of it by half of it
	assert.Equal(t, [][]float64{{-1.5}, {-2.5}}, changing(t, use("nesterov", half, "follow=paper"), rates, []float64{0}, ones))
	// momentum 1, then 3/2: 1·(1 + 1/2), then 1/2·(1 + 3/4)
	assert.Equal(t, [][]float64{{-1.5}, {-2.375}}, changing(t, use("nesterov", half, "follow=torch"), rates, []float64{0}, ones))
	// g/√v is 1 with ρ = 0 and ε = 0
	plain := hypers{"beta1": 0.5, "rho": 0, "eps": 0}
	assert.Equal(t, [][]float64{{-1}, {-2}}, changing(t, use("rmsprop", plain, "follow=paper"), rates, []float64{0}, ones))
	assert.Equal(t, [][]float64{{-1}, {-1.75}}, changing(t, use("rmsprop", plain, "follow=torch"), rates, []float64{0}, ones))
}

// TestScheduleFreeAverages: with β2 = 0 Adam's step is the rate, so that z goes
// by -1 and then -1/2, and β1 = 1/2 puts θ in the middle between z and x. The
// paper weighs z by 1 and then 1/4, the code by the greatest rate, 1 and 1.
func TestScheduleFreeAverages(t *testing.T) {
	rates, ones := []float64{1, 0.5}, [][]float64{{1}, {1}}
	set := hypers{"beta1": 0.5, "beta2": 0, "eps": 0}
	// x is -1, then 4/5·(-1) + 1/5·(-3/2) = -1.1
	paper := changing(t, use("schedulefree", set, "follow=paper"), rates, []float64{0}, ones)
	assert.InDelta(t, -1.0, paper[0][0], 1e-15)
	assert.InDelta(t, (-1.5-1.1)/2, paper[1][0], 1e-15)
	// x is -1, then 1/2·(-1) + 1/2·(-3/2) = -1.25
	code := changing(t, use("schedulefree", set, "follow=code"), rates, []float64{0}, ones)
	assert.InDelta(t, (-1.5-1.25)/2, code[1][0], 1e-15)
}

// TestApolloFindsACurvature: on a quadratic of one element the secant equation
// is exact, so that the diagonal becomes the curvature and the steps Newton's.
func TestApolloFindsACurvature(t *testing.T) {
	const curvature = 3.0
	theta, u := 1.0, use("apollo", hypers{"lr": 1, "beta1": 0, "eps": 1e-9, "sigma": 1})
	var gradients [][]float64
	for range 4 {
		gradients = append(gradients, []float64{curvature * theta})
		u.Theta0, u.Gradients = []float64{1}, gradients
		run := kernelRun(t, u)
		theta = run[len(run)-1][0]
	}
	assert.Less(t, math.Abs(theta), 1e-6)
}
