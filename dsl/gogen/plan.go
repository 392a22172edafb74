package gogen

import (
	"github.com/optc-lang/optc/dsl/ir"
)

// plan decides, before anything is written, which values are variables and
// which products must be rounded before a sum.
type plan struct {
	p        *ir.Program
	stage    []int  // of each value; see ir.Program.Stages
	passes   int    // loops over the data
	variable []bool // has a variable of its own
	fusible  []bool // a product with a user that could take it into a fused operation
}

func newPlan(p *ir.Program) *plan {
	n := len(p.Values)
	pl := &plan{p: p, variable: make([]bool, n), fusible: make([]bool, n)}
	pl.stage, pl.passes = p.Stages()
	uses := make([]int, n)
	for i := range p.Values {
		v := &p.Values[i]
		for _, a := range v.Args {
			uses[a]++
			pl.fusible[a] = pl.fusible[a] || !separates(v.Op)
		}
		if v.Op == ir.Norm && !leaf(p.Values[v.Args[0]].Op) {
			pl.variable[v.Args[0]] = true // squared
		}
		if pl.allConstant(v.Args) {
			for _, a := range v.Args {
				pl.variable[a] = true // Go would compute on constants without rounding
			}
		}
	}
	for i := range p.Values {
		v := &p.Values[i]
		pl.variable[i] = pl.variable[i] || pl.needsVariable(v, uses[i])
	}
	for _, s := range p.Stores {
		pl.variable[s.Value] = true // all stores come after all loads
	}
	return pl
}

// leaf tells a tensor that is read where it is used.
func leaf(op ir.Op) bool { return op == ir.ThetaIn || op == ir.Grad || op == ir.Load }

// separates tells an operation that no processor fuses with a product before it.
func separates(op ir.Op) bool {
	switch op {
	case ir.Mul, ir.Div, ir.Sqrt, ir.Round, ir.PowInt, ir.Pow, ir.Exp, ir.Log,
		ir.Eq, ir.Ne, ir.Lt, ir.Le, ir.Gt, ir.Ge:
		return true
	}
	return false
}

// needsVariable tells what is not written as a part of a larger expression.
func (pl *plan) needsVariable(v *ir.Value, uses int) bool {
	switch v.Op {
	case ir.Const:
		return false
	case ir.Hyper, ir.Step:
		return true
	case ir.Round:
		return !pl.constantRound(v)
	}
	return !leaf(v.Op) && (v.Op.Reduction() || v.Name != "" || uses > 1)
}

// constantRound tells a rounded constant that can stand where it is used.
func (pl *plan) constantRound(v *ir.Value) bool {
	c := &pl.p.Values[v.Args[0]]
	return c.Op == ir.Const && inline(c.Text)
}

func (pl *plan) allConstant(args []ir.ID) bool {
	numbers := 0
	for _, a := range args {
		v := &pl.p.Values[a]
		switch {
		case v.Type.Cond():
			continue
		case v.Op != ir.Const && (v.Op != ir.Round || !pl.constantRound(v)):
			return false
		}
		numbers++
	}
	return numbers > 0
}

// reach marks what a list of values is made of, up to the reductions, whose
// arguments belong to an earlier pass.
func (pl *plan) reach(roots []ir.ID) []bool {
	marked := make([]bool, len(pl.p.Values))
	for _, r := range roots {
		marked[r] = true
	}
	for i := len(marked) - 1; i >= 0; i-- {
		if !marked[i] || pl.p.Values[i].Op.Reduction() {
			continue
		}
		for _, a := range pl.p.Values[i].Args {
			marked[a] = true
		}
	}
	return marked
}

// reductions are the reductions whose pass over the data is the given one.
func (pl *plan) reductions(pass int) []ir.ID {
	var ids []ir.ID
	for i := range pl.p.Values {
		if pl.p.Values[i].Op.Reduction() && pl.stage[i] == pass+1 {
			ids = append(ids, ir.ID(i))
		}
	}
	return ids
}

// stores are the values that the last pass stores.
func (pl *plan) stores() []ir.ID {
	ids := make([]ir.ID, len(pl.p.Stores))
	for i, s := range pl.p.Stores {
		ids[i] = s.Value
	}
	return ids
}

// branch is a scalar condition that selects between tensors in the last pass,
// or false where there is none: the loop is then written once for each outcome.
func (pl *plan) branch() (ir.ID, bool) {
	live := pl.reach(pl.stores())
	for i := range pl.p.Values {
		v := &pl.p.Values[i]
		if live[i] && v.Op == ir.Select && v.Type == ir.Tensor && pl.p.Values[v.Args[0]].Type == ir.ScalarCond {
			return v.Args[0], true
		}
	}
	return 0, false
}
