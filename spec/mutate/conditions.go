package mutate

import (
	"math"
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// condition is a comparison or a connection of conditions. Of the comparisons
// stay <, <= and =.
func (g *graph) condition(op ir.Op, t ir.Type, args []int) int {
	switch op {
	case ir.Gt:
		return g.condition(ir.Lt, t, []int{args[1], args[0]})
	case ir.Ge:
		return g.condition(ir.Le, t, []int{args[1], args[0]})
	case ir.Ne:
		return g.not(t, g.condition(ir.Eq, t, args))
	case ir.Not:
		return g.not(t, args[0])
	case ir.And, ir.Or:
		return g.connection(op, t, args[0], args[1])
	}
	return g.comparison(op, t, args[0], args[1])
}

func (g *graph) comparison(op ir.Op, t ir.Type, x, y int) int {
	x, y = g.sides(op, x, y)
	a, b := g.nodes[x].fact, g.nodes[y].fact
	if g.ranges {
		if c, known := decided(op, a, b); known {
			return g.truth(t, c)
		}
		if !a.nan && !b.nan {
			switch {
			case op == ir.Eq && a.lo == b.hi: // x is at least y
				return g.comparison(ir.Le, t, x, y)
			case op == ir.Eq && a.hi == b.lo:
				return g.comparison(ir.Le, t, y, x)
			case op == ir.Lt: // x < y is not (y <= x)
				return g.not(t, g.comparison(ir.Le, t, y, x))
			}
		}
	}
	if op == ir.Eq {
		x, y = sorted(x, y)
	}
	return g.intern(node{op: op, typ: t, args: []int{x, y}})
}

// sides are the sides of a comparison without what can't change its outcome.
func (g *graph) sides(op ir.Op, x, y int) (int, int) {
	x, y = g.plus0(g.sameButZero(x)), g.plus0(g.sameButZero(y))
	switch {
	case op == ir.Eq && g.is(y, 0):
		x = g.magnitude(x)
	case op == ir.Eq && g.is(x, 0):
		y = g.magnitude(y)
	case op == ir.Lt && g.ranges:
		y = g.aboveOf(x, y)
	}
	return x, y
}

// aboveOf is what is greater than x exactly where y is: a bound that x doesn't
// reach falls away, and before a 0 a factor that keeps the sign.
func (g *graph) aboveOf(x, y int) int {
	a, n := g.nodes[x].fact, g.nodes[y]
	if a.nan || a.empty() || len(n.args) != 2 {
		return y
	}
	for i, arg := range n.args {
		b := g.nodes[arg].fact
		idle := n.op == ir.Max && b.hi <= a.lo || n.op == ir.Min && b.lo > a.hi || n.op == ir.Mul && g.is(x, 0) && b.lo >= 1
		if idle && !b.nan && !b.empty() {
			return g.aboveOf(x, n.args[1-i])
		}
	}
	return y
}

// plus0 is +0 for -0, which compares the same.
func (g *graph) plus0(x int) int {
	if g.is(x, math.Copysign(0, -1)) {
		return g.number(g.nodes[x].typ, 0)
	}
	return x
}

// decided tells what a comparison of <, <= or = is, where the ranges say so.
func decided(op ir.Op, a, b fact) (c, known bool) {
	if a.empty() || b.empty() {
		return false, true
	}
	yes, no := false, false
	switch op {
	case ir.Lt:
		yes, no = a.hi < b.lo, a.lo >= b.hi
	case ir.Le:
		yes, no = a.hi <= b.lo, a.lo > b.hi
	case ir.Eq:
		yes, no = a.lo == a.hi && a.lo == b.lo && a.hi == b.hi, a.hi < b.lo || a.lo > b.hi
	}
	if yes && !a.nan && !b.nan {
		return true, true
	}
	return false, no
}

func (g *graph) not(t ir.Type, x int) int {
	n := g.nodes[x]
	switch {
	case n.set:
		return g.truth(t, !n.cond)
	case n.op == ir.Not:
		return n.args[0]
	}
	return g.intern(node{op: ir.Not, typ: t, args: []int{x}})
}

// connection is x and y, or x or y.
func (g *graph) connection(op ir.Op, t ir.Type, x, y int) int {
	if x == y {
		return x
	}
	for range 2 {
		x, y = y, x
		n := g.nodes[x]
		switch {
		case n.set && n.cond == (op == ir.Or):
			return g.truth(t, n.cond)
		case n.set:
			return y
		}
	}
	if op == ir.And && g.ranges {
		x, y = g.beside(x, y), g.beside(y, x)
	}
	x, y = sorted(x, y)
	return g.intern(node{op: op, typ: t, args: []int{x, y}})
}

// beside is a condition x as it can stand before "and y". That z, which is at
// least c, is not c means that z is greater than c, or NaN; where y is false for
// such a z, NaN falls away.
func (g *graph) beside(x, y int) int {
	n, m := g.nodes[x], g.nodes[y]
	if n.op != ir.Not || g.nodes[n.args[0]].op != ir.Eq || !slices.Contains([]ir.Op{ir.Lt, ir.Le, ir.Eq}, m.op) || m.set {
		return x
	}
	sides := g.nodes[n.args[0]].args
	for i, z := range sides {
		c := sides[1-i]
		a, b := g.nodes[z].fact, g.nodes[c].fact
		if !b.nan && a.lo >= b.hi && (g.poisons(z, m.args[0]) || g.poisons(z, m.args[1])) {
			return g.comparison(ir.Lt, n.typ, c, z)
		}
	}
	return x
}

// poisons tells that y is NaN where x is. A norm is NaN where an element is, and
// only there.
func (g *graph) poisons(x, y int) bool {
	n, m := g.nodes[x], g.nodes[y]
	if x == y || n.op == ir.Norm && m.op == ir.Norm && g.poisons(n.args[0], m.args[0]) {
		return true
	}
	if n.op == ir.Min || n.op == ir.Max { // NaN where one of the two is
		return slices.ContainsFunc([]int{0, 1}, func(i int) bool {
			return !g.nodes[n.args[1-i]].fact.nan && g.poisons(n.args[i], y)
		})
	}
	switch m.op {
	case ir.Add, ir.Mul, ir.Div, ir.Neg, ir.Sqrt, ir.Abs, ir.Sign, ir.Exp, ir.Log, ir.Round:
		return slices.ContainsFunc(m.args, func(a int) bool { return g.poisons(x, a) })
	}
	return false
}
