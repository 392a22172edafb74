package mutate

import (
	"maps"
	"math"
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// holdsForSigns splits a claim by the sign of one more value of the original,
// and those parts that don't hold at once by the next.
func (v *prover) holdsForSigns(c claim) bool {
	values := v.splittable(c.q)
	if len(c.signs) == len(values) {
		return false
	}
	next := values[len(c.signs)]
	for _, sign := range everySign(c.wide || v.p.Values[next].Type == ir.Scalar) {
		part := c
		part.signs = map[ir.ID]fact{next: sign}
		maps.Copy(part.signs, c.signs)
		if v.left--; v.left < 0 || !v.holds(part) {
			return false
		}
	}
	return true
}

// splittable are the values that a proof may split by: the hyperparameters
// that are compared, what the states become, g, what has a name, θ, and what the
// states were. In a program with a reduction they are scalars only, since what
// holds for one element doesn't hold for all.
func (v *prover) splittable(q *ir.Program) []ir.ID {
	reduces := func(w ir.Value) bool { return w.Op.Reduction() }
	scalars := slices.ContainsFunc(v.p.Values, reduces) || slices.ContainsFunc(q.Values, reduces)
	var ids []ir.ID
	add := func(id ir.ID) {
		t := v.p.Values[id].Type
		if !slices.Contains(ids, id) && (t == ir.Scalar || t == ir.Tensor && !scalars) && len(ids) < maxSplit {
			ids = append(ids, id)
		}
	}
	v.each(reduces, add)
	for _, id := range v.compared() {
		add(id)
	}
	for _, s := range v.p.Stores[:len(v.p.Stores)-1] {
		add(s.Value)
	}
	v.each(func(w ir.Value) bool { return w.Op == ir.Grad }, add)
	v.each(func(w ir.Value) bool { return w.Name != "" }, add)
	v.each(func(w ir.Value) bool { return w.Op == ir.Load || w.Op == ir.ThetaIn }, add)
	return ids
}

// compared are the hyperparameters that a comparison, min or max reads.
func (v *prover) compared() []ir.ID {
	var ids []ir.ID
	for _, w := range v.p.Values {
		if !w.Type.Cond() && w.Op != ir.Min && w.Op != ir.Max {
			continue
		}
		for _, a := range w.Args {
			if v.p.Values[a].Op == ir.Hyper && !slices.Contains(ids, a) {
				ids = append(ids, a)
			}
		}
	}
	return ids
}

// each does something with each value of the original that is of a sort.
func (v *prover) each(sort func(ir.Value) bool, do func(ir.ID)) {
	for i, w := range v.p.Values {
		if sort(w) {
			do(ir.ID(i))
		}
	}
}

// maxSplit bounds the values that a proof splits by, maxParts its parts.
const (
	maxSplit = 10
	maxParts = 3000
)

// everySign lists the numbers of a dtype in classes: those whose square
// vanishes apart from the greater ones.
func everySign(wide bool) []fact {
	tiny, huge := float64(math.SmallestNonzeroFloat32), float64(math.MaxFloat32)
	if wide {
		tiny, huge = math.SmallestNonzeroFloat64, math.MaxFloat64
	}
	small := math.Sqrt(tiny) * math.Sqrt2 / 2
	more := math.Nextafter(small, 1)
	return []fact{
		{lo: more, hi: huge}, {lo: tiny, hi: small}, always(0), always(math.Inf(1)),
		{lo: -huge, hi: -more}, {lo: -small, hi: -tiny}, always(math.Copysign(0, -1)), always(math.Inf(-1)),
		always(math.NaN()),
	}
}

// assume narrows what is known of a node.
func (g *graph) assume(id int, f fact) int {
	known := both(g.nodes[id].fact, f)
	if known.empty() && !known.nan {
		g.never = true
		return id
	}
	if g.nodes[id].op == ir.Const {
		return id
	}
	g.nodes[id].fact = known
	if x, ok := known.constant(); ok {
		g.instead[id] = g.number(g.nodes[id].typ, x)
		return g.instead[id]
	}
	return id
}
