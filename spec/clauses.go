package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

var manifestClauses = []Clause{
	{"manifest-1", "manifest", "The manifest is sound: its protocol, names, versions, domains, options, variants and states are what a host can use.", func(s *subject) error {
		return s.opened(func(e host.Engine) error { return e.Manifest().Validate() })
	}},
	{"manifest-2", "manifest", "The manifest says what the rule's text says: name, hyperparameters with defaults and domains, options, states, class, traffic and digest.", manifestIsText},
	{"manifest-3", "manifest", "Every instance of the engine has the same manifest, before and after a run.", manifestStays},
}

// opened runs a check on a fresh engine.
func (s *subject) opened(check func(host.Engine) error) error {
	e, err := s.engine.Open()
	if err != nil {
		return fmt.Errorf("the engine does not open: %w", err)
	}
	return errors.Join(check(e), e.Close())
}

func manifestIsText(s *subject) error {
	return s.opened(func(e host.Engine) error { return sameManifest(e.Manifest(), s.manifest()) })
}

// sameManifest names the first field in which two manifests differ, and of a list
// its first item. Which version of the compiler made a manifest, and for which
// targets, is no part of what it says of a rule.
func sameManifest(got, want *abi.Manifest) error {
	a, b := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if name == "Compiler" || name == "Targets" {
			continue
		}
		if err := sameField(name, a.Field(i), b.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func sameField(name string, got, want reflect.Value) error {
	if got.Kind() == reflect.Slice && got.Len() == want.Len() {
		for i := range got.Len() {
			if err := sameField(fmt.Sprintf("%s[%d]", name, i), got.Index(i), want.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	x, err := json.Marshal(got.Interface())
	if err != nil {
		return err
	}
	y, err := json.Marshal(want.Interface())
	if err != nil {
		return err
	}
	if string(x) != string(y) {
		return fmt.Errorf("%s is %s; the rule's text makes it %s", name, x, y)
	}
	return nil
}

func manifestStays(s *subject) error {
	return s.opened(func(e host.Engine) error {
		before, err := json.Marshal(e.Manifest())
		if err != nil {
			return err
		}
		layout, err := run{}.filled().layout(s.manifest())
		if err != nil {
			return err
		}
		if _, err := e.Attach(layout); err != nil {
			return err
		}
		if err := e.Step(); err != nil {
			return err
		}
		return s.opened(func(other host.Engine) error {
			for _, e := range []host.Engine{e, other} {
				after, err := json.Marshal(e.Manifest())
				if err != nil {
					return err
				}
				if string(after) != string(before) {
					return fmt.Errorf("the manifest was %s, and is now %s", before, after)
				}
			}
			return nil
		})
	})
}

var hyperClauses = []Clause{
	{"hyper-1", "hyperparameters", "A step uses the hyperparameters that stand in the arena at that step, whichever of them have changed.", func(s *subject) error {
		return s.everywhere(run{hyper: byTurns})
	}},
	{"hyper-2", "hyperparameters", "The engine writes no hyperparameter and no step number.", func(s *subject) error {
		return s.everywhere(run{steps: 3, only: commands})
	}},
	{"hyper-3", "hyperparameters", "At the ends of the domains the rule still holds: closed ends, and numbers next to open ones.", func(s *subject) error {
		return s.everywhere(run{hyper: func(rng *rand.Rand, _, _, _ int, h *abi.Hyper) float64 { return edge(rng, h.Domain) }})
	}},
	{"hyper-4", "hyperparameters", "Hyperparameters are binary64 and scalars are computed in it: a hyperparameter is not rounded to the tensor's dtype before it is used.", func(s *subject) error {
		return s.everywhere(run{steps: 4, hyper: func(_ *rand.Rand, step, _, _ int, h *abi.Hyper) float64 {
			x := h.Default*(1+float64(step)*0x1p-30) + 0x1p-40
			if h.Domain.Contains(x) {
				return x
			}
			return h.Default
		}})
	}},
}

// byTurns lets a third of the hyperparameters change in a step, in one group
// others than in the next. They are the defaults first.
func byTurns(_ *rand.Rand, step, group, index int, h *abi.Hyper) float64 {
	turn := (step + index + group) / 3
	if turn == 0 {
		return h.Default
	}
	return mutate.Inside(rand.New(rand.NewPCG(uint64(turn), uint64(index<<8+group))), h.Domain)
}

// edge is a number at an end of a domain.
func edge(rng *rand.Rand, d abi.Domain) float64 {
	x, inward := d.Lo, math.Inf(1)
	open := d.LoOpen
	if rng.IntN(2) == 0 {
		x, inward, open = d.Hi, math.Inf(-1), d.HiOpen
	}
	switch {
	case math.IsInf(x, 1):
		return math.MaxFloat32
	case math.IsInf(x, -1):
		return -math.MaxFloat32
	case open:
		x = math.Nextafter(x, inward)
	}
	if d.Contains(x) {
		return x
	}
	return mutate.Inside(rng, d)
}

var stepClauses = []Clause{
	{"step-1", "step arithmetic", "In f32 every parameter and every state is the rule's in every bit, after every step.", func(s *subject) error {
		return s.everywhere(run{dtype: abi.F32, seed: 1<<40 + 9})
	}},
	{"step-2", "step arithmetic", "In f64 every parameter and every state is the rule's in every bit, after every step.", func(s *subject) error { return s.everywhere(run{dtype: abi.F64}) }},
	{"step-3", "step arithmetic", "Every choice of the options has the rule's arithmetic of that choice.", everyVariant},
	{"step-4", "step arithmetic", "Zeros of both signs, subnormals, infinities and NaN go through the arithmetic as IEEE 754 says; which NaN a NaN is does not matter.", func(s *subject) error {
		return first(s.everywhere(run{wild: true}), s.everywhere(run{wild: true, lens: []int{3000}, group: []int{0}, steps: 2}))
	}},
	{"step-5", "step arithmetic", "Subnormal results are kept, and not flushed to zero.", subnormals},
	{"step-6", "step arithmetic", "The number of a step may be large: powers of t are those of the rule's chain at step 100, at step 10,000, about 2^16, 2^24, 2^31 and 2^32, and at step 2^40.", func(s *subject) error {
		return s.everywhere(run{starts: lateSteps, steps: 2, lens: []int{1, 2, 3, 1, 2, 3, 9}, hyper: slow})
	}},
	{"step-7", "step arithmetic", "The rule holds on data that tells it from its neighbours, the rules that are one operator, constant, lag, sign or branch away: numbers of few digits, zeros of both signs, the ends of the domains, and both sides of a comparison equal.", neighbours},
}

// lateSteps are steps at which, or after which, a narrow counter ends. A binary32
// has no place for 2^24 + 1.
var lateSteps = []int64{100, 10_000, 1<<16 - 1, 1 << 24, 1<<31 - 1, 1<<32 - 1, 1 << 40}

// slow is a number so near the upper end of a domain that its powers of a large t
// may be neither 0 nor 1, as the β of a long memory is.
func slow(rng *rand.Rand, _, _, _ int, h *abi.Hyper) float64 {
	x := h.Domain.Hi * (1 - math.Exp2(-float64(1+rng.IntN(42))))
	if h.Domain.Contains(x) {
		return x
	}
	return mutate.Inside(rng, h.Domain)
}

func everyVariant(s *subject) error {
	if len(s.manifest().Variants) == 1 {
		return skipped{"the rule has no options"}
	}
	all := *s
	all.options.Short = false
	return all.everywhere(run{steps: 4})
}

// subnormals shrinks the data until results are subnormal.
func subnormals(s *subject) error {
	return first(s.each(run{}, (*subject).faint), s.each(run{lens: []int{3000}, group: []int{0}, steps: 2}, (*subject).faint))
}

func (s *subject) faint(r run) error {
	scale := map[abi.DType]float64{abi.F32: 1e-41, abi.F64: 1e-311}[r.dtype]
	return s.fed(r, func(p *pair, _, _ int) func() float64 {
		return func() float64 { return scale * p.rng.NormFloat64() }
	})
}

// fed is a run with other data: next draws the numbers of a tensor's gradient in
// a step, and for the step -1 those of the tensor.
func (s *subject) fed(r run, next func(p *pair, step, tensor int) func() float64) error {
	p, err := s.pair(r)
	if err != nil {
		return err
	}
	for i := range p.lens {
		p.setAll(func(a *abi.Arena) numbers { return thetaOf(a, i) }, next(p, -1, i))
	}
	for step := 0; step < p.steps && err == nil; step++ {
		p.command(step)
		for i := range p.lens {
			p.setAll(func(a *abi.Arena) numbers { return gradOf(a, i) }, next(p, step, i))
		}
		err = p.step(step)
	}
	return errors.Join(err, p.close())
}
