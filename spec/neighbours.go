package spec

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// neighbours takes the runs of spec/mutate.
func neighbours(s *subject) error {
	for _, v := range s.variants() {
		if err := s.told(v, s.battery(v)); err != nil {
			return err
		}
	}
	return nil
}

func (s *subject) battery(variant int) []*mutate.Run {
	rounds := mutate.Rounds
	if s.options.Short || s.draws() {
		rounds = 1
	}
	return mutate.Battery(s.programs[variant], s.manifest().Hypers, rounds)
}

// told performs runs of a variant, those of one dtype together: each is a tensor
// in a group of its own. Where the rule draws random numbers, which depend on the
// tensor's place, each has the first place to itself.
func (s *subject) told(variant int, runs []*mutate.Run) error {
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		some := slices.DeleteFunc(slices.Clone(runs), func(r *mutate.Run) bool { return r.Wide != (d == abi.F64) })
		together := max(len(some), 1)
		if s.draws() {
			together = 1
		}
		for part := range slices.Chunk(some, together) {
			if err := s.side(run{variant: variant, dtype: d}, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// side performs runs side by side, and names that in which an engine differs.
func (s *subject) side(r run, runs []*mutate.Run) error {
	r.lens, r.group = []int{}, []int{}
	for i, each := range runs {
		r.lens, r.group, r.steps = append(r.lens, len(each.Theta)), append(r.group, i), max(r.steps, len(each.Grads))
	}
	r.misses = func(step, tensor int) bool { return step >= len(runs[tensor].Grads) }
	r.hyper = func(_ *rand.Rand, step, group, index int, _ *abi.Hyper) float64 {
		return runs[group].Hypers[min(step, len(runs[group].Hypers)-1)][index]
	}
	err := s.fed(r, func(_ *pair, step, tensor int) func() float64 {
		each := runs[tensor]
		if step < 0 {
			return inTurn(each.Theta)
		}
		return inTurn(each.Grads[min(step, len(each.Grads)-1)])
	})
	var d *Difference
	if errors.As(err, &d) {
		return fmt.Errorf("%s: %w", runs[d.Tensor].Name, err)
	}
	return err
}

// inTurn gives numbers one after another.
func inTurn(xs []float64) func() float64 {
	i := -1
	return func() float64 {
		i++
		return xs[i]
	}
}
