package spec_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// A saboteur is an engine with one fault, and the clause that is there to catch
// it. For each clause of the specification there is at least one.
type saboteur struct {
	clause string
	fault  string
	says   string // part of the clause's answer
	engine func(t *testing.T) spec.Engine
}

var saboteurs = []saboteur{
	{"manifest-1", "a default outside its domain", "default", broken("adam", func(f *faulty) {
		f.manifest = edited(func(m *abi.Manifest) { m.Hypers[0].Default = -1 })
	})},
	{"manifest-2", "ε has another default than the text", "Hypers[3] is", broken("adam", func(f *faulty) {
		f.manifest = edited(func(m *abi.Manifest) { m.Hypers[3].Default = 1e-7 })
	})},
	{"manifest-2", "another class", "Class is", broken("adam", func(f *faulty) {
		f.manifest = edited(func(m *abi.Manifest) { m.Class = "close" })
	})},
	{"manifest-3", "the version is counted up", "the manifest was", func(t *testing.T) spec.Engine {
		n := 0
		return broken("adam", func(f *faulty) {
			f.manifest = edited(func(m *abi.Manifest) { n++; m.Version = fmt.Sprintf("1.0.%d", n) })
		})(t)
	}},

	{"hyper-1", "the learning rate is baked in at the first step", "theta of tensor", broken("adapnm", func(f *faulty) {
		h := &hidden{}
		f.before = func(a *abi.Arena) {
			if h.hypers == nil {
				h.hypers = append(h.hypers, a.Hypers(0)...)
			}
			h.swap(a, f)
		}
	})},
	{"hyper-2", "a bias correction is left in the arena", "wrote", broken("adam", func(f *faulty) {
		f.after = func(a *abi.Arena) { a.Hypers(0)[0] *= 0.5 }
	})},
	{"hyper-2", "t is counted up in the arena", "step number of tensor", broken("adam", func(f *faulty) {
		f.after = func(a *abi.Arena) { a.Steps()[0]++ }
	})},
	{"hyper-3", "β is kept away from 0", "the state m", kernel("adam", clampHyper(1, 1e-3, 1))},
	{"hyper-4", "hyperparameters are kept in f32", "ULP", kernel("adapnm", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		v := *u
		v.Hyper = nil
		for _, x := range u.Hyper {
			v.Hyper = append(v.Hyper, float64(float32(x)))
		}
		sound(&v)
	})},

	{"step-1", "ε on the wrong side of the root", "theta of tensor", rewritten("adam", "sqrt(vhat) + eps", "sqrt(vhat + eps)")},
	{"step-1", "the bias is corrected before the maximum instead of after it", "theta of tensor", rewritten("adapnm", "vmax[t]    = max(v, vmax[t-1])", "vmax[t]    = max(v/(1 - beta2^t), vmax[t-1])")},
	{"step-1", "the square is squared twice", "theta of tensor", rewritten("adapnm", "(1 - beta2)*gd^2", "(1 - beta2)*gd^4")},
	{"step-1", "β^t for β", "theta of tensor", rewritten("adam", "beta1*m[t-1]", "beta1^t*m[t-1]")},
	{"step-1", "β for β^t", "theta of tensor", rewritten("adapnm", "(1 - beta1^t)", "(1 - beta1)")},
	{"step-1", "the decay is left out", "theta of tensor", rewritten("pnm", "kept - ", "theta - ")},
	{"step-2", "the decay comes after the step in one of the kernels", "f64", oneKernel("theta[t+1] = kept - lr", "theta[t+1] = kept - (1 - lr*lambda)*lr")},
	{"step-1", "a rebound weight never changes", "theta of tensor", broken("adam", frozenTheta)},
	{"step-1", "products are fused with sums", "ULP", kernel("hb", fusedHeavyBall)},
	{"step-2", "coupled decay in one precision, decoupled in another", "f64", onlyF64},
	{"step-3", "the option decay is ignored", "decay=l2", ignoredOption},
	{"step-4", "a negative zero loses its sign", "zero of the other sign", kernel("sgd", positiveZero)},
	{"step-4", "NaN is taken for 0", "only one of them is NaN", kernel("adam", noNaN)},
	{"step-5", "subnormals are flushed to zero", "is 0 (0x", kernel("sgd", flushed)},
	{"step-6", "t is counted in 32 bits", "theta of tensor", broken("adam", func(f *faulty) { wrapSteps(f, func(t int64) int64 { return int64(int32(t)) }) })},
	{"step-6", "the powers of t end at 1,000", "theta of tensor", broken("adam", func(f *faulty) { wrapSteps(f, func(t int64) int64 { return min(t, 1000) }) })},
	{"step-7", "max has its operands swapped", "a zero of the other sign", rewritten("adamax", "max(beta2*u[t-1], abs(gd) + eps)", "max(abs(gd) + eps, beta2*u[t-1])")},
	{"step-7", "≥ stands for >, the two sides of which meet once in a run", "theta of tensor", rewritten("radam", "follow = torch and rho > 5", "follow = torch and rho >= 5")},

	{"state-1", "the two momenta lie in each other's buffer", "the state m (buffer", broken("pnm", func(f *faulty) { f.before, f.after = swapMomenta, swapMomenta })},
	{"state-1", "a captured graph writes the buffer that it was captured with", "theta of tensor", broken("pnm", capturedGraph)},
	{"state-2", "the momentum is zeroed at every step", "theta of tensor", broken("adam", func(f *faulty) {
		f.before = func(a *abi.Arena) {
			eachF32(a, func(i int) {
				if a.Steps()[i] > 0 {
					clear(abi.State[float32](a, 0, i))
				}
			})
		}
	})},
	{"state-4", "all instances have the hyperparameters of the first", "theta of tensor", func(t *testing.T) spec.Engine {
		shared := &hidden{}
		return broken("sgd", func(f *faulty) {
			f.before = func(a *abi.Arena) {
				if shared.hypers == nil || shared.owner == f {
					shared.hypers, shared.owner = append(shared.hypers[:0], a.Hypers(0)...), f
				}
				if shared.owner != f {
					shared.swap(a, f)
				}
			}
		})(t)
	}},
	{"initial-1", "the states are taken as the arena has them", "NaN", broken("adam", func(f *faulty) { wrapSteps(f, func(t int64) int64 { return max(t, min(2, 2*t)) }) })},
	{"initial-2", "the states are set at the first step that the engine sees, and never again", "theta of tensor", broken("adam", func(f *faulty) {
		h := &hidden{}
		wrapSteps(f, func(t int64) int64 {
			h.calls++
			if h.calls > 5 && t == 1 {
				return 2
			}
			return t
		})
	})},
	{"state-3", "the parity is the engine's own", "theta of tensor", broken("pnm", ownParity)},

	{"random-1", "the seed is ignored", "with the seed 1", drawing(func(u *abi.Update[float32]) { u.Seed = 0 })},
	{"random-1", "the seed is taken for one of 32 bits", "with the seed 4294967296", drawing(func(u *abi.Update[float32]) { u.Seed = uint64(uint32(u.Seed)) })},
	{"random-1", "every tensor draws the same numbers", "of tensor 1", drawing(func(u *abi.Update[float32]) { u.Tensor = 0 })},
	{"random-1", "elements are counted from 1", "theta of tensor 0", drawing(func(u *abi.Update[float32]) { u.First++ })},
	{"random-1", "the calls are numbered from 1", "theta of tensor 0", rewritten("noisysgd", "sigma*normal()", "(sigma + 0*uniform())*normal()")},
	{"random-1", "every step draws the same numbers", "of tensor 1", drawing(func(u *abi.Update[float32]) { u.T = min(u.T, 1) })},

	{"tensor-1", "one t for all tensors", "theta of tensor", broken("adam", func(f *faulty) {
		f.before, f.after = withSteps(func(steps []int64) {
			most := int64(0)
			for _, t := range steps {
				most = max(most, t)
			}
			for i, t := range steps {
				if t > 0 {
					steps[i] = most
				}
			}
		})
	})},
	{"missing-1", "a tensor without a gradient is stepped with the last one", "theta of tensor", broken("adam", stepsAll)},
	{"frozen-1", "the first moment of a frozen tensor decays", "the state m", broken("adam", func(f *faulty) {
		f.after = func(a *abi.Arena) {
			eachF32(a, func(i int) {
				for j := range abi.State[float32](a, 0, i) {
					if a.Steps()[i] == 0 {
						abi.State[float32](a, 0, i)[j] *= 0.9
					}
				}
			})
		}
	})},
	{"missing-2", "an idle step decays all parameters", "theta of tensor", broken("adam", func(f *faulty) {
		f.after = func(a *abi.Arena) {
			for _, t := range a.Steps() {
				if t != 0 {
					return
				}
			}
			eachF32(a, func(i int) {
				for j := range abi.Theta[float32](a, i) {
					abi.Theta[float32](a, i)[j] *= 0.999
				}
			})
		}
	})},
	{"group-1", "all groups have the first one's hyperparameters", "theta of tensor", broken("sgd", func(f *faulty) {
		h := &hidden{}
		f.before = func(a *abi.Arena) { h.hypers = append(h.hypers[:0], a.Hypers(0)...); h.swap(a, f) }
	})},
	{"group-1", "a group that is added later never steps", "theta of tensor", broken("sgd", func(f *faulty) {
		f.before, f.after = laterGroups()
	})},
	{"group-2", "the states are those of the group's first tensor", "of tensor 1", broken("adam", sharesStates)},
	{"group-2", "t is counted for a group", "theta of tensor", broken("pnm", func(f *faulty) {
		f.before, f.after = withSteps(func(steps []int64) {
			for i, t := range steps {
				if t > 0 {
					steps[i] = steps[0]
				}
			}
		})
	})},
	{"group-3", "a group without tensors is refused", "refused", broken("sgd", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			for g := range l.Groups {
				if !slices.Contains(l.Group, g) {
					return nil, fmt.Errorf("group %d has no tensors", g)
				}
			}
			return f.Engine.Attach(l)
		}
	})},

	{"gradient-1", "the negated gradient is written back", "over the gradient of tensor", broken("sgd", func(f *faulty) {
		f.after = func(a *abi.Arena) {
			eachF32(a, func(i int) {
				for j, x := range abi.Grad[float32](a, i) {
					abi.Grad[float32](a, i)[j] = -x
				}
			})
		}
	})},
	{"guard-1", "the vector loop writes past a tensor's end", "belongs to no tensor", broken("sgd", func(f *faulty) {
		f.after = func(a *abi.Arena) { a.Bytes()[len(a.Bytes())-4096] ^= 0xff }
	})},

	{"shape-1", "a scalar parameter is left alone", "theta of tensor", broken("sgd", skipTensors(func(n, _ int) bool { return n == 1 }))},
	{"shape-2", "an empty tensor is a panic", "panics", broken("sgd", func(f *faulty) {
		f.before = func(a *abi.Arena) { eachF32(a, func(i int) { _ = abi.Theta[float32](a, i)[0] }) }
	})},
	{"shape-3", "the tail of a vector loop is forgotten", "theta of tensor", kernel("sgd", cutTo(func(n int) int { return n &^ 7 }))},
	{"shape-4", "only the first 256 tensors are stepped", "theta of tensor 256", broken("sgd", skipTensors(func(_, i int) bool { return i >= 256 }))},
	{"shape-5", "an index of 16 bits", "element 65536", kernel("sgd", cutTo(func(n int) int { return min(n, 1<<16) }))},
	{"shape-6", "no tensors are refused", "refused", broken("sgd", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			if len(l.Lens) == 0 {
				return nil, errors.New("there are no tensors to step")
			}
			return f.Engine.Attach(l)
		}
	})},

	{"order-1", "the order of additions is left to chance", "same run again", kernel("sgd", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		sound(u)
		if len(u.Theta) > 0 && rand.IntN(2) == 0 {
			u.Theta[0] = math.Nextafter32(u.Theta[0], 9)
		}
	})},
	{"order-2", "a tensor sees its neighbour", "in another order", broken("sgd", func(f *faulty) {
		f.after = func(a *abi.Arena) {
			eachF32(a, func(i int) {
				if i > 0 {
					abi.Theta[float32](a, i)[0] += abi.Theta[float32](a, i-1)[0]
				}
			})
		}
	})},
	{"order-3", "the last elements have other arithmetic", "cut after", kernel("adam", func(sound func(*abi.Update[float32]), u *abi.Update[float32]) {
		sound(u)
		for j := len(u.Theta) &^ 7; j < len(u.Theta); j++ {
			u.Theta[j] = math.Nextafter32(u.Theta[j], 9)
		}
	})},
	{"order-4", "threads overlap by an element", "with one thread", unshared},

	{"schedule-1", "the schedule is not seen", "theta of tensor", broken("sgd", func(f *faulty) {
		h := &hidden{}
		f.before = func(a *abi.Arena) {
			if h.hypers == nil {
				h.hypers = append(h.hypers, a.Hypers(0)...)
			}
			h.swap(a, f)
		}
	})},
	{"resume-1", "the momentum is the engine's own, and not in the arena", "theta of tensor", broken("hb", ownStates)},
	{"error-1", "NaN and all other values are taken", "is taken", broken("adam", func(f *faulty) {
		f.manifest = edited(func(m *abi.Manifest) {
			for i := range m.Hypers {
				m.Hypers[i].Domain = abi.Domain{Lo: math.Inf(-1), Hi: math.Inf(1)}
			}
		})
	})},
	{"error-2", "the digest is not looked at", "another rule's digest", broken("adam", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			own := *l
			own.Digest = f.Manifest().Digest
			return f.Engine.Attach(&own)
		}
	})},
	{"error-2", "a state too few is taken", "one state too few", broken("adam", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			own := *l
			own.Buffers = max(l.Buffers, 2)
			return f.Engine.Attach(&own)
		}
	})},
	{"error-2", "the refusal says nothing", "helps nobody", broken("adam", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			if a, err := f.Engine.Attach(l); err == nil {
				return a, nil
			}
			return nil, errors.New("")
		}
	})},
	{"error-3", "a refused layout zeroes the arena", "has changed the arena", broken("adam", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			old := f.arena
			a, err := f.Engine.Attach(l)
			if err != nil && old != nil {
				clear(abi.Theta[float32](old, 0))
			}
			return a, err
		}
	})},
	{"error-3", "an engine that has refused a layout refuses all", "sound layout is refused", broken("adam", func(f *faulty) {
		refused := false
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			if refused {
				return nil, errors.New("the engine is out of use")
			}
			a, err := f.Engine.Attach(l)
			refused = err != nil
			return a, err
		}
	})},

	{"life-1", "a step before Attach is taken", "a step before Attach", broken("adam", func(f *faulty) {
		f.step = func(f *faulty) error {
			if f.arena == nil {
				return nil
			}
			return f.Engine.Step()
		}
	})},
	{"life-2", "a step after Close is taken", "a step after Close", broken("adam", func(f *faulty) { f.close = func(*faulty) error { return nil } })},
	{"life-3", "a second Close is an error", "closed already", broken("adam", func(f *faulty) {
		done := false
		f.close = func(f *faulty) error {
			if done {
				return errors.New("the engine is closed already")
			}
			done = true
			return f.Engine.Close()
		}
	})},
	{"life-4", "Attach opens a closed engine again", "Attach after Close", broken("adam", func(f *faulty) { f.close = func(*faulty) error { return nil } })},
	{"life-5", "a second Attach gives the first arena", "new arena begins with", broken("adam", func(f *faulty) {
		f.attach = func(f *faulty, l *abi.Layout) (*abi.Arena, error) {
			if f.arena != nil {
				return f.arena, nil
			}
			return f.Engine.Attach(l)
		}
	})},
	{"life-6", "a plugin outlives its host", "still there", immortal},
}

func TestEverySaboteurIsCaught(t *testing.T) {
	caught := map[string]bool{}
	for _, s := range slices.Concat(saboteurs, porters) {
		caught[s.clause] = true
		t.Run(s.clause+"/"+s.fault, func(t *testing.T) {
			report, err := spec.Check(t.Context(), s.engine(t), spec.Options{Clauses: []string{s.clause}})
			require.NoError(t, err)
			require.Len(t, report.Results, 1)
			result := report.Results[0]
			assert.Equal(t, spec.Failed, result.Status)
			require.NotEmpty(t, s.says)
			assert.Contains(t, result.Reason, s.says)
			assert.False(t, report.Conforms())
			t.Log(result.Reason)
		})
	}
	for _, c := range spec.Clauses() {
		assert.True(t, caught[c.ID], "no saboteur for %s: %s", c.ID, c.Sentence)
	}
}
