package spec_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// The noise of momentum, by simulation with the generated kernels. Each element
// of one tensor is a repetition of its own: its gradients are
// g_t = ∇ + σ n_t with a constant ∇ and independent standard normal n_t.
//
// Heavy Ball has m_t = Σ β3 β1^(t-s) g_s over s = 1..t, so that
//
//	E m_t = ∇ β3 (1 - β1^t)/(1 - β1),  Var m_t = σ² β3² (1 - β1^2t)/(1 - β1²).
//
// Eq. (4) of the paper says that Var → σ². That is exact for t → ∞ where
// β3 = √(1 - β1²); for the β3 = 1 - β1 of Adam the limit is σ²(1-β1)/(1+β1).
//
// PNM has m_t = (1-b) Σ b^j g_(t-2j) with b = β1² over the J_t = ⌈t/2⌉ steps of
// the parity of t. The two momenta in u_t = (1+β0) m_t - β0 m_(t-1) have no
// gradient in common, so they are independent, and
//
//	Var m_t = σ² (1-b)(1 - b^(2 J_t))/(1+b) = V_t,
//	Var u_t = (1+β0)² V_t + β0² V_(t-1) → [(1+β0)² + β0²] V_∞.
//
// This is Eq. (9), where σ² is the variance of one momentum's noise, V_∞, and
// not that of the gradient's: the weights 1-b of the algorithm make it smaller by
// (1-b)/(1+b). The factor of the gain is exact in either reading.

const (
	noiseSteps = 64 // 0.9^128 is 1e-6: the limits are reached
	noiseSigma = 0.7
	noiseMean  = 0.3
)

// farOut: a standard normal number is farther from 0 than this with probability
// 1e-9. The tests of noise, variance and convergence ask some four thousand such
// questions, so that of a hundred thousand seeds less than one would fail a
// sound kernel; the seeds are fixed.
const farOut = 6.11

// repetitions is how many elements a simulation has; with -short fewer.
func repetitions(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n
}

// likelyVariance reports whether the mean square of n independent normal numbers
// with mean 0 and this variance is what a chance of 1e-9 allows. n·square/variance
// has the χ² distribution; its cube root is nearly normal (Wilson and Hilferty).
// Where the variance is 0 the square is too.
func likelyVariance(square, variance float64, n int) bool {
	if variance == 0 {
		return square == 0
	}
	spread := 2 / (9 * float64(n))
	return math.Abs(math.Cbrt(square/variance)-(1-spread)) <= farOut*math.Sqrt(spread)
}

// likelyMean is the same for the mean of n normal numbers.
func likelyMean(mean, want, variance float64, n int) bool {
	return math.Abs(mean-want) <= farOut*math.Sqrt(variance/float64(n))
}

// simulated is a rule's kernel over one tensor in float64.
type simulated struct {
	stepper     *abi.Stepper
	arena       *abi.Arena
	theta, grad []float64
	t           int64
}

func simulate(t *testing.T, run golden, n int) *simulated {
	rule, variant, values := run.resolve(t)
	layout, err := abi.NewLayout(&rule.Manifest, variant, abi.F64, []int{n}, []int{0})
	require.NoError(t, err)
	arena, err := abi.AllocArena(layout)
	require.NoError(t, err)
	copy(arena.Hypers(0), values)
	return &simulated{stepper: abi.NewStepper(rule, arena, 1), arena: arena, theta: abi.Theta[float64](arena, 0), grad: abi.Grad[float64](arena, 0)}
}

// step performs a step with the gradients that lie in grad.
func (s *simulated) step() {
	s.t++
	s.arena.Steps()[0] = s.t
	s.stepper.Step()
}

// noises are rows of gradients, the same for every rule.
func noises(steps, n int) [][]float64 {
	rng := rand.New(rand.NewPCG(16, 18))
	rows := make([][]float64, steps)
	for t := range rows {
		rows[t] = make([]float64, n)
		for i := range rows[t] {
			rows[t][i] = noiseMean + noiseSigma*rng.NormFloat64()
		}
	}
	return rows
}

// noiseLaw is the law of what step t subtracts from θ, from 1, over a rate.
type noiseLaw struct {
	run            golden
	rate           float64 // what the difference of θ is divided by
	mean, variance func(t int) float64
}

// checkNoise steps through the gradients, and reports the first step at which
// the updates don't follow the law.
func checkNoise(t *testing.T, law noiseLaw, rows [][]float64) (wrong string) {
	n := len(rows[0])
	s := simulate(t, law.run, n)
	for step := 1; step <= len(rows); step++ {
		before := append([]float64(nil), s.theta...)
		copy(s.grad, rows[step-1])
		s.step()
		want, variance := law.mean(step), law.variance(step)
		sum, square := 0.0, 0.0
		for i, x := range s.theta {
			off := (before[i]-x)/law.rate - want
			sum, square = sum+off, square+off*off
		}
		switch {
		case !likelyMean(sum/float64(n), 0, variance, n):
			return "mean"
		case !likelyVariance(square/float64(n), variance, n):
			return "variance"
		}
	}
	return ""
}

// geometric is 1 + r + ... + r^(n-1).
func geometric(r float64, n int) float64 { return (1 - math.Pow(r, float64(n))) / (1 - r) }

func heavyBallNoise(beta1, beta3 float64) noiseLaw {
	return noiseLaw{
		run:      use("hb", hypers{"lr": 1, "beta1": beta1, "beta3": beta3}),
		rate:     1,
		mean:     func(t int) float64 { return noiseMean * beta3 * geometric(beta1, t) },
		variance: func(t int) float64 { return noiseSigma * noiseSigma * beta3 * beta3 * geometric(beta1*beta1, t) },
	}
}

func pnmNoise(beta1, beta0 float64) noiseLaw {
	b := beta1 * beta1
	m := func(t int) float64 { return noiseMean * (1 - b) * geometric(b, (t+1)/2) }
	v := func(t int) float64 { return math.Pow(noiseSigma*(1-b), 2) * geometric(b*b, (t+1)/2) }
	up, down := 1+beta0, -beta0
	return noiseLaw{
		run:      use("pnm", hypers{"lr": 1, "beta1": beta1, "beta0": beta0}),
		rate:     1 / math.Sqrt(up*up+down*down),
		mean:     func(t int) float64 { return up*m(t) + down*m(t-1) },
		variance: func(t int) float64 { return up*up*v(t) + down*down*v(t-1) },
	}
}

var (
	noiseBeta1 = []float64{0, 0.5, 0.9}
	noiseBeta0 = []float64{-1, -0.5, 0, 0.3, 1, 2.5}
)

// TestNoiseOfHeavyBall is Eq. (4): the noise has the exact variance at every
// step, and that of the gradient in the limit where β3 = √(1 - β1²).
func TestNoiseOfHeavyBall(t *testing.T) {
	rows := noises(noiseSteps, repetitions(40000))
	for _, beta1 := range noiseBeta1 {
		kept := math.Sqrt(1 - beta1*beta1)
		for _, beta3 := range []float64{1, 1 - beta1, kept} {
			law := heavyBallNoise(beta1, beta3)
			assert.Empty(t, checkNoise(t, law, rows), "beta1 = %v, beta3 = %v", beta1, beta3)
			law.run.Set = with(law.run.Set, hypers{"beta3": beta3 * 1.2})
			assert.NotEmpty(t, checkNoise(t, law, rows), "a wrong beta3 is not seen: beta1 = %v, beta3 = %v", beta1, beta3)
		}
		limit := heavyBallNoise(beta1, kept).variance(noiseSteps)
		assert.InEpsilon(t, noiseSigma*noiseSigma, limit, 1e-5, "Eq. (4), beta1 = %v", beta1)
		adam := heavyBallNoise(beta1, 1-beta1).variance(noiseSteps)
		assert.InEpsilon(t, noiseSigma*noiseSigma*(1-beta1)/(1+beta1), adam, 1e-5, "beta1 = %v", beta1)
	}
}

// TestNoiseOfPNM is Eq. (9): over the grid, the noise has the exact variance at
// every step, and the gain times that of one momentum in the limit.
func TestNoiseOfPNM(t *testing.T) {
	rows := noises(noiseSteps, repetitions(40000))
	for _, beta1 := range noiseBeta1 {
		for _, beta0 := range noiseBeta0 {
			law := pnmNoise(beta1, beta0)
			assert.Empty(t, checkNoise(t, law, rows), "beta1 = %v, beta0 = %v", beta1, beta0)
			b := beta1 * beta1
			one := noiseSigma * noiseSigma * (1 - b) / (1 + b)
			gain := (1+beta0)*(1+beta0) + beta0*beta0
			assert.InEpsilon(t, gain*one, law.variance(noiseSteps), 1e-5, "Eq. (9), beta1 = %v, beta0 = %v", beta1, beta0)
		}
	}
}

// TestNoiseOfPNMCanFail: kernels with another gain or momentum do not follow the
// law of Eq. (9), nor does one whose rate is not divided by the root.
func TestNoiseOfPNMCanFail(t *testing.T) {
	rows := noises(noiseSteps, repetitions(40000))
	for _, wrong := range []hypers{{"beta0": 1.2}, {"beta0": 0.8}, {"beta1": 0.8}, {"lr": math.Sqrt(5)}, {"lambda": 0.1}} {
		law := pnmNoise(0.9, 1)
		law.run.Set = with(law.run.Set, wrong)
		assert.NotEmpty(t, checkNoise(t, law, rows), "%v", wrong)
	}
	plain := pnmNoise(0.9, 1)
	plain.variance = func(t int) float64 { return heavyBallNoise(0.9, 0.1).variance(t) }
	assert.NotEmpty(t, checkNoise(t, plain, rows), "the noise of Heavy Ball")
}

// accumulated is the variance of the sum of PNM's first T updates, in units of
// σ². The weight of g_s in the sum is that of a constant gradient 1 in the T-s+1
// first updates, and these weights tend to 1 for every β0: what PNM adds to the
// noise of one step, the next step takes away again.
func accumulated(beta1, beta0 float64, steps int) float64 {
	b, up, down := beta1*beta1, 1+beta0, -beta0
	weight, sum, past := 0.0, 0.0, [3]float64{} // momenta of an impulse
	for t := range steps {
		m := b * past[1]
		if t == 0 {
			m = 1 - b
		}
		weight += up*m + down*past[0]
		past = [3]float64{m, past[0], past[1]}
		sum += weight * weight
	}
	return sum
}

// TestAccumulatedNoiseOfPNM: the gain of Eq. (9) is that of single updates. Over
// many steps the updates' noises nearly cancel, to what plain gradients have.
func TestAccumulatedNoiseOfPNM(t *testing.T) {
	n := repetitions(40000)
	rows := noises(noiseSteps, n)
	for _, beta1 := range noiseBeta1 {
		for _, beta0 := range noiseBeta0 {
			law := pnmNoise(beta1, beta0)
			s, mean := simulate(t, law.run, n), 0.0
			for step, row := range rows {
				copy(s.grad, row)
				s.step()
				mean += law.mean(step + 1)
			}
			square := 0.0
			for _, x := range s.theta {
				square += math.Pow(-x/law.rate-mean, 2) / float64(n)
			}
			want := noiseSigma * noiseSigma * accumulated(beta1, beta0, noiseSteps)
			assert.True(t, likelyVariance(square, want, n), "beta1 = %v, beta0 = %v: %v, not %v", beta1, beta0, square, want)
			long := 1 << 16
			assert.InEpsilon(t, float64(long), accumulated(beta1, beta0, long), 1e-2, "beta1 = %v, beta0 = %v", beta1, beta0)
		}
	}
}
