package spec_test

import (
	"math"
	"testing"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// kernel is a sound rule whose f32 kernels are changed.
func kernel(rule string, f32 func(sound func(*abi.Update[float32]), u *abi.Update[float32])) func(*testing.T) spec.Engine {
	return func(t *testing.T) spec.Engine {
		e := sound(t, rule)
		own, _ := dsl.Compile(rule+".opt", e.Source)
		lie := &abi.Rule{Manifest: own.Manifest, Source: e.Source}
		for _, p := range own.Programs {
			k := eval.Kernel(p)
			plain := k.F32
			k.F32 = func(u *abi.Update[float32]) { f32(plain, u) }
			k.Elementwise = false // a fault may depend on the tensor's length
			lie.Kernels = append(lie.Kernels, k)
		}
		e.Open = func() (host.Engine, error) { return host.InProcess(lie), nil }
		return e
	}
}

// drawing is noisysgd, which has no other use for what it draws by.
func drawing(other func(*abi.Update[float32])) func(*testing.T) spec.Engine {
	return kernel("noisysgd", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		v := *u
		other(&v)
		sound(&v)
	})
}

func clampHyper(h int, lo, hi float64) func(func(*abi.Update[float32]), *abi.Update[float32]) {
	return func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		v := *u
		v.Hyper = append([]float64(nil), u.Hyper...)
		v.Hyper[h] = min(max(v.Hyper[h], lo), hi)
		sound(&v)
	}
}

// cutTo steps only the first elements of a tensor.
func cutTo(cut func(n int) int) func(func(*abi.Update[float32]), *abi.Update[float32]) {
	return func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		v, n := *u, cut(len(u.Theta))
		v.Theta, v.Grad, v.State = u.Theta[:n], u.Grad[:n], nil
		for _, s := range u.State {
			v.State = append(v.State, s[:n])
		}
		sound(&v)
	}
}

func positiveZero(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
	sound(u)
	for j, x := range u.Theta {
		if x == 0 {
			u.Theta[j] = 0
		}
	}
}

func noNaN(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
	sound(u)
	for j, x := range u.Theta {
		if x != x {
			u.Theta[j] = 0
		}
	}
}

func flushed(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
	sound(u)
	for j, x := range u.Theta {
		if x != 0 && math.Abs(float64(x)) < 0x1p-126 {
			u.Theta[j] = 0
		}
	}
}

// fusedHeavyBall rounds each product and sum together, once.
func fusedHeavyBall(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
	before := append([]float32(nil), u.Theta...)
	sound(u)
	for j := range u.Theta {
		u.Theta[j] = float32(float64(before[j]) - float64(float32(u.Hyper[0]))*float64(u.State[0][j]))
	}
}
