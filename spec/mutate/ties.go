package mutate

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// ties are runs in which the two sides of a comparison are equal in some step,
// so that > and >= differ. They are sought for each comparison of a program that
// another one, where it is given, has not: one number of a run is moved until
// the difference of the sides changes its sign, and then by bisection until it
// is zero. In each round every number is moved once in each dtype.
func ties(p, other *ir.Program, hypers []abi.Hyper, rounds int) []*Run {
	table, known := map[string]int{}, []int{}
	if other != nil {
		known = numbered(other, table)
	}
	var found []*Run
	for id, number := range numbered(p, table) {
		if q := difference(p, ir.ID(id)); q != nil && !slices.Contains(known, number) {
			s := &seeker{p: p, q: q, hypers: hypers, r: rand.New(rand.NewPCG(uint64(id), 5))}
			found = append(found, s.seek(rounds)...)
		}
	}
	return found
}

// difference is p with the difference between the sides of a comparison as the
// new parameter, or nil where the value is no comparison.
func difference(p *ir.Program, id ir.ID) *ir.Program {
	v := p.Values[id]
	if !slices.Contains(kinds[comparisons], v.Op) {
		return nil
	}
	q := p.Clone()
	add := func(v ir.Value) ir.ID {
		q.Values = append(q.Values, v)
		return ir.ID(len(q.Values) - 1)
	}
	t := p.Values[v.Args[0]].Type
	sides := add(ir.Value{Op: ir.Sub, Type: t, Args: v.Args})
	if t == ir.Scalar {
		sides = add(ir.Value{Op: ir.Round, Type: ir.Tensor, Args: []ir.ID{sides}})
	}
	q.Stores[q.StoreOf(ir.Theta)].Value = sides
	return q
}

// seeker looks for ties of one comparison.
type seeker struct {
	p, q   *ir.Program
	hypers []abi.Hyper
	r      *rand.Rand
}

const (
	tieSteps = 8 // a tie is sought in each step up to this
	tieDraws = 6 // numbers drawn to begin with
	tieWidth = 4 // elements of a run
	tieMost  = 3 // enough ties of one comparison in one step and round
)

// seek looks for some ties in each step, each by moving another number.
func (s *seeker) seek(rounds int) []*Run {
	var runs []*Run
	movable := len(s.hypers) + 2
	for step := range tieSteps {
		var found []*Run
		for i := 0; i < 2*rounds*movable && len(found) < tieMost*rounds; i++ {
			found = append(found, s.try(step, i/2%movable, i%2 == 0)...)
		}
		runs = append(runs, found...)
	}
	return runs
}

// try seeks ties of the elements in a step of a run drawn anew, by moving one
// number.
func (s *seeker) try(step, which int, wide bool) []*Run {
	base := plan{theta: plain, grad: plain, n: tieWidth, steps: step + 3, hyper: Inside}.make(s.r, s.hypers, wide)
	base.Name = "a comparison's sides meet: " + base.Name
	var runs []*Run
	for _, x := range s.meet(base, which, step) {
		runs = append(runs, s.moved(base, which, step, x))
	}
	return runs
}

// moved is a run with another number: a hyperparameter, or the factor of the
// gradients of a step or of the parameter at the start.
func (s *seeker) moved(b *Run, which, step int, x float64) *Run {
	m := *b
	scaled := func(xs []float64) []float64 {
		out := make([]float64, len(xs))
		for i := range xs {
			out[i] = xs[i] * x
		}
		return out
	}
	switch which {
	case len(s.hypers):
		m.Grads = slices.Clone(b.Grads)
		m.Grads[step] = scaled(b.Grads[step])
	case len(s.hypers) + 1:
		m.Theta = scaled(b.Theta)
	default:
		row := slices.Clone(b.Hypers[0])
		row[which] = x
		m.Hypers = slices.Repeat([][]float64{row}, len(b.Hypers))
	}
	return &m
}

// draw is a number to begin with.
func (s *seeker) draw(which int) float64 {
	if which < len(s.hypers) {
		return count(s.r, s.hypers[which].Domain) // of those that t can meet too
	}
	return math.Exp(2 * s.r.NormFloat64())
}

// meet lists numbers for which the sides are equal in a step, each for another
// element.
func (s *seeker) meet(b *Run, which, step int) []float64 {
	at := func(x float64) []float64 { return s.apart(s.moved(b, which, step, x), step) }
	below, above := map[int]float64{}, map[int]float64{}
	for range tieDraws {
		x := s.draw(which)
		for i, d := range at(x) {
			switch {
			case d < 0:
				below[i] = x
			case d > 0:
				above[i] = x
			}
		}
	}
	var found []float64
	for i := range b.Theta {
		lo, isBelow := below[i]
		hi, isAbove := above[i]
		if isBelow && isAbove {
			if x, ok := bisect(func(x float64) float64 { return at(x)[i] }, lo, hi, b.Wide); ok && !slices.Contains(found, x) {
				found = append(found, x)
			}
		}
	}
	return found
}

// bisect halves the way from lo, where f is negative, to hi, where it is
// positive, and looks at the floats about the end. Where f is computed in f32 it
// moves in coarser steps than x.
func bisect(f func(float64) float64, lo, hi float64, wide bool) (x float64, ok bool) {
	halvings, about := 40, 0
	if wide {
		halvings, about = 64, 12
	}
	for range halvings {
		if x = lo + (hi-lo)/2; x == lo || x == hi {
			break
		}
		switch d := f(x); {
		case d == 0:
			return x, true
		case d < 0:
			lo = x
		default:
			hi = x
		}
	}
	up, down := x, x
	for range about {
		up, down = math.Nextafter(up, math.Inf(1)), math.Nextafter(down, math.Inf(-1))
		if f(up) == 0 {
			return up, true
		}
		if f(down) == 0 {
			return down, true
		}
	}
	return 0, false
}

// apart is the difference of the sides in a step of a run, for each element.
func (s *seeker) apart(r *Run, step int) []float64 {
	if r.Wide {
		return apart(r, s.p, s.q, step, func(k abi.Kernel) func(*abi.Update[float64]) { return k.F64 })
	}
	return apart(r, s.p, s.q, step, func(k abi.Kernel) func(*abi.Update[float32]) { return k.F32 })
}

func apart[T abi.Float](r *Run, p, q *ir.Program, step int, kernel func(abi.Kernel) func(*abi.Update[T])) []float64 {
	pl := newPlayer(r, p, kernel(eval.Kernel(p)))
	for i := range step {
		pl.step(i)
	}
	pl.kernel = kernel(eval.Kernel(q))
	pl.step(step)
	return widen(pl.u.Theta)
}
