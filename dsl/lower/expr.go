package lower

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
)

var binaryOps = map[string]ir.Op{
	"+": ir.Add, "-": ir.Sub, "*": ir.Mul, "/": ir.Div,
	"=": ir.Eq, "!=": ir.Ne, "<": ir.Lt, "<=": ir.Le, ">": ir.Gt, ">=": ir.Ge,
}

var callOps = map[string]ir.Op{
	"sqrt": ir.Sqrt, "abs": ir.Abs, "sign": ir.Sign, "min": ir.Min, "max": ir.Max,
	"exp": ir.Exp, "log": ir.Log, "sum": ir.Sum, "mean": ir.Mean, "norm": ir.Norm, "maxabs": ir.MaxAbs,
}

// expr lowers an expression that is a number: a scalar or a tensor.
func (b *builder) expr(e syntax.Expr) ir.ID {
	switch e := e.(type) {
	case *syntax.Number:
		return b.number(e.Text)
	case *syntax.Name:
		return b.name(e)
	case *syntax.Unary:
		return b.apply(ir.Neg, b.expr(e.X))
	case *syntax.Binary:
		if e.Op == "^" {
			return b.power(e.X, e.Y)
		}
		return b.apply(binaryOps[e.Op], b.expr(e.X), b.expr(e.Y))
	case *syntax.Call:
		return b.function(e)
	case *syntax.Cond:
		return b.conditional(e)
	}
	panic(fmt.Sprintf("lower: %T is no checked expression", e))
}

func (b *builder) number(text string) ir.ID {
	return b.add(ir.Value{Op: ir.Const, Type: ir.Scalar, Text: text})
}

func (b *builder) name(n *syntax.Name) ir.ID {
	if n.Index != nil && n.Index.Offset < 0 {
		return b.add(ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: b.state(n.Name), Lag: -n.Index.Offset})
	}
	switch n.Name {
	case "theta":
		return b.add(ir.Value{Op: ir.ThetaIn, Type: ir.Tensor})
	case "g":
		return b.add(ir.Value{Op: ir.Grad, Type: ir.Tensor})
	case "t":
		return b.add(ir.Value{Op: ir.Step, Type: ir.Scalar})
	}
	if i := slices.Index(b.p.Hypers, n.Name); i >= 0 {
		return b.add(ir.Value{Op: ir.Hyper, Type: ir.Scalar, Ref: i})
	}
	if b.state(n.Name) >= 0 {
		return b.names[now(n.Name)]
	}
	return b.names[n.Name]
}

func (b *builder) state(name string) int {
	return slices.IndexFunc(b.p.States, func(s ir.State) bool { return s.Name == name })
}

func (b *builder) function(c *syntax.Call) ir.ID {
	switch c.Func.Name {
	case "pow":
		return b.power(c.Args[0], c.Args[1])
	case "clamp":
		low := b.apply(ir.Max, b.expr(c.Args[0]), b.expr(c.Args[1]))
		return b.apply(ir.Min, low, b.expr(c.Args[2]))
	}
	op := callOps[c.Func.Name]
	args := make([]ir.ID, len(c.Args))
	for i, a := range c.Args {
		args[i] = b.expr(a)
	}
	if op.Reduction() {
		return b.add(ir.Value{Op: op, Type: ir.Scalar, Args: args})
	}
	return b.apply(op, args...)
}

// conditional lowers if C then A else B.
func (b *builder) conditional(e *syntax.Cond) ir.ID {
	cond, known, value := b.cond(e.If)
	if known && value {
		return b.expr(e.Then)
	}
	if known {
		return b.expr(e.Else)
	}
	return b.choose(cond, b.expr(e.Then), b.expr(e.Else))
}

func (b *builder) choose(cond, x, y ir.ID) ir.ID {
	if x == y {
		return x
	}
	t := ir.Scalar
	if b.typ(cond) == ir.TensorCond || b.typ(x) == ir.Tensor || b.typ(y) == ir.Tensor {
		t, x, y = ir.Tensor, b.tensor(x), b.tensor(y)
	}
	return b.add(ir.Value{Op: ir.Select, Type: t, Args: []ir.ID{cond, x, y}})
}

// apply adds an operation on numbers, rounding scalars that meet a tensor.
func (b *builder) apply(op ir.Op, args ...ir.ID) ir.ID {
	t := ir.Scalar
	for _, a := range args {
		if b.typ(a) == ir.Tensor {
			t = ir.Tensor
		}
	}
	if t == ir.Tensor {
		for i := range args {
			args[i] = b.tensor(args[i])
		}
	}
	switch op {
	case ir.Eq, ir.Ne, ir.Lt, ir.Le, ir.Gt, ir.Ge:
		t = map[ir.Type]ir.Type{ir.Scalar: ir.ScalarCond, ir.Tensor: ir.TensorCond}[t]
	}
	return b.add(ir.Value{Op: op, Type: t, Args: args})
}

// tensor rounds a scalar to the dtype; a tensor it gives back.
func (b *builder) tensor(id ir.ID) ir.ID {
	if b.typ(id) == ir.Tensor {
		return id
	}
	return b.add(ir.Value{Op: ir.Round, Type: ir.Tensor, Args: []ir.ID{id}})
}

func (b *builder) typ(id ir.ID) ir.Type { return b.p.Values[id].Type }

func (b *builder) add(v ir.Value) ir.ID {
	v.Line = b.line
	b.p.Values = append(b.p.Values, v)
	return ir.ID(len(b.p.Values) - 1)
}

// cond lowers a condition. Where options alone decide it, known is true and
// value is what they decide; otherwise id is a condition value.
func (b *builder) cond(e syntax.Expr) (id ir.ID, known, value bool) {
	if b.info.Types[e] == check.OptionCond {
		return 0, true, b.chosen(e)
	}
	switch e := e.(type) {
	case *syntax.Unary:
		x, known, value := b.cond(e.X)
		if known {
			return 0, true, !value
		}
		return b.add(ir.Value{Op: ir.Not, Type: b.typ(x), Args: []ir.ID{x}}), false, false
	case *syntax.Binary:
		if e.Op == "and" || e.Op == "or" {
			return b.logic(e)
		}
		return b.apply(binaryOps[e.Op], b.expr(e.X), b.expr(e.Y)), false, false
	}
	panic(fmt.Sprintf("lower: %T is no checked condition", e))
}

func (b *builder) logic(e *syntax.Binary) (id ir.ID, known, value bool) {
	op, decides := ir.And, false
	if e.Op == "or" {
		op, decides = ir.Or, true
	}
	x, xKnown, xValue := b.cond(e.X)
	y, yKnown, yValue := b.cond(e.Y)
	switch {
	case xKnown && xValue == decides, yKnown && yValue == decides:
		return 0, true, decides
	case xKnown:
		return y, yKnown, yValue
	case yKnown:
		return x, false, false
	}
	t := max(b.typ(x), b.typ(y))
	return b.add(ir.Value{Op: op, Type: t, Args: []ir.ID{x, y}}), false, false
}

// chosen decides an option condition.
func (b *builder) chosen(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return b.choices[e.Name] == "on"
	case *syntax.Unary:
		return !b.chosen(e.X)
	case *syntax.Binary:
		switch e.Op {
		case "and":
			return b.chosen(e.X) && b.chosen(e.Y)
		case "or":
			return b.chosen(e.X) || b.chosen(e.Y)
		}
		option, choice := e.X.(*syntax.Name).Name, e.Y.(*syntax.Name).Name
		if _, ok := b.choices[option]; !ok {
			option, choice = choice, option
		}
		return (b.choices[option] == choice) == (e.Op == "=")
	}
	panic(fmt.Sprintf("lower: %T is no checked option condition", e))
}

// power lowers x^y by the chain of LANGUAGE.md, section 7, where y is whole.
func (b *builder) power(x, y syntax.Expr) ir.ID {
	base := b.expr(x)
	n, err := wholeNumber(y)
	switch {
	case err == nil && n >= 0:
		return b.chain(base, n)
	case err == nil:
		return b.apply(ir.Div, b.number("1"), b.chain(base, -n))
	case check.Whole(y):
		return b.add(ir.Value{Op: ir.PowInt, Type: ir.Scalar, Args: []ir.ID{base, b.expr(y)}})
	}
	return b.apply(ir.Pow, base, b.expr(y))
}

func (b *builder) chain(x ir.ID, n int64) ir.ID {
	switch {
	case n == 0 && b.typ(x) == ir.Tensor:
		return b.tensor(b.number("1"))
	case n == 0:
		return b.number("1")
	case n == 1:
		return x
	case n%2 == 1:
		return b.apply(ir.Mul, b.chain(x, n-1), x)
	}
	half := b.chain(x, n/2)
	return b.apply(ir.Mul, half, half)
}

// wholeNumber reads an exponent that is a whole number, with or without sign.
func wholeNumber(e syntax.Expr) (int64, error) {
	switch e := e.(type) {
	case *syntax.Unary:
		if e.Op == "-" {
			n, err := wholeNumber(e.X)
			return -n, err
		}
	case *syntax.Number:
		return strconv.ParseInt(e.Text, 10, 64)
	}
	return 0, strconv.ErrSyntax
}
