package fuzz

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// region is a tensor's values in an arena: parameters, gradients or a buffer.
type region[T abi.Float] func(*abi.Arena) []T

// states are the buffers of a tensor, by a name of their own.
func states[T abi.Float](r *run, tensor int) map[string]region[T] {
	all, buffer := map[string]region[T]{}, 0
	for _, s := range r.rule.Manifest.Variants[r.arenas[0].Layout().Variant].Slots {
		for k := range s.Buffers {
			b := buffer
			all[fmt.Sprint(s.Name, k)] = func(a *abi.Arena) []T { return abi.State[T](a, b, tensor) }
			buffer++
		}
	}
	return all
}

func thetaOf[T abi.Float](tensor int) region[T] {
	return func(a *abi.Arena) []T { return abi.Theta[T](a, tensor) }
}

// begin writes a tensor's parameters, and states that its first step must not
// see, or that an earlier run could have left.
func begin[T abi.Float](r *run, tensor int) {
	set(r, thetaOf[T](tensor), func(T) T { return T(r.stream("theta").sample(0)) })
	for name, state := range states[T](r, tensor) {
		set(r, state, func(T) T {
			if r.taken[tensor] == 0 {
				return T(math.NaN())
			}
			return T(r.stream(name).sample(0))
		})
	}
}

// hypers writes the hyperparameters of a step.
func (r *run) hypers() {
	for g := range r.arenas[0].Layout().Groups {
		for h := range r.rule.Manifest.Hypers {
			hyper := &r.rule.Manifest.Hypers[h]
			x := r.stream(hyper.Name).hyper(hyper)
			for _, a := range r.arenas {
				a.Hypers(g)[h] = x
			}
		}
	}
}

// prepare writes a tensor's gradients and its step number, which is 0 now and
// then: no gradient. In most steps it makes finite again what is not, so that
// the run goes on to tell something.
func prepare[T abi.Float](r *run, step, tensor int) {
	dice := r.stream("grad")
	wild, whole := dice.IntN(3)*10, dice.IntN(4) > 0
	set(r, func(a *abi.Arena) []T { return abi.Grad[T](a, tensor) }, func(T) T { return T(dice.sample(wild)) })
	if whole {
		mend(r, "theta", thetaOf[T](tensor))
		for name, state := range states[T](r, tensor) {
			mend(r, name, state)
		}
	}
	next := int64(0)
	if tensor == 0 || (step+tensor)%5 != 3 {
		r.taken[tensor]++
		next = r.taken[tensor]
	}
	for _, a := range r.arenas {
		a.Steps()[tensor] = next
	}
}

// set gives the elements of a tensor in every arena a number that is made of
// the one that it has.
func set[T abi.Float](r *run, of region[T], number func(T) T) {
	first := of(r.arenas[0])
	for i := range first {
		x := number(first[i])
		for _, a := range r.arenas {
			of(a)[i] = x
		}
	}
}

// mend puts numbers in the place of infinities, NaNs and what is very large.
func mend[T abi.Float](r *run, purpose string, of region[T]) {
	set(r, of, func(x T) T {
		if x-x == 0 && math.Abs(float64(x)) < 1e12 {
			return x
		}
		return T(r.stream("mend " + purpose).sample(0))
	})
}

// dice draws numbers.
type dice struct{ *rand.Rand }

// sample is a number such as gradients have, and wild times in a hundred a
// special one.
func (d *dice) sample(wild int) float64 {
	if d.IntN(100) < wild {
		return mutate.Special[d.IntN(len(mutate.Special))]
	}
	return mutate.Usual(d.Rand)
}

// hyper is a number of a hyperparameter's domain: about the default, anywhere,
// or an end.
func (d *dice) hyper(h *abi.Hyper) float64 {
	tries := []float64{
		h.Default * math.Exp(d.NormFloat64()), mutate.Inside(d.Rand, h.Domain), 3 * d.NormFloat64(), h.Domain.Lo, h.Domain.Hi,
	}
	if x := tries[d.IntN(len(tries))]; h.Domain.Contains(x) {
		return x
	}
	return h.Default
}
