package eval_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/registry/abi"
)

const pnmText = `optimizer pnm
hyper lr    = 0.1 in (0, inf)
hyper beta1 = 0.9 in [0, 1)
hyper beta0 = 1   in [-1, inf)
state m
m[t]       = beta1^2*m[t-2] + (1 - beta1^2)*g
theta[t+1] = theta - lr/sqrt((1 + beta0)^2 + beta0^2)*((1 + beta0)*m - beta0*m[t-1])
`

// pnm is the rule above in plain Go, for one element. Conversions keep products
// from being fused with sums.
func pnm[T abi.Float](lr, beta1, beta0 float64, theta T, grads []T) T {
	var before, last T // m two steps and one step back
	square := float64(beta1 * beta1)
	a, b := T(square), T(1-square)
	gain := 1 + beta0
	rate := T(lr / math.Sqrt(float64(gain*gain)+float64(beta0*beta0)))
	for _, g := range grads {
		m := T(a*before) + T(b*g)
		theta -= T(rate * (T(T(gain)*m) - T(T(beta0)*last)))
		before, last = last, m
	}
	return theta
}

const adamText = `optimizer adam
hyper lr    = 0.001 in (0, inf)
hyper beta1 = 0.9   in [0, 1)
hyper beta2 = 0.999 in [0, 1)
hyper eps   = 1e-8  in [0, inf)
state m
state v
m[t] = beta1*m[t-1] + (1 - beta1)*g
v[t] = beta2*v[t-1] + (1 - beta2)*g^2
theta[t+1] = theta - lr*(m/(1 - beta1^t))/(sqrt(v/(1 - beta2^t)) + eps)
`

func adam[T abi.Float](lr, beta1, beta2, eps float64, theta T, grads []T) T {
	var m, v T
	for i, g := range grads {
		m = T(T(beta1)*m) + T(T(1-beta1)*g)
		v = T(T(beta2)*v) + T(T(1-beta2)*T(g*g))
		mhat := m / T(1-num.PowInt(beta1, float64(i+1)))
		vhat := v / T(1-num.PowInt(beta2, float64(i+1)))
		theta -= T(T(lr)*mhat) / (T(math.Sqrt(float64(vhat))) + T(eps))
	}
	return theta
}

func TestPNMAndAdamAreTheirTranscriptions(t *testing.T) {
	t.Run("f32", transcriptions[float32])
	t.Run("f64", transcriptions[float64])
}

func transcriptions[T abi.Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n, steps = 5, 40
	theta := samples[T](rng, n)
	p := train(compiled(t, pnmText, pass.Pipeline), []float64{0.1, 0.9, 1.5}, theta...)
	a := train(compiled(t, adamText, pass.Pipeline), []float64{0.001, 0.9, 0.999, 1e-8}, theta...)
	grads := make([][]T, n) // by element
	for range steps {
		g := samples[T](rng, n)
		p.step(g...)
		a.step(g...)
		for i := range grads {
			grads[i] = append(grads[i], g[i])
		}
		var wantP, wantA []T
		for i := range theta {
			wantP = append(wantP, pnm(0.1, 0.9, 1.5, theta[i], grads[i]))
			wantA = append(wantA, adam(0.001, 0.9, 0.999, 1e-8, theta[i], grads[i]))
		}
		sameBits(t, wantP, p.u.Theta, "pnm")
		sameBits(t, wantA, a.u.Theta, "adam")
	}
}
