package host_test

import (
	"math"

	"github.com/optc-lang/optc/registry/abi"
)

// positive is the domain (0, inf), unit is [0, 1).
var (
	positive = abi.Domain{Lo: 0, Hi: math.Inf(1), LoOpen: true, HiOpen: true}
	unit     = abi.Domain{Lo: 0, Hi: 1, HiOpen: true}
	natural  = abi.Domain{Lo: 0, Hi: math.Inf(1), HiOpen: true}
)

// lagged is the rule of Xie et al., ICML 2021, Algorithm 2, without the norm of the
// noise: a state with lag 2.
func lagged() *abi.Rule {
	return &abi.Rule{
		Manifest: abi.Manifest{
			Name: "pnm", Version: "1.2.3", Protocol: abi.Protocol, Class: "exact", Digest: "sha256:pnm",
			Hypers: []abi.Hyper{{Name: "lr", Default: 0.1, Domain: positive}, {Name: "beta1", Default: 0.9, Domain: unit},
				{Name: "lambda", Default: 0, Domain: natural}},
			Variants: []abi.Variant{{Class: "exact", Slots: []abi.Slot{{Name: "m", Buffers: 2}}, Values: 5}},
			Numbers:  []string{"f32", "f64"},
		},
		Kernels: []abi.Kernel{{F32: pnmStep[float32], F64: pnmStep[float64]}},
	}
}

func pnmStep[T abi.Float](u *abi.Update[T]) {
	lr, b, lambda := T(u.Hyper[0]), T(u.Hyper[1]*u.Hyper[1]), T(u.Hyper[2])
	now, last := u.State[u.T%2], u.State[(u.T-1)%2]
	for i, g := range u.Grad {
		now[i] = T(b*now[i]) + T((1-b)*g)
		u.Theta[i] -= T(lr * (T(2*now[i]) - last[i] + T(lambda*u.Theta[i])))
	}
}

// adam is Adam, with an option that has a third state.
func adam() *abi.Rule {
	m, v, vmax := abi.Slot{Name: "m", Buffers: 1}, abi.Slot{Name: "v", Buffers: 1}, abi.Slot{Name: "vmax", Buffers: 1}
	return &abi.Rule{
		Manifest: abi.Manifest{
			Name: "adam", Version: "0.1.0", Protocol: abi.Protocol, Class: "exact", Digest: "sha256:adam",
			Hypers: []abi.Hyper{{Name: "lr", Default: 0.001, Domain: positive}, {Name: "beta1", Default: 0.9, Domain: unit},
				{Name: "beta2", Default: 0.999, Domain: unit}, {Name: "eps", Default: 1e-8, Domain: natural}},
			Options: []abi.Option{{Name: "amsgrad", Choices: []string{"off", "on"}}, {Name: "decay", Choices: []string{"decoupled", "l2"}}},
			Variants: []abi.Variant{
				{Choices: []string{"off", "decoupled"}, Class: "exact", Slots: []abi.Slot{m, v}, Values: 7},
				{Choices: []string{"off", "l2"}, Class: "exact", Slots: []abi.Slot{m, v}, Values: 7},
				{Choices: []string{"on", "decoupled"}, Class: "exact", Slots: []abi.Slot{m, v, vmax}, Values: 9},
				{Choices: []string{"on", "l2"}, Class: "exact", Slots: []abi.Slot{m, v, vmax}, Values: 9},
			},
			Numbers: []string{"f32", "f64"},
		},
		Kernels: []abi.Kernel{adamKernel(), adamKernel(), adamKernel(), adamKernel()},
	}
}

func adamKernel() abi.Kernel { return abi.Kernel{F32: adamStep[float32], F64: adamStep[float64]} }

func adamStep[T abi.Float](u *abi.Update[T]) {
	b1, b2, t := u.Hyper[1], u.Hyper[2], float64(u.T)
	lr, eps := T(u.Hyper[0]/(1-math.Pow(b1, t))), T(u.Hyper[3])
	scale := T(1 / (1 - math.Pow(b2, t)))
	m, v := u.State[0], u.State[1]
	for i, g := range u.Grad {
		m[i] = T(T(b1)*m[i]) + T(T(1-b1)*g)
		v[i] = T(T(b2)*v[i]) + T(T(1-b2)*T(g*g))
		second := v[i]
		if len(u.State) == 3 {
			u.State[2][i] = max(u.State[2][i], second)
			second = u.State[2][i]
		}
		u.Theta[i] -= T(lr * m[i] / (T(math.Sqrt(float64(second*scale))) + eps))
	}
}

// wide is lagged for f64 alone.
func wide() *abi.Rule {
	r := lagged()
	r.Manifest.Name, r.Manifest.Numbers = "wide", []string{"f64"}
	r.Kernels = []abi.Kernel{{F64: pnmStep[float64]}}
	return r
}
