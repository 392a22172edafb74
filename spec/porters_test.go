package spec_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// porters are saboteurs with the faults of a port that is nearly right: each is
// sound on small tensors, in the first steps, with one thread or in one dtype.
var porters = []saboteur{
	{"hyper-1", "scalars are computed again only where the learning rate has changed", "theta of tensor", func(t *testing.T) spec.Engine {
		var cached []float64
		return kernel("adam", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
			if cached == nil || cached[0] != u.Hyper[0] {
				cached = slices.Clone(u.Hyper)
			}
			v := *u
			v.Hyper = cached
			sound(&v)
		})(t)
	}},
	{"step-5", "subnormals are flushed by the loop of the last elements only", "is 0 (0x", kernel("sgd", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		v, n := *u, len(u.Theta)&^7
		sound(u)
		v.Theta = u.Theta[n:]
		flushed(func(*abi.Update[float32]) {}, &v)
	})},
	{"step-6", "t is counted in f32", "f64, step 1", broken("adam", func(f *faulty) {
		wrapSteps(f, func(t int64) int64 { return int64(float32(t)) })
	})},
	{"state-5", "the momenta change places after each step, not by t", "theta of tensor", broken("pnm", ownCount)},
	{"frozen-1", "the parity is that of all steps", "tensor 2", broken("pnm", func(f *faulty) {
		count := int64(0)
		f.before, f.after = withSteps(func(steps []int64) {
			count++
			for i, t := range steps {
				if t > 0 {
					steps[i] = count
				}
			}
		})
	})},
	{"random-1", "the seed is for the first tensor only", "of tensor 1", drawing(func(u *abi.Update[float32]) {
		if u.Tensor > 0 {
			u.Seed = 0
		}
	})},

	{"shape-5", "a state's elements are counted in 16 bits when it is read", "element 65536", kernel("adam", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		for _, s := range u.State {
			clear(s[min(len(s), 1<<16):])
		}
		sound(u)
	})},
	{"shape-5", "one option's kernel has an index of 16 bits", "decay=l2, f32", func(t *testing.T) spec.Engine {
		return changed(t, "pnm", func(variant int, k *abi.Kernel) {
			if plain := k.F32; variant == 1 {
				k.Elementwise = false
				k.F32 = func(u *abi.Update[float32]) { cutTo(func(n int) int { return min(n, 1<<16) })(plain, u) }
			}
		})
	}},
	{"shape-5", "the parts of a large tensor have the first group's hyperparameters", "of tensor 1", broken("sgd", func(f *faulty) {
		var own []float64
		f.before = func(a *abi.Arena) {
			own = nil
			if l := a.Layout(); slices.Max(append(l.Lens, 0)) > 1<<15 {
				own = slices.Clone(a.Hypers(1))
				copy(a.Hypers(1), a.Hypers(0))
			}
		}
		f.after = func(a *abi.Arena) {
			if own != nil {
				copy(a.Hypers(1), own)
			}
		}
	})},
	{"order-4", "threads overlap by an element in f64", "in f64", sharing(func(k *abi.Kernel) {
		plain := k.F64
		k.F64 = func(u *abi.Update[float64]) {
			plain(u)
			if u.First > 0 {
				u.Theta[0] -= u.Grad[0]
			}
		}
	})},
	{"order-4", "the other threads flush subnormals", "and 0 (0x00000000) with three", sharing(func(k *abi.Kernel) {
		plain := k.F32
		k.F32 = func(u *abi.Update[float32]) {
			if u.First > 0 {
				flushed(plain, u)
			} else {
				plain(u)
			}
		}
	})},

	{"error-3", "a layout is kept before it is looked at", "index out of range", broken("adam", func(f *faulty) {
		groups := []int{}
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			groups = slices.Clone(l.Group)
			return f.Engine.Attach(l)
		}
		f.before = func(a *abi.Arena) {
			for i := range a.Layout().Lens {
				_ = a.Hypers(groups[i])[0]
			}
		}
	})},
	{"error-4", "a process takes what its host's side lets through", "another rule's digest is taken", credulous},
	{"life-5", "the groups are those of the first Attach", "of tensor", broken("sgd", func(f *faulty) {
		var kept []int
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			own := *l
			own.Group = slices.Clone(l.Group)
			copy(own.Group, kept)
			kept = slices.Clone(own.Group)
			return f.Engine.Attach(&own)
		}
	})},
	{"life-5", "what is needed beside the arena has the size of the first one", "has place for", broken("sgd", func(f *faulty) {
		room := 0
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			if room == 0 {
				room = slices.Max(l.Lens)
			}
			return f.Engine.Attach(l)
		}
		f.step = func(f *faulty) error {
			if slices.Max(f.arena.Layout().Lens) > room {
				return errors.New("the engine has place for no more elements")
			}
			return f.Engine.Step()
		}
	})},
	{"life-7", "a call of Step does nothing, since the doorbell does it all", "theta of tensor", func(t *testing.T) spec.Engine {
		e := sound(t, "sgd")
		open := e.Open
		e.Otherwise = []func() (host.Engine, error){e.Open, func() (host.Engine, error) {
			inner, err := open()
			return &faulty{Engine: inner, step: func(*faulty) error { return nil }}, err
		}}
		return e
	}},
}

// trusting claims to be a process, and takes any layout.
type trusting struct{ host.Engine }

func (trusting) Offer(*abi.Layout) error { return nil }

func credulous(t *testing.T) spec.Engine {
	e := sound(t, "sgd")
	open := e.Open
	e.Open = func() (host.Engine, error) {
		inner, err := open()
		return trusting{inner}, err
	}
	e.Orphan = func(time.Duration) error { return nil }
	return e
}

// ownCount begins with the arena's t, and with 1 where that is 1, and counts by
// itself from there.
func ownCount(f *faulty) {
	seen := map[int]int64{}
	f.before, f.after = withSteps(func(steps []int64) {
		for i, t := range steps {
			switch {
			case t == 0:
				continue
			case t == 1 || seen[i] == 0:
				seen[i] = t
			default:
				seen[i]++
			}
			steps[i] = seen[i]
		}
	})
}

// changed is a rule's sound engine with other kernels.
func changed(t *testing.T, rule string, change func(variant int, k *abi.Kernel)) spec.Engine {
	e := sound(t, rule)
	own, _ := dsl.Compile(rule+".opt", e.Source)
	lie := &abi.Rule{Manifest: own.Manifest, Source: e.Source}
	for v, p := range own.Programs {
		k := eval.Kernel(p)
		change(v, &k)
		lie.Kernels = append(lie.Kernels, k)
	}
	e.Open = func() (host.Engine, error) { return host.InProcess(lie), nil }
	e.Threads = func(n int) (host.Engine, error) { return host.InThreads(lie, n), nil }
	return e
}

// sharing is sgd, sound with one thread, and with other kernels with more.
func sharing(change func(*abi.Kernel)) func(*testing.T) spec.Engine {
	return func(t *testing.T) spec.Engine {
		e := sound(t, "sgd")
		lie := changed(t, "sgd", func(_ int, k *abi.Kernel) { change(k) })
		threads := e.Threads
		e.Threads = func(n int) (host.Engine, error) {
			if n > 1 {
				return lie.Threads(n)
			}
			return threads(n)
		}
		return e
	}
}
