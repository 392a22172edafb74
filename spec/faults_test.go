package spec_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// sound is the oracle of a rule that comes with optc.
func sound(t *testing.T, name string) spec.Engine {
	rule, ok := plugins.Find(name)
	require.True(t, ok, name)
	e, err := spec.Oracle(name+".opt", rule.Source)
	require.NoError(t, err)
	return e
}

// faulty is a sound engine in which something is replaced; what is nil is sound.
type faulty struct {
	host.Engine
	arena    *abi.Arena
	manifest func(*abi.Manifest) *abi.Manifest
	attach   func(*faulty, *abi.Layout) (*abi.Arena, error)
	before   func(*abi.Arena) // a step
	after    func(*abi.Arena)
	step     func(*faulty) error
	close    func(*faulty) error
}

func (f *faulty) Manifest() *abi.Manifest {
	if f.manifest != nil {
		return f.manifest(f.Engine.Manifest())
	}
	return f.Engine.Manifest()
}

func (f *faulty) Attach(l *abi.Layout) (arena *abi.Arena, err error) {
	if f.attach != nil {
		arena, err = f.attach(f, l)
	} else {
		arena, err = f.Engine.Attach(l)
	}
	if err == nil {
		f.arena = arena
	}
	return arena, err
}

func (f *faulty) Step() error {
	if f.step != nil {
		return f.step(f)
	}
	if f.before != nil && f.arena != nil {
		f.before(f.arena)
	}
	err := f.Engine.Step()
	if err == nil && f.after != nil && f.arena != nil {
		f.after(f.arena)
	}
	return err
}

func (f *faulty) Close() error {
	if f.close != nil {
		return f.close(f)
	}
	return f.Engine.Close()
}

// broken is a rule's sound engine with a fault in each instance.
func broken(rule string, fault func(*faulty)) func(*testing.T) spec.Engine {
	return func(t *testing.T) spec.Engine {
		e := sound(t, rule)
		open := e.Open
		e.Open = func() (host.Engine, error) {
			inner, err := open()
			if err != nil {
				return nil, err
			}
			f := &faulty{Engine: inner}
			fault(f)
			return f, nil
		}
		return e
	}
}

// rewritten claims to run a rule and runs another text of it.
func rewritten(rule, old, new string) func(*testing.T) spec.Engine {
	return func(t *testing.T) spec.Engine {
		e := sound(t, rule)
		require.Equal(t, 1, strings.Count(e.Source, old), "the text has %q once", old)
		other, list := dsl.Compile(rule+".opt", strings.Replace(e.Source, old, new, 1))
		require.NotNil(t, other, "%v", list)
		own, _ := dsl.Compile(rule+".opt", e.Source)
		for v := range own.Manifest.Variants {
			require.Equal(t, own.Manifest.Variants[v].Slots, other.Manifest.Variants[v].Slots, "the states must stay")
		}
		lie := &abi.Rule{Manifest: own.Manifest, Source: e.Source}
		for _, p := range other.Programs {
			lie.Kernels = append(lie.Kernels, eval.Kernel(p))
		}
		e.Open = func() (host.Engine, error) { return host.InProcess(lie), nil }
		return e
	}
}

// eachF32 calls f with every tensor's index of an arena of f32.
func eachF32(a *abi.Arena, f func(i int)) {
	if a.Layout().DType != abi.F32 {
		return
	}
	for i := range a.Layout().Lens {
		f(i)
	}
}

// hidden is what an engine keeps from step to step though it must not.
type hidden struct {
	owner  *faulty
	calls  int64
	hypers []float64
}

// edited changes a copy of the manifest.
func edited(edit func(*abi.Manifest)) func(*abi.Manifest) *abi.Manifest {
	return func(m *abi.Manifest) *abi.Manifest {
		own := *m
		own.Hypers = append([]abi.Hyper(nil), m.Hypers...)
		edit(&own)
		return &own
	}
}

// swap puts the hidden hyperparameters into every group for one step.
func (h *hidden) swap(a *abi.Arena, f *faulty) {
	var kept [][]float64
	for g := range a.Layout().Groups {
		kept = append(kept, append([]float64(nil), a.Hypers(g)...))
		copy(a.Hypers(g), h.hypers)
	}
	f.after = func(a *abi.Arena) {
		for g := range kept {
			copy(a.Hypers(g), kept[g])
		}
	}
}

// withSteps changes the step numbers for the time of a step.
func withSteps(change func([]int64)) (before, after func(*abi.Arena)) {
	var kept []int64
	before = func(a *abi.Arena) {
		kept = append(kept[:0], a.Steps()...)
		change(a.Steps())
	}
	return before, func(a *abi.Arena) { copy(a.Steps(), kept) }
}

func wrapSteps(f *faulty, change func(int64) int64) {
	f.before, f.after = withSteps(func(steps []int64) {
		for i := range steps {
			steps[i] = change(steps[i])
		}
	})
}

// ownParity counts steps in the engine, from its own first.
func ownParity(f *faulty) {
	seen := map[int]int64{}
	f.before, f.after = withSteps(func(steps []int64) {
		for i, t := range steps {
			if t > 0 {
				seen[i]++
				steps[i] = seen[i]
			}
		}
	})
}

// stepsAll steps a tensor that has no gradient with what lies in its place.
func stepsAll(f *faulty) {
	taken := map[int]int64{}
	f.before, f.after = withSteps(func(steps []int64) {
		for i := range steps {
			taken[i] = max(taken[i]+1, steps[i])
			steps[i] = taken[i]
		}
	})
}

// sharesStates gives the tensors of a group the states of its first one, as far
// as they are long.
func sharesStates(f *faulty) {
	f.before = func(a *abi.Arena) {
		first := map[int]int{}
		eachF32(a, func(i int) {
			g := a.Layout().Group[i]
			if _, ok := first[g]; !ok {
				first[g] = i
			}
			for b := range a.Layout().Buffers {
				copy(abi.State[float32](a, b, i), abi.State[float32](a, b, first[g]))
			}
		})
	}
}

// ownStates steps on states of the engine's own; the arena gets what they are,
// and what it holds is not looked at.
func ownStates(f *faulty) {
	var own [][]float32
	states := func(a *abi.Arena) (all [][]float32) {
		eachF32(a, func(i int) {
			for b := range a.Layout().Buffers {
				all = append(all, abi.State[float32](a, b, i))
			}
		})
		return all
	}
	f.before = func(a *abi.Arena) {
		for i, s := range states(a) {
			clear(s)
			if own != nil {
				copy(s, own[i])
			}
		}
	}
	f.after = func(a *abi.Arena) {
		own = own[:0]
		for _, s := range states(a) {
			own = append(own, slices.Clone(s))
		}
	}
}

// capturedGraph replays the second step: the buffers of a state keep the parts
// that they had then, whatever t is.
func capturedGraph(f *faulty) {
	odd := func(a *abi.Arena) {
		eachF32(a, func(i int) {
			if t := a.Steps()[i]; t > 2 && t%2 == 1 {
				x, y := abi.State[float32](a, 0, i), abi.State[float32](a, 1, i)
				for j := range x {
					x[j], y[j] = y[j], x[j]
				}
			}
		})
	}
	f.before, f.after = odd, odd
}

func laterGroups() (before, after func(*abi.Arena)) {
	var group []int
	first, restore := withSteps(func(steps []int64) {
		for i := range steps {
			if group[i] > 0 {
				steps[i] = 0
			}
		}
	})
	return func(a *abi.Arena) { group = a.Layout().Group; first(a) }, restore
}

func skipTensors(skip func(length, tensor int) bool) func(*faulty) {
	return func(f *faulty) {
		var lens []int
		first, restore := withSteps(func(steps []int64) {
			for i := range steps {
				if skip(lens[i], i) {
					steps[i] = 0
				}
			}
		})
		f.before = func(a *abi.Arena) { lens = a.Layout().Lens; first(a) }
		f.after = restore
	}
}

// frozenTheta puts the old parameters back.
func frozenTheta(f *faulty) {
	var kept [][]float32
	f.before = func(a *abi.Arena) {
		kept = nil
		eachF32(a, func(i int) { kept = append(kept, append([]float32(nil), abi.Theta[float32](a, i)...)) })
	}
	f.after = func(a *abi.Arena) { eachF32(a, func(i int) { copy(abi.Theta[float32](a, i), kept[i]) }) }
}

// onlyF64 is sound in f32, and runs another decay in f64.
func onlyF64(t *testing.T) spec.Engine {
	own, _ := dsl.Compile("pnm.opt", sound(t, "pnm").Source)
	return inF64(t, func(v int) *ir.Program { return own.Programs[len(own.Programs)-1-v] })
}

// oneKernel is pnm in f32, and in f64 another text of it.
func oneKernel(old, new string) func(*testing.T) spec.Engine {
	return func(t *testing.T) spec.Engine {
		source := sound(t, "pnm").Source
		require.Equal(t, 1, strings.Count(source, old))
		other, list := dsl.Compile("pnm.opt", strings.Replace(source, old, new, 1))
		require.NotNil(t, other, "%v", list)
		return inF64(t, func(v int) *ir.Program { return other.Programs[v] })
	}
}

// inF64 is pnm with other programs in f64.
func inF64(t *testing.T, other func(variant int) *ir.Program) spec.Engine {
	e := sound(t, "pnm")
	own, _ := dsl.Compile("pnm.opt", e.Source)
	lie := &abi.Rule{Manifest: own.Manifest, Source: e.Source}
	for v := range own.Programs {
		k := eval.Kernel(own.Programs[v])
		k.F64 = eval.Kernel(other(v)).F64
		lie.Kernels = append(lie.Kernels, k)
	}
	e.Open = func() (host.Engine, error) { return host.InProcess(lie), nil }
	return e
}

// ignoredOption runs the first variant whatever the choice.
func ignoredOption(t *testing.T) spec.Engine {
	e := sound(t, "pnm")
	own, _ := dsl.Compile("pnm.opt", e.Source)
	lie := &abi.Rule{Manifest: own.Manifest, Source: e.Source}
	for range own.Programs {
		lie.Kernels = append(lie.Kernels, eval.Kernel(own.Programs[0]))
	}
	e.Open = func() (host.Engine, error) { return host.InProcess(lie), nil }
	return e
}

// swapMomenta swaps PNM's two buffers.
func swapMomenta(a *abi.Arena) {
	eachF32(a, func(i int) {
		m, n := abi.State[float32](a, 0, i), abi.State[float32](a, 1, i)
		for j := range m {
			m[j], n[j] = n[j], m[j]
		}
	})
}

// unshared steps the last element of a large tensor once for each thread.
func unshared(t *testing.T) spec.Engine {
	e := sound(t, "sgd")
	threads := e.Threads
	e.Threads = func(n int) (host.Engine, error) {
		inner, err := threads(n)
		return &faulty{Engine: inner, after: func(a *abi.Arena) {
			eachF32(a, func(i int) {
				if theta, grad := abi.Theta[float32](a, i), abi.Grad[float32](a, i); len(theta) > 200_000 {
					theta[len(theta)-1] -= float32(n-1) * grad[len(theta)-1]
				}
			})
		}}, err
	}
	return e
}

// immortal claims to be a process, and never ends.
func immortal(t *testing.T) spec.Engine {
	e := sound(t, "sgd")
	e.Orphan = func(time.Duration) error { return errors.New("the process is still there") }
	return e
}
