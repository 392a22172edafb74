package spec

import (
	"math/rand/v2"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// run says what an engine is stepped through. The zero value of a field is the
// plain case.
type run struct {
	variant int
	dtype   abi.DType // "" is both, one after the other; to lockstep f32
	lens    []int     // nil is a few short tensors
	group   []int     // nil spreads them over two groups
	groups  int       // 0 is what group needs
	steps   int       // 0 is more than the greatest lag
	wild    bool      // subnormals, zeros of both signs, infinities and NaN among the data
	starts  []int64   // what t starts from, of one tensor after another, over and over; nil is 1
	seed    uint64    // of what the rule draws
	only    part      // of the arena, what is compared; "" is all of it
	// misses tells whether a tensor gets no gradient in a step, 0-based; nil is never.
	misses func(step, tensor int) bool
	// hyper gives hyperparameters; nil draws them anew for each step and group.
	hyper func(rng *rand.Rand, step, group, index int, h *abi.Hyper) float64
}

// part is a part of the arena that no engine may write.
type part string

const (
	commands  part = "commands" // hyperparameters and step numbers
	gradients part = "gradients"
	gap       part = "gap" // what belongs to no tensor
)

// plainSteps is more than the greatest lag.
const plainSteps = 10

var shortLens = []int{1, 7, 8, 9, 65}

func (r run) dtypes() []abi.DType {
	if r.dtype != "" {
		return []abi.DType{r.dtype}
	}
	return []abi.DType{abi.F32, abi.F64}
}

func (r run) filled() run {
	if r.dtype == "" {
		r.dtype = abi.F32
	}
	if r.lens == nil {
		r.lens = shortLens
		if r.wild {
			r.lens = []int{1, 7, 8, 9, len(mutate.Special) * len(mutate.Special)}
		}
	}
	if r.group == nil {
		for i := range r.lens {
			r.group = append(r.group, i%2)
		}
	}
	if r.steps == 0 {
		r.steps = plainSteps
	}
	if r.starts == nil {
		r.starts = []int64{1}
	}
	if r.misses == nil {
		r.misses = func(int, int) bool { return false }
	}
	if r.hyper == nil {
		r.hyper = func(rng *rand.Rand, _, _, _ int, h *abi.Hyper) float64 { return mutate.Inside(rng, h.Domain) }
	}
	return r
}

func (r run) layout(m *abi.Manifest) (*abi.Layout, error) {
	l, err := abi.NewLayout(m, r.variant, r.dtype, r.lens, r.group)
	if err != nil {
		return nil, err
	}
	l.Groups, l.Seed = max(l.Groups, r.groups), r.seed
	return l, nil
}
