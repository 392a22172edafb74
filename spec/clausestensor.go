package spec

import (
	"bytes"
	"errors"
	"math/rand/v2"

	"github.com/optc-lang/optc/registry/abi"
)

var stateClauses = []Clause{
	{"state-1", "state and lags", "After a step the buffers of every state hold its last values: the value of step s lies in buffer s mod lag.", func(s *subject) error {
		return s.stateful(run{})
	}},
	{"state-2", "state and lags", "What a state held is used: a run goes on from the states that it finds.", func(s *subject) error {
		return s.stateful(run{starts: []int64{7}, steps: 4})
	}},
	{"state-3", "state and lags", "The engine keeps nothing from step to step: another instance goes on from the arena's memory in every bit.", moved},
	{"state-4", "state and lags", "Two instances of the engine that are stepped by turns keep apart.", beside},
	{"state-5", "state and lags", "A step depends on nothing but the arena: a run that is set back to an earlier step goes on from there, as it did before.", setBack},
	{"initial-1", "initial values", "Before a tensor's first step its states have the rule's initial values, whatever the arena held.", func(s *subject) error {
		return s.stateful(run{steps: 2})
	}},
	{"initial-2", "initial values", "A tensor whose step number is 1 again begins anew.", again},
}

// stateful is everywhere, for a rule that has states.
func (s *subject) stateful(r run) error {
	for _, v := range s.manifest().Variants {
		if len(v.Slots) > 0 {
			return s.everywhere(r)
		}
	}
	return skipped{"the rule has no states"}
}

func again(s *subject) error { return s.each(run{}, (*subject).beginsAnew) }

func (s *subject) beginsAnew(r run) error {
	p, err := s.pair(r)
	if err != nil {
		return err
	}
	for step := 0; step < p.steps && err == nil; step++ {
		if step == 5 {
			clear(p.taken)
		}
		err = p.next(step)
	}
	return errors.Join(err, p.close())
}

func moved(s *subject) error { return s.each(run{}, (*subject).goesOn) }

// goesOn takes another instance of the engine after some steps.
func (s *subject) goesOn(r run) error {
	p, err := s.pair(r)
	if err != nil {
		return err
	}
	for step := 0; step < p.steps && err == nil; step++ {
		if step == 3 || step == 4 {
			if err = s.replace(p); err != nil {
				break
			}
		}
		err = p.next(step)
	}
	return errors.Join(err, p.close())
}

// replace closes a pair's engine and goes on with a fresh one.
func (s *subject) replace(p *pair) error {
	memory := append([]byte(nil), p.arenas[0].Bytes()...)
	if err := p.engine.Close(); err != nil {
		return err
	}
	e, err := s.engine.Open()
	if err != nil {
		return err
	}
	p.engine = e
	if p.arenas[0], err = e.Attach(p.arenas[1].Layout()); err != nil {
		return err
	}
	copy(p.arenas[0].Bytes()[headerBytes:], memory[headerBytes:])
	return nil
}

func setBack(s *subject) error { return s.each(run{}, (*subject).goesBack) }

// goesBack takes the memory of five steps before: whatever a lag is but five, its
// buffers have then other parts.
func (s *subject) goesBack(r run) error {
	p, err := s.pair(r)
	if err != nil {
		return err
	}
	var kept []byte
	for step := 0; step < p.steps && err == nil; step++ {
		switch step {
		case 2:
			kept = bytes.Clone(p.arenas[1].Bytes())
		case 7:
			p.restore(kept)
		}
		err = p.next(step)
	}
	return errors.Join(err, p.close())
}

func beside(s *subject) error { return s.each(run{steps: 5}, (*subject).byTurns) }

// byTurns steps two instances, each on data of its own.
func (s *subject) byTurns(r run) error {
	one, err := s.pair(r)
	if err != nil {
		return err
	}
	r.starts = []int64{7}
	other, err := s.pair(r)
	if err != nil {
		return errors.Join(err, one.close())
	}
	other.rng = rand.New(rand.NewPCG(s.options.Seed, 4))
	for step := 0; step < r.steps && err == nil; step++ {
		err = first(one.next(step), other.next(step))
	}
	return errors.Join(err, one.close(), other.close())
}

var tensorClauses = []Clause{
	{"tensor-1", "per-tensor t", "t counts the steps of each tensor by itself.", func(s *subject) error {
		return s.everywhere(run{misses: func(step, tensor int) bool { return step < 2*tensor }})
	}},
	{"missing-1", "missing gradients", "A tensor without a gradient in a step (step number 0) is not touched: θ, states, everything.", func(s *subject) error {
		return s.everywhere(run{misses: func(step, tensor int) bool { return (step+tensor)%3 == 1 }})
	}},
	{"missing-2", "missing gradients", "A step in which no tensor has a gradient changes nothing.", func(s *subject) error {
		return s.everywhere(run{steps: 3, misses: func(step, _ int) bool { return step == 1 }})
	}},
	{"frozen-1", "frozen and thawed tensors", "A tensor that is frozen for some steps goes on, once thawed, as if those steps had not been.", func(s *subject) error {
		return s.everywhere(run{steps: 12, misses: func(step, tensor int) bool { return tensor == 2 && step >= 3 && step < 8 }})
	}},
	{"group-1", "parameter groups", "Each group has its own hyperparameters, and a tensor those of its group.", func(s *subject) error {
		return s.everywhere(run{group: []int{4, 0, 2, 3, 1}, steps: 4})
	}},
	{"group-2", "parameter groups", "States and t belong to a tensor, not to its group.", func(s *subject) error {
		return s.everywhere(run{group: []int{0, 0, 0, 0, 0}, misses: func(step, tensor int) bool { return tensor > 0 && step%(tensor+1) == 0 }})
	}},
	{"group-3", "parameter groups", "A group may have no tensors.", func(s *subject) error {
		return s.everywhere(run{group: []int{0, 0, 0, 0, 0}, groups: 3, steps: 2})
	}},
}

var gradientClauses = []Clause{
	{"gradient-1", "untouched gradients", "Gradients are only read.", func(s *subject) error { return s.everywhere(run{steps: 3, only: gradients}) }},
	{"guard-1", "untouched neighbours", "No byte of the arena is written but those of θ and the states: neither between two tensors nor behind the last.", func(s *subject) error {
		return s.everywhere(run{steps: 3, only: gap, lens: []int{1, 5, 3, 17}})
	}},
}

var shapeClauses = []Clause{
	{"shape-1", "shapes", "A tensor of one element, such as one without dimensions has, is stepped.", func(s *subject) error {
		return s.shaped(run{lens: []int{1, 1, 1}, steps: 3})
	}},
	{"shape-2", "shapes", "A tensor without elements is no error, and does not disturb the others.", func(s *subject) error {
		return first(s.shaped(run{lens: []int{0, 3, 0}, steps: 3}), s.shaped(run{lens: []int{0}, group: []int{0}, steps: 2}))
	}},
	{"shape-3", "shapes", "Every length about a power of two is stepped whole: 2^k - 1, 2^k and 2^k + 1.", func(s *subject) error {
		var lens []int
		for k := 1; k <= 11; k++ {
			lens = append(lens, 1<<k-1, 1<<k, 1<<k+1)
		}
		return s.everywhere(run{lens: lens, steps: 2})
	}},
	{"shape-4", "shapes", "Many small tensors are stepped, each of them.", func(s *subject) error {
		lens := make([]int, 1100)
		for i := range lens {
			lens[i] = 1 + i%3
		}
		return s.shaped(run{lens: lens, steps: 2})
	}},
	{"shape-5", "shapes", "A large tensor is stepped to its end, in every step and with the hyperparameters of its group: 2^18 + 3 elements in f32; 2^16 + 3 in f64, and in the other choices of the options.", large},
	{"shape-6", "shapes", "No tensors at all are no error.", func(s *subject) error {
		return s.shaped(run{lens: []int{}, group: []int{}, groups: 1, steps: 2})
	}},
}

// shaped performs a run of the first variant in both dtypes: a shape is no matter
// of options.
func (s *subject) shaped(r run) error {
	for _, r.dtype = range r.dtypes() {
		if err := s.lockstep(r); err != nil {
			return err
		}
	}
	return nil
}

// large has a tensor that an engine may cut, with one step in which it has no
// gradient, between two small ones of the other group.
func large(s *subject) error {
	for _, v := range s.variants() {
		for _, d := range (run{}).dtypes() {
			n := 1<<16 + 3
			if v == 0 && d == abi.F32 && !s.options.Short {
				n = 1<<18 + 3
			}
			err := s.lockstep(run{
				variant: v, dtype: d, lens: []int{5, n, 9}, group: []int{0, 1, 0}, steps: 3,
				misses: func(step, tensor int) bool { return step == 1 && tensor == 1 },
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
