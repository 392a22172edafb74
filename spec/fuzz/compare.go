package fuzz

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// Data says what a rule is run on.
type Data struct {
	Seed  uint64 // of all numbers
	Steps int
	Lens  []int // of the tensors, the first of which gets a gradient in every step
	Block int   // the length of one more tensor where a variant has reductions; 0 for none
	Quick bool  // one variant and dtype, which the seed chooses
}

// Long is data for all that engines do differently: tensors of none and one
// element, about a vector's length, and about a block of the tree of reductions;
// more steps than the greatest lag.
func Long(seed uint64) Data {
	return Data{Seed: seed, Steps: 10, Lens: []int{9, 1, 0, 65}, Block: 1025}
}

// Short is data that runs in a hundredth of the time.
func Short(seed uint64) Data { return Data{Seed: seed, Steps: 6, Lens: []int{9, 0, 1}, Quick: true} }

// Compare runs the rule of a text by the oracle and by engines on the same
// data, and compares all parameters, gradients and states after each step, bit
// by bit, NaNs counted as equal. The first difference is a *spec.Difference,
// wrapped in the engine's name. For a text that is no rule, ErrNoRule is wrapped.
func Compare(text string, engines []Engine, data Data) error {
	rule, err := compile(text)
	if err != nil {
		return err
	}
	for v := range rule.Manifest.Variants {
		for i, d := range []abi.DType{abi.F32, abi.F64} {
			seed := uint64(2*v + i)
			if data.Quick && seed != data.Seed%uint64(2*len(rule.Manifest.Variants)) {
				continue
			}
			r := &run{rule: rule, data: data, streams: map[string]*dice{}}
			if err := r.all(v, d, append([]Engine{Oracle}, engines...)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ErrNoRule is what an error wraps where a text is no rule.
var ErrNoRule = errors.New("the text is no rule")

func compile(text string) (*dsl.Rule, error) {
	rule, list := dsl.Compile("rule.opt", text)
	if rule == nil {
		return nil, fmt.Errorf("%w: %w", ErrNoRule, list)
	}
	return rule, nil
}

// run steps engines of one variant and dtype through the same steps.
type run struct {
	rule    *dsl.Rule
	data    Data
	names   []string // of the engines, the oracle's first
	engines []host.Engine
	arenas  []*abi.Arena
	taken   []int64 // steps, by each tensor
	streams map[string]*dice
}

// stream gives the random numbers for one purpose. Each has its own, so that a
// rule that lost a state or a hyperparameter is run on the same data else.
func (r *run) stream(purpose string) *dice {
	if r.streams[purpose] == nil {
		h := fnv.New64a()
		h.Write([]byte(purpose))
		r.streams[purpose] = &dice{rand.New(rand.NewPCG(r.data.Seed, h.Sum64()))}
	}
	return r.streams[purpose]
}

// starts are how many steps a tensor has behind it: most begin, others are where
// powers of t are large.
var starts = []int64{0, 0, 0, 0, 0, 997, 1 << 40}

func (r *run) all(variant int, d abi.DType, engines []Engine) (err error) {
	layout, err := r.layout(variant, d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	for _, e := range engines {
		if err := r.attach(e, layout); err != nil {
			return fmt.Errorf("engine %q: %w", e.Name, err)
		}
	}
	start := starts[r.stream("start").IntN(len(starts))]
	for range layout.Lens {
		r.taken = append(r.taken, start)
	}
	if d == abi.F64 {
		return steps[float64](r)
	}
	return steps[float32](r)
}

// layout is that of the data's tensors, spread over two groups, with a seed for
// what the rule draws.
func (r *run) layout(variant int, d abi.DType) (*abi.Layout, error) {
	lens := slices.Clone(r.data.Lens)
	if _, passes := r.rule.Programs[variant].Stages(); passes > 1 && r.data.Block > 0 {
		lens = append(lens, r.data.Block)
	}
	group := make([]int, len(lens))
	for i := range group {
		group[i] = i % 2
	}
	layout, err := abi.NewLayout(&r.rule.Manifest, variant, d, lens, group)
	if err != nil {
		return nil, err
	}
	layout.Seed = r.stream("seed").Uint64()
	return layout, nil
}

func (r *run) attach(e Engine, layout *abi.Layout) error {
	engine, err := e.Open(r.rule)
	if err != nil {
		return err
	}
	r.names, r.engines = append(r.names, e.Name), append(r.engines, engine)
	arena, err := engine.Attach(layout)
	if err != nil {
		return err
	}
	r.arenas = append(r.arenas, arena)
	return nil
}

func (r *run) close() (err error) {
	for _, e := range r.engines {
		err = errors.Join(err, e.Close())
	}
	return err
}

func steps[T abi.Float](r *run) error {
	for i := range r.taken {
		begin[T](r, i)
	}
	for step := range r.data.Steps {
		r.hypers()
		for i := range r.taken {
			prepare[T](r, step, i)
		}
		if err := r.step(step + 1); err != nil {
			return err
		}
	}
	return nil
}

// step performs one step, counted from 1, and compares.
func (r *run) step(number int) error {
	for i, e := range r.engines {
		if err := e.Step(); err != nil {
			return fmt.Errorf("engine %q, step %d: %w", r.names[i], number, err)
		}
		if d := spec.FirstDifference(&r.rule.Manifest, r.arenas[i], r.arenas[0]); d != nil {
			d.Step = number
			return fmt.Errorf("engine %q: %w", r.names[i], d)
		}
	}
	return nil
}
