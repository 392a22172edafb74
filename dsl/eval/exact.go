package eval

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// Update is one step of one tensor of n elements, as abi.Update is one for
// kernels, in other numbers. A step puts new numbers into Theta and State and
// changes none in place; one number may come to stand in several places.
type Update[N any] struct {
	Hyper  []N
	T      int64  // the number of the step, from 1
	Seed   uint64 // of the run's random numbers, which are those of a float64 run
	Tensor int    // index of the tensor in the run, 0-based
	Theta  []N    // n parameters
	Grad   []N    // n gradients
	State  [][]N  // the buffers of the states in order; their numbers don't count where T is 1
}

// Rat performs a step in rational numbers, without any rounding: what the rule
// means before a dtype comes into it. Numbers are the decimals of the rule's
// text, so the program is one of pass.Exact, in which no number is folded to
// binary64.
//
// It is an error where the step has no rational result, by a division by zero
// or a function such as exp, and where a number grows beyond a million bits;
// then nothing is stored. What a select passes over does no harm.
func Rat(p *ir.Program, u *Update[*big.Rat]) error {
	return exact(p, u, rational{})
}

// Big performs a step in binary floating point of prec bits, from 1, each
// operation rounded once to nearest even; exp, log and other powers than whole
// ones are good to the last bit but one. It has infinities as the dtypes have,
// but what is NaN there is an error here. The range of exponents is 32 bits, so
// that what underflows or overflows in a dtype may not do so here. The program
// is one of pass.Exact.
func Big(p *ir.Program, prec uint, u *Update[*big.Float]) error {
	if prec < 1 || prec > maxBits {
		return fmt.Errorf("a precision of %d bits; it lies between 1 and %d", prec, maxBits)
	}
	return exact(p, u, precise{prec: prec})
}

// maxBits bounds the size of exact numbers.
const maxBits = 1 << 20

func exact[N any](p *ir.Program, u *Update[*N], a arithmetic[*N]) error {
	if err := first(u.check(p), complete(u)); err != nil {
		return fmt.Errorf("%s: %w", p.Rule, err)
	}
	same := func(x *N) *N { return x }
	m := &machine[*N, *N]{
		p: p, scalars: a, tensors: a, round: same, widen: same,
		seed: u.Seed, tensorIndex: u.Tensor,
		hyper: u.Hyper, t: u.T, theta: u.Theta, grad: u.Grad, state: u.State,
	}
	if u.T == 1 { // an error must leave the states as they are
		m.state = fresh(u)
	}
	if err := m.step(); err != nil {
		return fmt.Errorf("%s, step %d: %w", p.Rule, u.T, err)
	}
	for b := range u.State {
		copy(u.State[b], m.state[b])
	}
	return nil
}

// fresh makes empty buffers.
func fresh[N any](u *Update[N]) [][]N {
	state := make([][]N, len(u.State))
	for b := range state {
		state[b] = make([]N, len(u.Theta))
	}
	return state
}

// check reports what in an update doesn't fit the program.
func (u *Update[N]) check(p *ir.Program) error {
	buffers := 0
	for _, s := range p.States {
		buffers += s.Buffers
	}
	switch {
	case u.T < 1:
		return fmt.Errorf("the number of a step is at least 1, not %d", u.T)
	case len(u.Hyper) != len(p.Hypers):
		return fmt.Errorf("%d hyperparameters for a program with %d", len(u.Hyper), len(p.Hypers))
	case len(u.Grad) != len(u.Theta):
		return fmt.Errorf("%d gradients for %d parameters", len(u.Grad), len(u.Theta))
	case len(u.State) != buffers:
		return fmt.Errorf("%d buffers of states for a program with %d", len(u.State), buffers)
	}
	for b, buffer := range u.State {
		if len(buffer) != len(u.Theta) {
			return fmt.Errorf("%d numbers in buffer %d for %d parameters", len(buffer), b, len(u.Theta))
		}
	}
	return nil
}

// complete reports a number that a step needs and that is nil.
func complete[N any](u *Update[*N]) error {
	needed := [][]*N{u.Hyper, u.Theta, u.Grad}
	if u.T > 1 {
		needed = append(needed, u.State...)
	}
	for _, numbers := range needed {
		if slices.Contains(numbers, nil) {
			return errors.New("a number is missing: a hyperparameter, a parameter, a gradient or a state is nil")
		}
	}
	return nil
}

// Errors of numbers that are not there.
var (
	errZero  = errors.New("division by zero")
	errLarge = fmt.Errorf("the exact number has more than %d bits", maxBits)
)

// chosen is the min or max of two numbers that are not NaN.
func chosen[N any](a arithmetic[N], op ir.Op, x, y N) N {
	o := a.compare(x, y)
	if op == ir.Min && o == less || op == ir.Max && o == greater {
		return x
	}
	return y
}

// chain is x to a whole power by the chain of LANGUAGE.md, section 7.
func chain[N any](a arithmetic[N], x N, n *big.Int) (N, error) {
	c := &calculator[N]{a: a}
	r, power := x, new(big.Int).Abs(n)
	if power.Sign() == 0 {
		r = c.count(1)
	}
	for bit := power.BitLen() - 2; bit >= 0 && c.err == nil; bit-- {
		r = c.do(ir.Mul, r, r)
		if power.Bit(bit) == 1 {
			r = c.do(ir.Mul, r, x)
		}
	}
	if n.Sign() < 0 {
		r = c.do(ir.Div, c.count(1), r)
	}
	return r, c.err
}
