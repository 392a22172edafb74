package spec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The convergence of PNM on smooth functions that need not be convex, the
// subject of Theorem 3.1. The theorem assumes an L-smooth f ≥ f*, gradients
// g_t = ∇f(θ_t) + n_t with noise of mean 0 and E‖n_t‖² ≤ δ², ‖∇f‖ ≤ G, and a
// rate r = η/√((1+β0)² + β0²) of the order of 1/√T; it bounds the least
// E‖∇f(θ_t)‖² of T steps by a number over √T. The two bounds below are of this
// kind, under these assumptions. They are derived here and not quoted, so their
// constants are not the paper's; they bound the average over the steps, which is
// at least the least.
//
// With b = β1² and B for one step back, PNM subtracts r H(B) g_t from θ, where
// H(B) = (1-b)((1+β0) - β0 B)/(1 - bB²). Since H(1) = 1, H(B) = 1 + (1-B)K(B),
// and division gives
//
//	K(B) = (p - bB)/(1 - bB²),  p = (1-b)β0 - b.
//
// Let w_t = K(B) g_t and z_t = θ_t + r w_(t-1). Then z_1 = θ_1 and z_(t+1) =
// z_t - r g_t: z makes plain steps with the gradients at θ. It doesn't depend on
// n_t, so that smoothness and -2xy = (x-y)² - x² - y² give
//
//	E f(z_(t+1)) ≤ E f(z_t) - r/2 E‖∇f(θ_t)‖² + L²r³/2 E‖w_(t-1)‖² + Lr²/2 E‖g_t‖².
//
// Let S1 = Σ|k| = (|p|+b)/(1-b) and S2 = Σk² = (p²+b²)/(1-b²) over K's
// coefficients, and A the average of E‖∇f(θ_t)‖². The sum over t = 1..T, with
// Δ = f(θ_1) - f*, is a bound
//
//   - with bounded gradients, by E‖g‖² ≤ G²+δ² and E‖w‖² ≤ S1²(G²+δ²):
//     A ≤ 2Δ/(rT) + (Lr + L²r²S1²)(G²+δ²);
//   - without, by ΣE‖w‖² ≤ 2 S1² ΣE‖∇f‖² + 2T S2 δ², where the divisor is positive:
//     A ≤ (2Δ/(rT) + Lrδ² + 2L²r²S2δ²)/(1 - Lr - 2L²r²S1²).
//
// At r = C/√T both are of the order of 1/√T. For noise at the minimum, the second
// is within a factor of about 2 of what happens, so that a step that is a few
// times too large breaks it.

// The function is f(θ) = √(1+θ²) + sin²θ/4 for each element, a repetition of its
// own. f″ = (1+θ²)^(-3/2) + cos(2θ)/2 is greatest at 0, and negative about π/2;
// f′ = θ/√(1+θ²) + sin(2θ)/4 is 0 at 0 alone, where f is least. Away from there
// |f′| tends to no limit below 3/4, so that steps uphill break the bounds: they do
// not where a function flattens on both sides, since -f has the same bounds.
const (
	smoothness    = 1.5      // L
	least         = 1.0      // f*
	steepest      = 25. / 16 // G²
	noiseVariance = 1.0      // δ²
	rateConstant  = 0.5      // C
)

func valley(theta float64) float64 {
	return math.Sqrt(1+theta*theta) + math.Sin(theta)*math.Sin(theta)/4
}

func valleySlope(theta float64) float64 {
	return theta/math.Sqrt(1+theta*theta) + math.Sin(2*theta)/4
}

// descent is a run of PNM at the rate r, after its division by the root.
type descent struct {
	beta1, beta0, r, start float64
	steps                  int
	uphill                 bool // the kernel gets -g: linear in g, it steps as one with the wrong sign does
}

func (d descent) run() golden {
	return use("pnm", hypers{"lr": d.r * gainRoot(d.beta0), "beta1": d.beta1, "beta0": d.beta0})
}

// sums are S1 and S2.
func (d descent) sums() (s1, s2 float64) {
	b := d.beta1 * d.beta1
	p := (1-b)*d.beta0 - b
	return (math.Abs(p) + b) / (1 - b), (p*p + b*b) / (1 - b*b)
}

// bounds are the bound with bounded gradients and the one without.
func (d descent) bounds(t *testing.T) (with, without float64) {
	s1, s2 := d.sums()
	start, lr := 2*(valley(d.start)-least)/(d.r*float64(d.steps)), smoothness*d.r
	divisor := 1 - lr - 2*lr*lr*s1*s1
	require.Positive(t, divisor, "the rate is too large for a bound: %+v", d)
	return start + (lr+lr*lr*s1*s1)*(steepest+noiseVariance),
		(start + lr*noiseVariance + 2*lr*lr*s2*noiseVariance) / divisor
}

// averageSquare runs n repetitions and gives the mean of their averages of
// f′(θ_t)² over the steps, and how far off the expectation may be.
func averageSquare(t *testing.T, run golden, d descent, n int) (mean, margin float64) {
	rng := rand.New(rand.NewPCG(30, 1))
	s := simulate(t, run, n)
	averages := make([]float64, n)
	for i := range s.theta {
		s.theta[i] = d.start
	}
	for range d.steps {
		for i, x := range s.theta {
			slope := valleySlope(x)
			averages[i] += slope * slope / float64(d.steps)
			s.grad[i] = slope + math.Sqrt(3*noiseVariance)*(2*rng.Float64()-1)
			if d.uphill {
				s.grad[i] = -s.grad[i]
			}
		}
		s.step()
	}
	return meanAndMargin(averages)
}

// meanAndMargin is the mean of independent numbers and farOut of its standard errors.
func meanAndMargin(xs []float64) (mean, margin float64) {
	n := float64(len(xs))
	for _, x := range xs {
		mean += x / n
	}
	for _, x := range xs {
		margin += (x - mean) * (x - mean) / (n - 1)
	}
	return mean, farOut * math.Sqrt(margin/n)
}

// TestConvergenceOfPNM: with a chance of 1e-9 for an error in each, the expected
// averages lie below both bounds, and fall as the bounds do.
func TestConvergenceOfPNM(t *testing.T) {
	n := repetitions(400)
	for _, beta1 := range []float64{0, 0.5, 0.9} {
		for _, beta0 := range []float64{-beta1 / (1 + beta1), 0, 1, 3} {
			before := math.Inf(1)
			for _, steps := range []int{256, 1024, 4096} {
				d := descent{beta1: beta1, beta0: beta0, r: rateConstant / math.Sqrt(float64(steps)), start: 2, steps: steps}
				mean, margin := averageSquare(t, d.run(), d, n)
				bounded, free := d.bounds(t)
				what := fmt.Sprintf("beta1 = %v, beta0 = %v, %d steps", beta1, beta0, steps)
				assert.Less(t, mean+margin, bounded, what)
				assert.Less(t, mean+margin, free, what)
				assert.Less(t, mean, 0.7*before, "%s: a slower rate than 1/√T", what)
				before = mean
			}
		}
	}
}

// TestConvergenceCanFail starts at the minimum, where the bound is within a
// factor of 3 of the truth. A rate that is not divided by the root goes over it,
// as does a momentum that does not weigh its gradients.
func TestConvergenceCanFail(t *testing.T) {
	n := repetitions(400)
	d := descent{beta1: 0.5, beta0: 3, r: rateConstant / 64, start: 0, steps: 4096}
	_, free := d.bounds(t)
	mean, margin := averageSquare(t, d.run(), d, n)
	assert.Less(t, mean+margin, free)
	assert.Greater(t, 3*(mean-margin), free, "the bound says little")

	for fault, run := range map[string]golden{
		"a rate that is not divided by the root": use("pnm", with(d.run().Set, hypers{"lr": d.r * gainSize(d.beta0)})),
		"a momentum ten times as large":          use("hb", hypers{"lr": d.r, "beta1": 0.9, "beta3": 1}),
	} {
		mean, margin := averageSquare(t, run, d, n)
		assert.Greater(t, mean-margin, free, fault)
	}
}

// TestUphillBreaksTheBounds: a kernel with the wrong sign goes over both.
func TestUphillBreaksTheBounds(t *testing.T) {
	n := repetitions(400)
	for _, steps := range []int{256, 1024, 4096} {
		d := descent{beta1: 0.9, beta0: 1, r: rateConstant / math.Sqrt(float64(steps)), start: 2, steps: steps, uphill: true}
		mean, margin := averageSquare(t, d.run(), d, n)
		bounded, free := d.bounds(t)
		assert.Greater(t, mean-margin, max(bounded, free), "%d steps", steps)
	}
}

// gainSize is the square of gainRoot.
func gainSize(beta0 float64) float64 { return gainRoot(beta0) * gainRoot(beta0) }

// TestValleyKeepsTheAssumptions: L, G² and f* are the function's, and it is not
// convex.
func TestValleyKeepsTheAssumptions(t *testing.T) {
	const h = 1.0 / 256
	bends := false
	for theta := -40.0; theta < 40; theta += h {
		bend := (valleySlope(theta+h) - valleySlope(theta)) / h
		rise := (valley(theta+h) - valley(theta)) / h
		require.InDelta(t, valleySlope(theta+h/2), rise, h*h, "the slope is f′ at %v", theta)
		require.LessOrEqual(t, math.Abs(bend), smoothness)
		require.LessOrEqual(t, valleySlope(theta)*valleySlope(theta), steepest)
		require.GreaterOrEqual(t, valley(theta), least)
		bends = bends || bend < -0.1
	}
	assert.True(t, bends, "it is convex")
}

// TestAuxiliarySequence holds the derivation's first step to the kernel: with K's
// coefficients p, -b, pb, -b², ... z makes plain steps.
func TestAuxiliarySequence(t *testing.T) {
	const n, r = 5, 0.1
	for _, beta1 := range []float64{0, 0.5, 0.9} {
		for _, beta0 := range []float64{-0.5, 0, 1, 3} {
			d := descent{beta1: beta1, beta0: beta0, r: r}
			b := beta1 * beta1
			p := (1-b)*beta0 - b
			s, rng := simulate(t, d.run(), n), rand.New(rand.NewPCG(5, 5))
			var w, last, plain [n]float64 // w_t, w_(t-1), and z by plain steps
			var g [n]float64
			for range 50 {
				for i := range n {
					previous := g[i]
					g[i] = rng.NormFloat64()
					s.grad[i] = g[i]
					w[i], last[i] = b*last[i]+p*g[i]-b*previous, w[i]
					plain[i] -= r * g[i]
				}
				s.step()
				for i := range n {
					require.InDelta(t, plain[i], s.theta[i]+r*w[i], 1e-12, "beta1 = %v, beta0 = %v", beta1, beta0)
				}
			}
		}
	}
}
