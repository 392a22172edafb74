package lower

import (
	"fmt"
	"slices"

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

var drawOps = map[string]ir.Op{"uniform": ir.Uniform, "normal": ir.Normal}

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
	if call, ok := b.info.Draws[c]; ok {
		return b.add(ir.Value{Op: drawOps[c.Func.Name], Type: ir.Tensor, Ref: call})
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
	if value, known := b.decide(e.If); known {
		if value {
			return b.expr(e.Then)
		}
		return b.expr(e.Else)
	}
	cond := b.cond(e.If)
	return b.choose(cond, b.expr(e.Then), b.expr(e.Else))
}

// choose selects x where cond holds, else y; scalar arms are rounded where the
// choice is a tensor.
func (b *builder) choose(cond, x, y ir.ID) ir.ID {
	t, same := ir.Scalar, x == y
	if b.typ(cond) == ir.TensorCond || b.typ(x) == ir.Tensor || b.typ(y) == ir.Tensor {
		t, x, y = ir.Tensor, b.tensor(x), b.tensor(y)
	}
	if same {
		return x
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
