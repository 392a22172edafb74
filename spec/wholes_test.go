package spec_test

import "math"

// whole is a rule for a parameter tensor at once: it starts the moments of n
// elements and gives the step from θ and the gradient at t = 1, 2, ... to θ.
type whole func(s settings, n int) func(t float64, theta, g []float64) []float64

// wholes are the rules with reductions, as their publications have them.
var wholes = map[string]whole{"lars": lars, "lamb": lamb, "apollo": apollo}

// overTensor is the rule for a tensor; a formula goes over its elements.
func (p paper) overTensor(name string, s settings, n int) func(t float64, theta, g []float64) []float64 {
	if w, ok := wholes[name]; ok {
		return w(s, n)
	}
	var steps []func(t, theta, g float64) float64
	for range n {
		steps = append(steps, p.formula(s))
	}
	return func(t float64, theta, g []float64) []float64 {
		return mapped(n, func(i int) float64 { return steps[i](t, theta[i], g[i]) })
	}
}

// mapped are f(0), f(1), ...
func mapped(n int, f func(i int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

// power is the sum of |x|^p, and pnorm its root.
func power(x []float64, p float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Pow(math.Abs(v), p)
	}
	return sum
}

func pnorm(x []float64, p float64) float64 { return math.Pow(power(x, p), 1/p) }

// dot is the inner product of x and y.
func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// lars is Algorithm 1 of You, Gitman and Ginsburg, or optax.lars.
func lars(s settings, n int) func(t float64, theta, g []float64) []float64 {
	v, lambda := make([]float64, n), s.h["lambda"]
	return func(t float64, theta, g []float64) []float64 {
		decayed := mapped(n, func(i int) float64 { return g[i] + lambda*theta[i] })
		local := s.h["trust"] * pnorm(theta, 2) / (pnorm(g, 2) + lambda*pnorm(theta, 2))
		if s.pick["follow"] == "optax" {
			local = 1
			if w, d := pnorm(theta, 2), pnorm(decayed, 2); w != 0 && d != 0 {
				local = s.h["trust"] * w / (d + s.h["eps"])
			}
		}
		v = mapped(n, func(i int) float64 { return s.h["beta1"]*v[i] + s.h["lr"]*local*decayed[i] })
		return mapped(n, func(i int) float64 { return theta[i] - v[i] })
	}
}

// lamb is Algorithm 2 of You et al., or with the guard of their code.
func lamb(s settings, n int) func(t float64, theta, g []float64) []float64 {
	b1, b2, m, v := s.h["beta1"], s.h["beta2"], make([]float64, n), make([]float64, n)
	return func(t float64, theta, g []float64) []float64 {
		m = mapped(n, func(i int) float64 { return b1*m[i] + (1-b1)*g[i] })
		v = mapped(n, func(i int) float64 { return b2*v[i] + (1-b2)*math.Pow(g[i], 2) })
		u := mapped(n, func(i int) float64 {
			mhat, vhat := m[i]/(1-math.Pow(b1, t)), v[i]/(1-math.Pow(b2, t))
			return mhat/(math.Sqrt(vhat)+s.h["eps"]) + s.h["lambda"]*theta[i]
		})
		phi, size := pnorm(theta, 2), pnorm(u, 2)
		if clamped := s.clip(phi, s.h["low"], s.h["high"]); s.pick["phi"] == "clamp" {
			phi = clamped
		}
		ratio := phi / size
		if s.pick["follow"] == "code" && (phi == 0 || size == 0) {
			ratio = 1
		}
		return mapped(n, func(i int) float64 { return theta[i] - s.h["lr"]*ratio*u[i] })
	}
}

// apollo is Algorithm 1 of Ma, or with the rebound of his implementation.
func apollo(s settings, n int) func(t float64, theta, g []float64) []float64 {
	beta, m, b, d := s.h["beta1"], make([]float64, n), make([]float64, n), make([]float64, n)
	return func(t float64, theta, g []float64) []float64 {
		g = mapped(n, func(i int) float64 { return g[i] + s.h["lambda"]*theta[i] })
		surprise := 0.0
		for i := range g {
			surprise = math.Max(surprise, math.Abs(g[i]-m[i]))
		}
		c := 1 - math.Pow(beta, t)
		next := mapped(n, func(i int) float64 {
			return beta*(1-math.Pow(beta, t-1))/c*m[i] + (1-beta)/c*g[i]
		})
		y := mapped(n, func(i int) float64 { return next[i] - m[i] })
		bd := mapped(n, func(i int) float64 { return b[i] * d[i] })
		alpha := (dot(d, y) + dot(d, bd)) / math.Pow(pnorm(d, 4)+s.h["eps"], 4)
		b = mapped(n, func(i int) float64 { return b[i] - alpha*math.Pow(d[i], 2) })
		m = next
		d = mapped(n, func(i int) float64 {
			if s.pick["rebound"] == "belief" {
				return m[i] / (s.clip(math.Abs(b[i]), surprise, math.Inf(1)) + s.h["eps"]*c/(1-beta))
			}
			return m[i] / s.clip(math.Abs(b[i]), s.h["sigma"], math.Inf(1))
		})
		return mapped(n, func(i int) float64 { return theta[i] - s.h["lr"]*d[i] })
	}
}
