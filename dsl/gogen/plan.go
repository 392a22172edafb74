package gogen

import (
	"math"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/pass"
)

// plan decides, before anything is written, which values are variables and
// which products must be rounded before a sum.
type plan struct {
	p        *ir.Program
	stage    []int  // of each value; see ir.Program.Stages
	passes   int    // loops over the data
	variable []bool // has a variable of its own
	fusible  []bool // a product with a user that could take it into a fused operation
	live     []bool // some loop, or what it needs, has it
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
		if v.Op == ir.Round && inexpressible(&p.Values[v.Args[0]]) {
			pl.variable[v.Args[0]] = true // Go refuses the conversion of such a constant
		}
		if v.Op != ir.Round && pl.allConstant(v.Args) {
			for _, a := range v.Args {
				pl.variable[a] = true // Go would compute on constants without rounding
			}
		}
	}
	for _, s := range p.States {
		pl.variable[s.Init] = pl.variable[s.Init] || inexpressible(&p.Values[s.Init])
	}
	for i := range p.Values {
		v := &p.Values[i]
		pl.variable[i] = pl.variable[i] || pl.needsVariable(v, uses[i])
	}
	for _, s := range p.Stores {
		pl.variable[s.Value] = true // all stores come after all loads
	}
	pl.live = make([]bool, n)
	for _, s := range p.States {
		pl.markLive(s.Init)
	}
	pl.markLoops(pl, maxBranches)
	return pl
}

// markLoops marks what the last loops of known need, however the scalar
// conditions turn out. A value that only an impossible combination of them
// needs is left out.
func (pl *plan) markLoops(known *plan, branches int) {
	cond, ok := known.branch()
	if !ok || branches == 0 {
		known.markLive(known.p.Stored()...)
		return
	}
	known.markLive(cond)
	pl.markLoops(known.outcome(cond, true), branches-1)
	pl.markLoops(known.outcome(cond, false), branches-1)
}

// markLive marks all that some values are made of.
func (pl *plan) markLive(roots ...ir.ID) {
	marked := make([]bool, len(pl.p.Values))
	for _, r := range roots {
		marked[r] = true
	}
	for i := len(marked) - 1; i >= 0; i-- {
		if !marked[i] {
			continue
		}
		pl.live[i] = true
		for _, a := range pl.p.Values[i].Args {
			marked[a] = true
		}
	}
}

// outcome is the plan for the case that a scalar condition is known. What is a
// variable stays one, so that the names given before hold.
func (pl *plan) outcome(cond ir.ID, value bool) *plan {
	known := *pl
	known.p = pass.Specialize(pl.p, cond, value)
	known.variable = append([]bool(nil), pl.variable...)
	for _, s := range known.p.Stores {
		known.variable[s.Value] = true
	}
	return &known
}

// inexpressible tells a constant that Go can't convert to float32 as a constant:
// one that is infinite in binary32, which Go refuses, or a negative number that
// is -0 there, of which Go makes +0.
func inexpressible(v *ir.Value) bool {
	if v.Op != ir.Const {
		return false
	}
	x, _ := strconv.ParseFloat(v.Text, 64) // a verified program has numbers only
	narrow := float64(float32(x))
	return math.IsInf(narrow, 0) || x < 0 && narrow == 0
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

// reductions are the reductions whose pass over the data is the given one.
func (pl *plan) reductions(pass int) []ir.ID {
	var ids []ir.ID
	for i := range pl.p.Values {
		if pl.live[i] && pl.p.Values[i].Op.Reduction() && pl.stage[i] == pass+1 {
			ids = append(ids, ir.ID(i))
		}
	}
	return ids
}

// branch is a scalar condition that selects between tensors in the last pass,
// or false where there is none: the loop is then written once for each outcome.
func (pl *plan) branch() (ir.ID, bool) {
	live := pl.p.Reach(pl.p.Stored(), true)
	for i := range pl.p.Values {
		v := &pl.p.Values[i]
		if live[i] && v.Op == ir.Select && v.Type == ir.Tensor && pl.p.Values[v.Args[0]].Type == ir.ScalarCond {
			return v.Args[0], true
		}
	}
	return 0, false
}
