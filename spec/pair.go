package spec

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// pair is an engine and the reference at work on arenas with the same content.
type pair struct {
	run
	rng       *rand.Rand
	reference *abi.Rule
	engine    host.Engine
	oracle    host.Engine
	arenas    [2]*abi.Arena // the engine's, the reference's
	before    *abi.Arena    // the engine's before the step
	taken     []int64
}

// lockstep performs a run and gives the first difference.
func (s *subject) lockstep(r run) error {
	p, err := s.pair(r)
	if err != nil {
		return err
	}
	return errors.Join(p.all(), p.close())
}

// pair attaches an engine and the reference, and fills both arenas: θ with the
// same numbers, everything else that is no command with what must not matter.
func (s *subject) pair(r run) (_ *pair, err error) {
	p := &pair{run: r.filled(), rng: s.rng(), reference: s.reference, oracle: host.InProcess(s.reference)}
	if p.engine, err = s.engine.Open(); err != nil {
		return nil, fmt.Errorf("the engine does not open: %w", err)
	}
	if err := p.attach(); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *pair) attach() error {
	layout, err := p.layout(p.oracle.Manifest())
	if err != nil {
		return err
	}
	for i, e := range []host.Engine{p.engine, p.oracle} {
		if p.arenas[i], err = e.Attach(layout); err != nil {
			return fmt.Errorf("a sound layout is refused: %w", err)
		}
		if err := zero(p.arenas[i]); err != nil {
			return err
		}
	}
	if p.before, err = abi.AllocArena(layout); err != nil {
		return err
	}
	p.taken = make([]int64, len(p.lens))
	for i := range p.taken {
		p.taken[i] = p.starts[i%len(p.starts)] - 1
	}
	p.poison()
	p.fill()
	return nil
}

// zero reports what is not zero in a new arena behind magic, protocol and size.
func zero(a *abi.Arena) error {
	for i, b := range a.Bytes() {
		if i >= magicBytes && b != 0 {
			return fmt.Errorf("the new arena begins with 0x%02x in its byte %d, not with zeros alone", b, i)
		}
	}
	return nil
}

func (p *pair) close() error { return errors.Join(p.engine.Close(), p.oracle.Close()) }

// poison fills the gaps between the tensors with a pattern, and the states with
// NaN, or where t starts later with numbers that a run could have left.
func (p *pair) poison() {
	gap := gaps(p.arenas[1])
	for i, free := range gap {
		if free {
			p.arenas[0].Bytes()[i], p.arenas[1].Bytes()[i] = 0xa5, 0xa5
		}
	}
	for i := range p.lens {
		for b := range p.arenas[1].Layout().Buffers {
			p.setAll(func(a *abi.Arena) numbers { return stateOf(a, b, i) }, func() float64 {
				if p.taken[i] == 0 {
					return math.NaN()
				}
				return math.Abs(p.sample(false))
			})
		}
	}
}

func (p *pair) fill() {
	for i := range p.lens {
		p.setAll(func(a *abi.Arena) numbers { return thetaOf(a, i) }, p.sampler(i))
	}
	p.cross(thetaOf, func(j, n int) int { return j })
}

// sampler draws a tensor's numbers; in a wild run every other tensor is wild.
func (p *pair) sampler(tensor int) func() float64 {
	return func() float64 { return p.sample(p.wild && tensor%2 == 0) }
}

// cross gives a wild run's last tensor each special number: as parameters each
// n times, as gradients n times each, so that every pair is there.
func (p *pair) cross(of func(*abi.Arena, int) numbers, pick func(j, n int) int) {
	if !p.wild {
		return
	}
	last, j := len(p.lens)-1, -1
	p.setAll(func(a *abi.Arena) numbers { return of(a, last) }, func() float64 {
		j++
		return mutate.Special[pick(j, len(mutate.Special))%len(mutate.Special)]
	})
}

// setAll gives the same numbers to both arenas.
func (p *pair) setAll(of func(*abi.Arena) numbers, next func() float64) {
	a, b := of(p.arenas[0]), of(p.arenas[1])
	for i := range a.size() {
		x := next()
		a.set(i, x)
		b.set(i, x)
	}
}

func (p *pair) all() error {
	for step := range p.steps {
		if err := p.next(step); err != nil {
			return err
		}
	}
	return nil
}

// next performs one step, 0-based, of both.
func (p *pair) next(step int) error {
	p.command(step)
	return p.step(step)
}

// command writes one step's hyperparameters, step numbers and gradients.
func (p *pair) command(step int) {
	m := p.oracle.Manifest()
	for g := range p.arenas[1].Layout().Groups {
		for h := range m.Hypers {
			x := p.hyper(p.rng, step, g, h, &m.Hypers[h])
			p.arenas[0].Hypers(g)[h], p.arenas[1].Hypers(g)[h] = x, x
		}
	}
	for i := range p.lens {
		p.setAll(func(a *abi.Arena) numbers { return gradOf(a, i) }, p.sampler(i))
		t := int64(0)
		if !p.misses(step, i) {
			p.taken[i]++
			t = p.taken[i]
		}
		p.arenas[0].Steps()[i], p.arenas[1].Steps()[i] = t, t
	}
	if step == 0 {
		p.cross(gradOf, func(j, n int) int { return j / n })
	}
}

func (p *pair) step(step int) error {
	copy(p.before.Bytes(), p.arenas[0].Bytes())
	if err := p.engine.Step(); err != nil {
		return fmt.Errorf("step %d fails: %w", step+1, err)
	}
	if err := p.oracle.Step(); err != nil {
		return err
	}
	return p.compare(step)
}

// restore gives both arenas an earlier content, from which t goes on.
func (p *pair) restore(memory []byte) {
	for _, a := range p.arenas {
		copy(a.Bytes()[headerBytes:], memory[headerBytes:])
	}
	copy(p.taken, p.arenas[1].Steps())
}

// compare gives the first difference between the arenas, or where a part alone
// is looked at, what the engine wrote there.
func (p *pair) compare(step int) error {
	switch {
	case p.only == commands:
		return p.overwritten(step)
	case p.only == gradients:
		return p.gradientsWritten(step)
	case p.only == gap:
		return p.strayed(step)
	case sameContent(p.arenas[0], p.arenas[1]):
		return nil
	}
	if d := FirstDifference(p.oracle.Manifest(), p.arenas[0], p.arenas[1]); d != nil {
		d.Step, d.Inputs = step+1, inputs(p.oracle.Manifest(), p.before, d)
		return d
	}
	return first(p.overwritten(step), p.strayed(step)) // or NaNs of another payload
}

// overwritten reports a change of a hyperparameter or a step number.
func (p *pair) overwritten(step int) error {
	for g := range p.before.Layout().Groups {
		for h, want := range p.before.Hypers(g) {
			if got := p.arenas[0].Hypers(g)[h]; differ(got, want) {
				return fmt.Errorf("step %d: the engine wrote %v over the hyperparameter %s of group %d, which was %v",
					step+1, got, p.oracle.Manifest().Hypers[h].Name, g, want)
			}
		}
	}
	for i, want := range p.before.Steps() {
		if got := p.arenas[0].Steps()[i]; got != want {
			return fmt.Errorf("step %d: the engine wrote %d over the step number of tensor %d, which was %d", step+1, got, i, want)
		}
	}
	return nil
}

// gradientsWritten reports a change of a gradient.
func (p *pair) gradientsWritten(step int) error {
	for i := range p.lens {
		got, want := gradOf(p.arenas[0], i), gradOf(p.before, i)
		for j := range want.size() {
			if differ(got.at(j), want.at(j)) {
				return fmt.Errorf("step %d: the engine wrote %v over the gradient of tensor %d, element %d, which was %v",
					step+1, got.at(j), i, j, want.at(j))
			}
		}
	}
	return nil
}

// strayed reports a change of what belongs to no tensor.
func (p *pair) strayed(step int) error {
	for i, free := range gaps(p.before) {
		got, want := p.arenas[0].Bytes()[i], p.before.Bytes()[i]
		if (free || i < magicBytes) && got != want {
			return fmt.Errorf("step %d: the engine wrote 0x%02x into byte %d of the arena, which belongs to no tensor", step+1, got, i)
		}
	}
	return nil
}

// sample is a number such as gradients have; of a wild tensor now and then one
// that is special: a zero, a subnormal, one whose square is infinite, an
// infinity or NaN.
func (p *pair) sample(wild bool) float64 {
	if wild && p.rng.IntN(6) == 0 {
		return mutate.Special[p.rng.IntN(len(mutate.Special))]
	}
	return mutate.Usual(p.rng)
}
