// Package eval interprets the program of a step, as LANGUAGE.md says and in the
// simplest way: it is the oracle that every other engine is compared with. The
// same interpreter runs on four kinds of numbers: binary64 scalars with
// binary32 or binary64 tensors (Kernel), exact rationals (Rat), and binary
// floating point of any precision (Big).
//
// The scalars are computed first, in the order of the program; a reduction
// among them evaluates its argument for each element. Then the new values of
// all elements are computed, and at last all of them are stored.
package eval

import (
	"fmt"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Kernel is the oracle as a kernel. The program must be one that ir.Verify
// accepts, with the buffers that pass.Lags gives its states.
func Kernel(p *ir.Program) abi.Kernel {
	return abi.Kernel{
		F32: func(u *abi.Update[float32]) { step(p, u) },
		F64: func(u *abi.Update[float64]) { step(p, u) },

		Elementwise: p.Elementwise(),
	}
}

func step[T abi.Float](p *ir.Program, u *abi.Update[T]) {
	m := &machine[float64, T]{
		p: p, scalars: float[float64]{}, tensors: float[T]{},
		round: func(x float64) T { return T(x) },
		widen: func(x T) float64 { return float64(x) },
		seed:  u.Seed, tensorIndex: u.Tensor, firstElement: u.First,
		hyper: u.Hyper, t: u.T, theta: u.Theta, grad: u.Grad, state: u.State,
	}
	if err := m.step(); err != nil { // floats have NaN; only a program without Verify comes here
		panic(fmt.Sprintf("eval: %v", err))
	}
}

// cell is the value of one operation, for one element or for all. What is not
// defined, as 1/0 in rationals, is an error, which does no harm where a select
// passes it over.
type cell[N any] struct {
	n   N    // of a number
	c   bool // of a condition
	err error
}

// machine performs one step of one tensor. Scalars are numbers S and tensors
// have elements T.
type machine[S, T any] struct {
	p       *ir.Program
	scalars arithmetic[S]
	tensors arithmetic[T]
	round   func(S) T // where a scalar meets a tensor
	widen   func(T) S // where an element goes into a reduction

	seed         uint64 // of random numbers
	tensorIndex  int    // in the run, 0-based
	firstElement int    // index of the first element in its tensor

	hyper []S
	t     int64 // the number of the step, from 1
	theta []T
	grad  []T
	state [][]T // the states in order, the buffers of a state in order

	scalar  []cell[S] // by ID; the first known ones have their values
	known   int
	element []cell[T] // by ID, of the element that tensor was called for
}

func (m *machine[S, T]) step() error {
	m.scalar = make([]cell[S], len(m.p.Values))
	m.element = make([]cell[T], len(m.p.Values))
	if m.t == 1 {
		if err := m.initial(); err != nil {
			return err
		}
	}
	m.compute(len(m.p.Values))
	values := make([][]T, len(m.p.Stores))
	for s, store := range m.p.Stores {
		var err error
		if values[s], err = m.all(store.Value); err != nil {
			return fmt.Errorf("the new value of %s: %w", m.name(store.State), err)
		}
	}
	for s, store := range m.p.Stores {
		copy(m.target(store.State), values[s])
	}
	return nil
}

// initial gives every buffer of every state the value before the first step.
func (m *machine[S, T]) initial() error {
	for s := range m.p.States {
		init := m.p.States[s].Init
		m.compute(int(init) + 1)
		values, err := m.all(init)
		if err != nil {
			return fmt.Errorf("the initial value of %s: %w", m.name(s), err)
		}
		for _, buffer := range m.buffers(s) {
			copy(buffer, values)
		}
	}
	return nil
}

// all is a number for each element; a scalar is rounded.
func (m *machine[S, T]) all(id ir.ID) ([]T, error) {
	out := make([]T, len(m.theta))
	for i := range out {
		c := m.tensor(id, i)
		if m.p.Values[id].Type == ir.Scalar {
			c = m.rounded(id)
		}
		if c.err != nil {
			return nil, fmt.Errorf("element %d: %w", i, c.err)
		}
		out[i] = c.n
	}
	return out, nil
}

// target is where a store writes: the parameter, or the buffer of step t; a
// state that is never read has none.
func (m *machine[S, T]) target(state int) []T {
	switch {
	case state == ir.Theta:
		return m.theta
	case m.p.States[state].Buffers == 0:
		return nil
	}
	return m.past(state, 0)
}

// past is the buffer of a state that holds its value k steps back, for k from 1
// to the number of buffers, and for k = 0 the one that this step overwrites.
func (m *machine[S, T]) past(state, k int) []T {
	buffers := m.buffers(state)
	n := int64(len(buffers))
	return buffers[(m.t-int64(k)+n)%n]
}

func (m *machine[S, T]) buffers(state int) [][]T {
	first := 0
	for _, s := range m.p.States[:state] {
		first += s.Buffers
	}
	return m.state[first : first+m.p.States[state].Buffers]
}

func (m *machine[S, T]) name(state int) string {
	if state == ir.Theta {
		return "theta"
	}
	return m.p.States[state].Name
}

// failed names the value that an error comes from.
func (m *machine[S, T]) failed(id ir.ID, err error) error {
	v := &m.p.Values[id]
	if text := m.p.LineText(v.Line); text != "" {
		return fmt.Errorf("%s in line %d, %s: %w", v.Op, v.Line, strconv.Quote(text), err)
	}
	return fmt.Errorf("%s: %w", v.Op, err)
}
