package mutate

import (
	"math"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// prover shows that a mutant computes the original's bits. Both programs are
// brought to one form, by identities that hold for every float; where the new
// values and the initial values of all states and the new parameter come out
// the same, the programs are equal, by induction over the steps.
//
// It tries four times, each time with more: identities alone; with the
// intervals that values lie in, as the hyperparameters' domains and the states'
// own histories give them; for each small t by itself; and for each sign of the
// gradient, the parameter and the states by itself.
type prover struct {
	p      *ir.Program
	hypers []abi.Hyper
	states map[bool][]fact // what is known of each state, for f32 and for f64
	left   int             // parts that the proof may still have
}

// Strengths of a proof.
const (
	identities = iota
	ranges
	caseByCase
	signBySign
)

var reasons = []string{
	identities: "one form, by identities that hold for all floats",
	ranges:     "one form, by the ranges that values lie in",
	caseByCase: "one form, for t = 1, 2, ... and all greater t apart",
	signBySign: "one form, for each t and for each sign of the operands apart",
}

func newProver(p *ir.Program, hypers []abi.Hyper) *prover {
	v := &prover{p: p, hypers: hypers, states: map[bool][]fact{}}
	for _, wide := range []bool{false, true} {
		v.states[wide] = v.invariants(wide)
	}
	return v
}

// Prove shows that a mutant is equivalent to the original, and says why, or
// that it can't.
func (j *Judge) Prove(m *Mutant) (reason string, ok bool) {
	if j.prover == nil {
		j.prover = newProver(j.p, j.hypers)
	}
	j.prover.left = maxParts
	for strength, reason := range reasons {
		if j.prover.equal(m.Program, strength) {
			return reason, true
		}
	}
	return "", false
}

func (v *prover) equal(q *ir.Program, strength int) bool {
	last := int64(0) // the last t that stands by itself
	if strength >= caseByCase {
		last = max(v.horizon(v.p), v.horizon(q))
	}
	for _, wide := range []bool{false, true} {
		for t := int64(0); t <= last; t++ {
			c := claim{q: q, strength: strength, wide: wide, t: t, last: last}
			if !v.holds(c) {
				return false
			}
		}
	}
	return true
}

// horizon is the last t that a case by case proof takes by itself: beyond it
// lies no number that t is compared with, and no initial value is read.
func (v *prover) horizon(p *ir.Program) int64 {
	last := int64(1)
	for _, w := range p.Values {
		switch {
		case w.Op == ir.Load:
			last = max(last, int64(w.Lag))
		case w.Op == ir.Const:
			if x, err := strconv.ParseFloat(w.Text, 64); err == nil && x == math.Trunc(x) && x < 64 {
				last = max(last, int64(x)+1)
			}
		}
	}
	return last
}

// claim is that a mutant is the original in a step t of a dtype, or for t = 0 in
// all steps after the last one that stands by itself.
type claim struct {
	q        *ir.Program
	strength int
	wide     bool
	t, last  int64
	signs    map[ir.ID]fact // what is assumed of values of the original
}

// holds compares the stores.
func (v *prover) holds(c claim) bool {
	g := v.graph(c.strength, c.wide, c.t, c.last)
	g.signs = c.signs
	a := g.program(v.p)
	g.signs = nil
	if g.never || g.same(v.p, c.q, a, c.strength) {
		return true
	}
	return c.strength == signBySign && v.holdsForSigns(c)
}

func (g *graph) same(p, q *ir.Program, a []int, strength int) bool {
	b := g.program(q)
	for i, s := range p.States {
		alone := s.Buffers == 1 && strength >= caseByCase // t = 1 covers its initial value
		if !alone && g.first(p, a, s.Init) != g.first(q, b, q.States[i].Init) {
			return false
		}
	}
	for _, s := range p.Stores {
		if a[s.Value] != b[q.Stores[q.StoreOf(s.State)].Value] {
			return false
		}
	}
	return true
}

// first is the initial value as it stands in the buffers, rounded.
func (g *graph) first(p *ir.Program, ids []int, id ir.ID) int {
	if p.Values[id].Type == ir.Scalar {
		return g.node(ir.Value{Op: ir.Round, Type: ir.Tensor}, []int{ids[id]})
	}
	return ids[id]
}

func (v *prover) graph(strength int, wide bool, t, last int64) *graph {
	g := &graph{index: map[string]int{}, instead: map[int]int{}, wide: wide, ranges: strength >= ranges, step: t}
	g.time = fact{lo: float64(last + 1), hi: 1 << 63}
	if t > 0 {
		g.time = always(float64(t))
	}
	g.states, g.hypers = v.states[wide], v.hypers
	return g
}

// invariants are facts that hold for the states at all times: those of the
// initial values, widened until a step keeps them.
func (v *prover) invariants(wide bool) []fact {
	states := slices.Repeat([]fact{{lo: 1, hi: 0}}, len(v.p.States))
	for round := range 24 {
		next := v.after(states, wide)
		if slices.Equal(next, states) {
			return states
		}
		for i := range states {
			states[i] = widened(states[i], next[i], round)
		}
	}
	return slices.Repeat([]fact{anything}, len(states))
}

// after is what is known of the states at the beginning and after a step from
// known states, for each sign of the first hyperparameter that is compared.
func (v *prover) after(states []fact, wide bool) []fact {
	parts := []map[ir.ID]fact{nil}
	if ids := v.compared(); len(ids) > 0 {
		parts = parts[:0]
		for _, sign := range everySign(true) {
			parts = append(parts, map[ir.ID]fact{ids[0]: sign})
		}
	}
	next := slices.Clone(states)
	for _, signs := range parts {
		g := v.graph(ranges, wide, 0, 0)
		g.states, g.signs = slices.Clone(states), signs
		ids := g.program(v.p)
		for i, s := range v.p.States {
			if g.never {
				break
			}
			next[i] = join(next[i], g.nodes[g.first(v.p, ids, s.Init)].fact)
			if !states[i].empty() || states[i].nan {
				next[i] = join(next[i], g.nodes[ids[v.p.Stores[v.p.StoreOf(i)].Value]].fact)
			}
		}
	}
	return next
}

// widened gives up on a bound that still moves after some rounds.
func widened(old, next fact, round int) fact {
	if round < 3 {
		return next
	}
	if next.lo < old.lo {
		if next.lo >= 0 && round < 6 {
			next.lo = 0
		} else {
			next.lo = math.Inf(-1)
		}
	}
	if next.hi > old.hi {
		next.hi = math.Inf(1)
	}
	return next
}
