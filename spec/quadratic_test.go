package spec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The stationary variance on L(θ) = ½hθ² with gradients g = hθ + σn, n standard
// normal and independent from step to step: the setting of Eq. (17) and (19).
//
// A step is linear in x = (θ, m_t, m_(t-1)), the state before it: x ← Ax + cσn.
// So the covariance P of x after k steps from x = 0 is the sum of σ² A^i ccᵀ A^iᵀ
// over i < k, and the stationary one solves P = APAᵀ + σ² ccᵀ, the discrete
// Lyapunov equation. The sum is doubled at a time: P(2k) = P(k) + A^k P(k) A^kᵀ.
//
// With b = β1², r = η/√((1+β0)² + β0²), w = (1+β0)(1-b), PNM has
//
//	θ ← θ - r[(1+β0)(b m_(t-1) + (1-b)g) - β0 m_t]   m ← b m_(t-1) + (1-b)g.
//
// For η → 0, Heavy Ball's variance goes to ηkσ²/2h with k = β3/(1-β1), the
// formula of SGD at the rate ηk; this is how Eq. (17) is read here. Eq. (19) is
// read as the same with the variance of PNM's noise for σ², which enlarges it by
// (1+β0)² + β0². That takes the noises of different steps to be independent, and
// they are not: those of PNM's neighbouring steps are negatively correlated, and
// what accumulates is σ², whatever β0 is (TestAccumulatedNoiseOfPNM). So the
// exact variance of PNM goes to rσ²/2h, without the factor. The tests hold the
// kernels to the exact variance, and show that this Eq. (19) is exact for
// independent noise of the variance of Eq. (9), and not for PNM's.

// linear is the recursion of a rule on a quadratic: x ← Ax + cn.
type linear struct {
	a [3][3]float64
	c [3]float64
}

// heavyBallOn is Heavy Ball where the gradient is hθ + σn; it has one momentum.
func heavyBallOn(h, sigma, lr, beta1, beta3 float64) linear {
	return linear{
		a: [3][3]float64{{1 - lr*beta3*h, -lr * beta1}, {beta3 * h, beta1}},
		c: [3]float64{-lr * beta3 * sigma, beta3 * sigma},
	}
}

// pnmOn is PNM at the rate r, which is divided by the root already.
func pnmOn(h, sigma, r, beta1, beta0 float64) linear {
	b, up := beta1*beta1, 1+beta0
	return linear{
		a: [3][3]float64{
			{1 - r*up*(1-b)*h, r * beta0, -r * up * b},
			{(1 - b) * h, 0, b},
			{0, 1, 0},
		},
		c: [3]float64{-r * up * (1 - b) * sigma, (1 - b) * sigma},
	}
}

// product is xy, or xyᵀ.
func product(x, y [3][3]float64, transposed bool) (z [3][3]float64) {
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				if transposed {
					z[i][j] += x[i][k] * y[j][k]
				} else {
					z[i][j] += x[i][k] * y[k][j]
				}
			}
		}
	}
	return z
}

// variance is the variance of θ after 2^doublings steps from 0, without noise in
// the start: the stationary one where the doublings are many.
func (l linear) variance(doublings int) float64 {
	var p [3][3]float64
	for i := range 3 {
		for j := range 3 {
			p[i][j] = l.c[i] * l.c[j]
		}
	}
	a := l.a
	for range doublings {
		more := product(product(a, p, false), a, true)
		for i := range 3 {
			for j := range 3 {
				p[i][j] += more[i][j]
			}
		}
		a = product(a, a, false)
	}
	return p[0][0]
}

const stationary = 60 // doublings

// onQuadratic is a rule's run with h and σ, and its recursion.
type onQuadratic struct {
	name  string
	run   golden
	exact linear
}

const (
	quadraticH     = 2.0
	quadraticSigma = 0.6
)

func ballCase(lr, beta1, beta3 float64) onQuadratic {
	return onQuadratic{"hb", use("hb", hypers{"lr": lr, "beta1": beta1, "beta3": beta3}),
		heavyBallOn(quadraticH, quadraticSigma, lr, beta1, beta3)}
}

// pnmCase takes the rate before it is divided by the root.
func pnmCase(lr, beta1, beta0 float64) onQuadratic {
	return onQuadratic{"pnm", use("pnm", hypers{"lr": lr, "beta1": beta1, "beta0": beta0}),
		pnmOn(quadraticH, quadraticSigma, lr/gainRoot(beta0), beta1, beta0)}
}

func gainRoot(beta0 float64) float64 { return math.Sqrt((1+beta0)*(1+beta0) + beta0*beta0) }

// quadraticCases have rates of 0.01 to 0.3, where the small-rate formula is off
// by much, and some in which the noise is not yet stationary at the end.
func quadraticCases() []onQuadratic {
	return []onQuadratic{
		ballCase(0.05, 0, 1), ballCase(0.03, 0.5, 1), ballCase(0.3, 0.9, 0.1), ballCase(0.02, 0.9, 1),
		pnmCase(0.05, 0, 0), pnmCase(0.1, 0, 1), pnmCase(0.1, 0.5, 1), pnmCase(0.05, 0.9, 1), pnmCase(0.01, 0.9, 1),
		pnmCase(0.2, 0.5, 3), pnmCase(0.1, 0.9, -0.5), pnmCase(0.3, 0.9, 0.5),
	}
}

const quadraticDoublings = 8

// sampleVariance is the mean square of θ after the steps of a simulation from 0.
func sampleVariance(t *testing.T, run golden, n int) float64 {
	rng := rand.New(rand.NewPCG(14, 14))
	s := simulate(t, run, n)
	for range 1 << quadraticDoublings {
		for i, x := range s.theta {
			s.grad[i] = quadraticH*x + quadraticSigma*rng.NormFloat64()
		}
		s.step()
	}
	square := 0.0
	for _, x := range s.theta {
		square += x * x / float64(n)
	}
	return square
}

// TestVarianceOnQuadratic holds the kernels to the exact variance.
func TestVarianceOnQuadratic(t *testing.T) {
	n := repetitions(10000)
	for _, c := range quadraticCases() {
		got, want := sampleVariance(t, c.run, n), c.exact.variance(quadraticDoublings)
		assert.True(t, likelyVariance(got, want, n), "%s %v: a variance of %v, not %v", c.name, c.run.Set, got, want)
	}
}

// TestVarianceOnQuadraticCanFail runs kernels with one wrong hyperparameter.
func TestVarianceOnQuadraticCanFail(t *testing.T) {
	n := repetitions(10000)
	ball, pn := ballCase(0.3, 0.9, 0.1), pnmCase(0.5, 0.5, 1)
	for _, wrong := range []struct {
		of  onQuadratic
		set hypers
	}{
		{ball, hypers{"lr": 0.45}}, {ball, hypers{"beta1": 0.8}}, {ball, hypers{"beta3": 0.15}}, {ball, hypers{"lambda": 1}},
		{pn, hypers{"lr": 0.75}}, {pn, hypers{"beta1": 0.8}}, {pn, hypers{"beta0": -0.5}}, {pn, hypers{"lambda": 1}},
	} {
		run := wrong.of.run
		run.Set = with(run.Set, wrong.set)
		got, want := sampleVariance(t, run, n), wrong.of.exact.variance(quadraticDoublings)
		assert.False(t, likelyVariance(got, want, n), "%s with %v: %v is taken for %v", wrong.of.name, wrong.set, got, want)
	}
}

// TestExactVarianceOfHeavyBall holds the solution of the Lyapunov equation to the
// formula that Heavy Ball has, with a = ηβ3 and β = β1:
//
//	aσ²(1+β)/(h(1-β)(2(1+β) - ah)).
func TestExactVarianceOfHeavyBall(t *testing.T) {
	const h, sigma = quadraticH, quadraticSigma
	for _, beta1 := range []float64{0, 0.3, 0.9, 0.99} {
		for _, lr := range []float64{1e-4, 0.01, 0.3} {
			for _, beta3 := range []float64{1, 1 - beta1} {
				a := lr * beta3
				want := a * sigma * sigma * (1 + beta1) / (h * (1 - beta1) * (2*(1+beta1) - a*h))
				got := heavyBallOn(h, sigma, lr, beta1, beta3).variance(stationary)
				assert.InEpsilon(t, want, got, 1e-9, "lr = %v, beta1 = %v, beta3 = %v", lr, beta1, beta3)
			}
		}
	}
}

// approach is by how much a stationary variance is off a formula for small
// rates, relative to it, at the rate and at half of it.
func approach(exact, formula func(rate float64) float64, rate float64) (at, half float64) {
	return exact(rate)/formula(rate) - 1, exact(rate/2)/formula(rate/2) - 1
}

// sgdVariance is Eq. (17): the variance of SGD at a small rate.
func sgdVariance(rate float64) float64 {
	return rate * quadraticSigma * quadraticSigma / (2 * quadraticH)
}

// TestVarianceAtSmallRates: the exact variances go to SGD's as the rate goes to
// 0, and what is missing is of the order of the rate: it halves with it.
func TestVarianceAtSmallRates(t *testing.T) {
	const h, sigma, rate = quadraticH, quadraticSigma, 1e-5
	for _, beta1 := range []float64{0, 0.5, 0.9} {
		rules := map[string]func(rate float64) float64{
			"hb": func(rate float64) float64 { return heavyBallOn(h, sigma, rate, beta1, 1-beta1).variance(stationary) },
		}
		for _, beta0 := range []float64{-0.5, 0, 1, 3} {
			exact := func(rate float64) float64 { return pnmOn(h, sigma, rate, beta1, beta0).variance(stationary) }
			rules[fmt.Sprintf("pnm, beta0 = %v", beta0)] = exact
		}
		for name, exact := range rules {
			at, half := approach(exact, sgdVariance, rate)
			assert.Less(t, math.Abs(at), 1e-3, "%s, beta1 = %v", name, beta1)
			assert.InDelta(t, 0.5, half/at, 0.01, "%s, beta1 = %v: %v, %v", name, beta1, at, half)
		}
	}
}

// whiteOn is SGD with noise of PNM's variance in single steps, independent from
// step to step. σ² is that of one momentum's noise, as in Eq. (9).
func whiteOn(rate, beta0 float64) linear {
	return heavyBallOn(quadraticH, quadraticSigma*gainRoot(beta0), rate, 0, 1)
}

// TestEquation19NeedsIndependentNoise: Eq. (19) is the variance at small rates
// under independent noise; for PNM it is too large by the gain.
func TestEquation19NeedsIndependentNoise(t *testing.T) {
	const lr, beta1 = 0.01, 0.9
	n := repetitions(10000)
	for _, beta0 := range []float64{0.5, 1, 3} {
		gain := gainRoot(beta0) * gainRoot(beta0)
		equation19 := func(rate float64) float64 { return gain * sgdVariance(rate) }
		white := func(rate float64) float64 { return whiteOn(rate, beta0).variance(stationary) }
		at, half := approach(white, equation19, 1e-4)
		assert.Less(t, math.Abs(at), 1e-3)
		assert.InDelta(t, 0.5, half/at, 0.01)

		c := pnmCase(lr, beta1, beta0)
		exact := func(rate float64) float64 {
			return pnmOn(quadraticH, quadraticSigma, rate, beta1, beta0).variance(stationary)
		}
		at, _ = approach(exact, equation19, 1e-5)
		assert.InDelta(t, 1/gain-1, at, 1e-3, "beta0 = %v", beta0)
		got := sampleVariance(t, c.run, n)
		independent := whiteOn(lr/gainRoot(beta0), beta0).variance(quadraticDoublings)
		assert.True(t, likelyVariance(got, c.exact.variance(quadraticDoublings), n), "beta0 = %v", beta0)
		assert.False(t, likelyVariance(got, independent, n), "beta0 = %v", beta0)
	}
}
