package mutate

import (
	"math"

	"github.com/optc-lang/optc/dsl/ir"
)

// node is the node of an operation on nodes, in its one form. NaNs count as
// equal, so the order of the operands of a sum does not matter.
func (g *graph) node(v ir.Value, args []int) int {
	if len(args) == 0 {
		return g.leaf(v)
	}
	switch v.Op {
	case ir.Sub: // x - y is x + (-y)
		return g.sum(v.Type, args[0], g.negative(v.Type, args[1]))
	case ir.Add:
		return g.sum(v.Type, args[0], args[1])
	case ir.Neg:
		return g.negative(v.Type, args[0])
	case ir.Mul, ir.Div:
		return g.product(v.Op, v.Type, args[0], args[1])
	case ir.Abs, ir.Norm, ir.MaxAbs: // have no use for the sign
		return g.unsigned(v.Op, v.Type, args[0])
	case ir.PowInt: // the chain for 1 is no product
		if g.is(args[1], 1) {
			return args[0]
		}
	case ir.Sum: // adds to +0, so that the sign of zeros is lost
		if g.ranges && g.nodes[args[0]].fact.only0() {
			return g.plain(v.Op, v.Type, g.magnitude(args[0]))
		}
	case ir.Min, ir.Max:
		return g.extremum(v.Op, v.Type, args[0], args[1])
	case ir.Round:
		return g.rounding(args[0])
	case ir.Select:
		return g.choice(v.Type, args[0], args[1], args[2])
	case ir.Eq, ir.Ne, ir.Lt, ir.Le, ir.Gt, ir.Ge, ir.And, ir.Or, ir.Not:
		return g.condition(v.Op, v.Type, args)
	}
	return g.plain(v.Op, v.Type, args...)
}

// plain is an operation as it is.
func (g *graph) plain(op ir.Op, t ir.Type, args ...int) int {
	a := g.nodes[args[0]].fact
	b := a
	if len(args) > 1 {
		b = g.nodes[args[1]].fact
	}
	f := infer(op, a, b, g.round(t))
	if op == ir.Add && (g.opposite(args[0], args[1]) || g.opposite(args[1], args[0])) {
		f = fact{nan: a.nan || a.infinite(), pos0: true}
	}
	if op == ir.Mul && args[0] == args[1] {
		f = squareOf(a, g.round(t))
	}
	if op == ir.Select {
		f = join(b, g.nodes[args[2]].fact)
	}
	return g.intern(node{op: op, typ: t, args: args, fact: f})
}

// opposite tells that y is -x.
func (g *graph) opposite(x, y int) bool {
	n := &g.nodes[y]
	return n.op == ir.Neg && n.args[0] == x
}

func (g *graph) is(id int, x float64) bool {
	n := &g.nodes[id]
	y, ok := n.fact.constant()
	return n.op == ir.Const && ok && Same(x, y)
}

// sorted puts the operands of a commutative operation in order.
func sorted(x, y int) (int, int) { return min(x, y), max(x, y) }

// sum is x + y. Adding -0 changes nothing, nor does adding a zero to what isn't -0;
// x + x is 2x, and an infinity stays what it is.
func (g *graph) sum(t ir.Type, x, y int) int {
	for range 2 {
		x, y = y, x
		if g.ranges && g.nodes[x].fact.absorbs(g.nodes[y].fact) {
			return x
		}
		if g.is(y, math.Copysign(0, -1)) || g.ranges && g.nodes[y].fact.vanishes() && !g.nodes[x].fact.neg0 {
			return x
		}
	}
	if x == y {
		return g.product(ir.Mul, t, x, g.number(t, 2))
	}
	if g.nonzero(y) {
		x = g.sameButZero(x)
	}
	if g.nonzero(x) {
		y = g.sameButZero(y)
	}
	x, y = sorted(x, y)
	return g.plain(ir.Add, t, x, y)
}

func (g *graph) nonzero(x int) bool { return g.ranges && !g.nodes[x].fact.zero() }

// sameButZero is x where the sign of a zero doesn't matter: what a zero is
// added to changes in nothing else, nor does the order of min and max matter.
func (g *graph) sameButZero(x int) int {
	n := g.nodes[x]
	switch {
	case !g.ranges:
		return x
	case n.op == ir.Neg:
		return g.negative(n.typ, g.sameButZero(n.args[0]))
	case n.op == ir.Min || n.op == ir.Max:
		y, z := sorted(n.args[0], n.args[1])
		return g.plain(n.op, n.typ, y, z)
	case n.op == ir.Add && g.nodes[n.args[0]].fact.vanishes():
		return n.args[1]
	case n.op == ir.Add && g.nodes[n.args[1]].fact.vanishes():
		return n.args[0]
	}
	return x
}

// negative is -x, and -(-x) is x.
func (g *graph) negative(t ir.Type, x int) int {
	n := g.nodes[x]
	switch {
	case n.op == ir.Neg:
		return n.args[0]
	case n.op == ir.Const:
		c, _ := n.fact.constant()
		return g.number(t, -c)
	}
	return g.plain(ir.Neg, t, x)
}

// product is x·y or x/y: the signs are taken out, and a factor or divisor of 1
// falls away.
func (g *graph) product(op ir.Op, t ir.Type, x, y int) int {
	x, minus := g.stripped(t, x)
	y, minusToo := g.stripped(t, y)
	if op == ir.Mul {
		if x == y {
			x = g.magnitude(x)
			y = x
		}
		x, y = sorted(x, y)
		if g.is(x, 1) {
			x, y = y, x
		}
	}
	id := x
	if f := g.nodes[x].fact; op == ir.Div && x == y && g.ranges && !f.nan && !f.zero() && !f.infinite() {
		id = g.number(t, 1)
	} else if !g.is(y, 1) {
		id = g.plain(op, t, x, y)
	}
	if minus != minusToo {
		id = g.negative(t, id)
	}
	return id
}

// stripped takes the sign from a number: that of a negation, and of a constant.
func (g *graph) stripped(t ir.Type, x int) (id int, minus bool) {
	n := g.nodes[x]
	switch {
	case n.op == ir.Neg:
		return n.args[0], true
	case n.op == ir.Const:
		c, _ := n.fact.constant()
		return g.number(t, math.Abs(c)), math.Signbit(c) && c == c
	}
	return x, false
}

// unsigned is a function of |x|. What has no sign is its absolute value.
func (g *graph) unsigned(op ir.Op, t ir.Type, x int) int {
	x = g.magnitude(x)
	if op == ir.Abs && g.ranges && !g.nodes[x].fact.negative() {
		return x
	}
	return g.plain(op, t, x)
}

// magnitude is a number with the absolute value of x, the same one for all
// numbers that differ from x by signs which can be taken out.
func (g *graph) magnitude(x int) int {
	x = g.sameButZero(x)
	n := g.nodes[x]
	switch n.op {
	case ir.Neg, ir.Abs:
		return g.magnitude(n.args[0])
	case ir.Const:
		x, _ = g.stripped(n.typ, x)
	case ir.Round:
		return g.rounding(g.magnitude(n.args[0]))
	case ir.Mul, ir.Div:
		return g.product(n.op, n.typ, g.magnitude(n.args[0]), g.magnitude(n.args[1]))
	case ir.Select:
		return g.choice(n.typ, n.args[0], g.magnitude(n.args[1]), g.magnitude(n.args[2]))
	case ir.Add: // |x + y| is |-x - y|
		return min(x, g.sum(n.typ, g.negative(n.typ, n.args[0]), g.negative(n.typ, n.args[1])))
	}
	return x
}

// extremum is the least or greatest of two. The order matters for zeros of
// different signs only.
func (g *graph) extremum(op ir.Op, t ir.Type, x, y int) int {
	a, b := g.nodes[x].fact, g.nodes[y].fact
	if x == y {
		return x
	}
	if op == ir.Min {
		a, b = a.neg(), b.neg() // the greater is now what is left
	}
	clash := a.neg0 && b.pos0 || a.pos0 && b.neg0 // zeros of different signs can meet
	switch {
	case !g.ranges:
	case !a.nan && !a.empty() && a.hi <= b.lo: // also where y is NaN
		return y
	case !b.nan && !b.empty() && a.lo >= b.hi && !(clash && a.lo == b.hi):
		return x
	}
	if g.ranges && !clash {
		x, y = sorted(x, y)
	}
	return g.plain(op, t, x, y)
}

// rounding is a scalar in the dtype; a sign stays outside.
func (g *graph) rounding(x int) int {
	n := g.nodes[x]
	switch n.op {
	case ir.Const:
		c, _ := n.fact.constant()
		return g.number(ir.Tensor, c)
	case ir.Neg:
		return g.negative(ir.Tensor, g.rounding(n.args[0]))
	}
	return g.intern(node{op: ir.Round, typ: ir.Tensor, args: []int{x}, fact: n.fact.rounded(g.round(ir.Tensor))})
}

func (g *graph) choice(t ir.Type, c, x, y int) int {
	n := g.nodes[c]
	switch {
	case x == y:
		return x
	case n.set && n.cond:
		return x
	case n.set:
		return y
	case n.op == ir.Not:
		return g.choice(t, n.args[0], y, x)
	}
	return g.plain(ir.Select, t, c, x, y)
}
