package cudagen

import "github.com/optc-lang/optc/dsl/ir"

// plan decides, before anything is written, which values are variables, and
// which scalars the kernels are given.
type plan struct {
	p        *ir.Program
	stage    []int // of each value; see ir.Program.Stages
	passes   int
	live     []bool
	variable []bool // has a name of its own
	field    []bool // a scalar that the kernels read, in Scalars or Reduced
}

func newPlan(p *ir.Program) *plan {
	n := len(p.Values)
	pl := &plan{p: p, variable: make([]bool, n), field: make([]bool, n)}
	pl.stage, pl.passes = p.Stages()
	pl.live = p.Reach(append(pl.p.Stored(), pl.inits()...), false)
	uses := make([]int, n)
	for i := range p.Values {
		if !pl.live[i] {
			continue
		}
		for _, a := range p.Values[i].Args {
			uses[a]++
			pl.field[a] = pl.field[a] || pl.crosses(a, ir.ID(i))
		}
	}
	for _, init := range pl.inits() {
		pl.field[init] = pl.field[init] || pl.scalar(init)
	}
	for i := range p.Values {
		v := &p.Values[i]
		pl.variable[i] = pl.field[i] || !pl.number(v) && needsVariable(v, uses[i])
		pl.field[i] = pl.field[i] || pl.stage[i] > 0 && pl.variable[i] && pl.scalar(ir.ID(i))
	}
	for _, id := range pl.p.Stored() {
		pl.variable[id] = true // all stores come after all loads
	}
	return pl
}

// scalar tells a scalar, or a condition of scalars, that is computed.
func (pl *plan) scalar(id ir.ID) bool {
	v := &pl.p.Values[id]
	return (v.Type == ir.Scalar || v.Type == ir.ScalarCond) && v.Op != ir.Const && v.Op != ir.Step
}

// number tells a number of the rule's text, in the dtype.
func (pl *plan) number(v *ir.Value) bool {
	return v.Op == ir.Round && pl.p.Values[v.Args[0]].Op == ir.Const
}

// crosses tells a scalar whose user is computed elsewhere: for each element, or
// after a reduction.
func (pl *plan) crosses(id, user ir.ID) bool {
	u := &pl.p.Values[user]
	return pl.scalar(id) && (u.Type == ir.Tensor || u.Type == ir.TensorCond || pl.stage[user] > pl.stage[id])
}

// needsVariable tells what is not written as a part of a larger expression.
func needsVariable(v *ir.Value, uses int) bool {
	switch v.Op {
	case ir.Const:
		return false
	case ir.Hyper, ir.Step:
		return true
	}
	return !leaf(v.Op) && (v.Op.Reduction() || v.Name != "" || uses > 1)
}

// leaf tells a tensor that is read where it is used.
func leaf(op ir.Op) bool { return op == ir.ThetaIn || op == ir.Grad || op == ir.Load }

// elementwise tells what a loop computes for each element.
func elementwise(v *ir.Value) bool {
	return (v.Type == ir.Tensor || v.Type == ir.TensorCond) && v.Op != ir.Round
}

// inits are the values of the states before the first step.
func (pl *plan) inits() []ir.ID {
	var ids []ir.ID
	for _, s := range pl.p.States {
		if s.Buffers > 0 {
			ids = append(ids, s.Init)
		}
	}
	return ids
}

// reductions are those that a pass over the data completes, 0-based.
func (pl *plan) reductions(pass int) []ir.ID {
	var ids []ir.ID
	for i, v := range pl.p.Values {
		if pl.live[i] && v.Op.Reduction() && pl.stage[i] == pass+1 {
			ids = append(ids, ir.ID(i))
		}
	}
	return ids
}
