package gogen

import (
	"fmt"
	"math"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
)

// Precedences of Go's operators; an operand of a lower one is parenthesised.
const (
	precOr = iota + 1
	precAnd
	precCompare
	precSum
	precProduct
	precUnary
	precPrimary
)

// infix are the operations that Go writes between their operands.
var infix = map[ir.Op]struct {
	sign string
	prec int
}{
	ir.Add: {"+", precSum}, ir.Sub: {"-", precSum}, ir.Mul: {"*", precProduct}, ir.Div: {"/", precProduct},
	ir.Eq: {"==", precCompare}, ir.Ne: {"!=", precCompare}, ir.Lt: {"<", precCompare},
	ir.Le: {"<=", precCompare}, ir.Gt: {">", precCompare}, ir.Ge: {">=", precCompare},
	ir.And: {"&&", precAnd}, ir.Or: {"||", precOr},
}

// functions are the operations that package num or math has.
var functions = map[ir.Op]string{
	ir.Sqrt: "num.Sqrt", ir.Abs: "num.Abs", ir.Sign: "num.Sign", ir.Min: "num.Min", ir.Max: "num.Max",
	ir.Uniform: "num.Uniform", ir.Normal: "num.Normal", ir.PowInt: "num.PowInt", ir.Pow: "num.Pow", ir.Exp: "num.Exp", ir.Log: "num.Log", ir.Select: "num.Select",
}

// ref is a value where it is used: its variable, or its expression.
func (k *kernel) ref(id ir.ID) (text string, prec int) {
	if name := k.names[id]; name != "" {
		return name, precPrimary
	}
	return k.expr(id)
}

// constant tells a rounded constant that is written where it is used.
func (k *kernel) constant(id ir.ID) bool {
	v := &k.p.Values[id]
	return k.names[id] == "" && v.Op == ir.Round && k.constantRound(v)
}

// arg is an argument of a value. Where all of its numbers are constants they get
// the type T, or Go would compute on them itself, exactly or in integers.
func (k *kernel) arg(v *ir.Value, i int) (text string, prec int) {
	text, prec = k.ref(v.Args[i])
	if !k.constant(v.Args[i]) {
		return text, prec
	}
	for _, a := range v.Args {
		if !k.p.Values[a].Type.Cond() && !k.constant(a) {
			return text, prec
		}
	}
	return k.dtype + "(" + text + ")", precPrimary
}

// operand is arg in parentheses where its precedence is below prec.
func (k *kernel) operand(v *ir.Value, i, prec int) string {
	text, p := k.arg(v, i)
	if p < prec {
		return "(" + text + ")"
	}
	return text
}

// expr is the expression that makes a value.
func (k *kernel) expr(id ir.ID) (text string, prec int) {
	v := &k.p.Values[id]
	if k.part != nil && elementwise(v) && v.Op != ir.Round {
		return k.vectorExpr(v), precPrimary
	}
	switch v.Op {
	case ir.Const:
		return literal(v)
	case ir.ThetaIn, ir.Grad, ir.Load:
		return k.tensor(v) + "[i]", precPrimary
	case ir.Uniform, ir.Normal:
		return fmt.Sprintf("%s[%s](u.Seed, u.Tensor, u.T, %d, u.First+i)", functions[v.Op], k.dtype, v.Ref), precPrimary
	case ir.Round:
		return k.round(v)
	case ir.Neg:
		return "-" + k.operand(v, 0, precPrimary), precUnary
	case ir.Not:
		return "!" + k.operand(v, 0, precPrimary), precUnary
	}
	if op, ok := infix[v.Op]; ok {
		return k.binary(id, op.sign, op.prec)
	}
	return k.function(v), precPrimary
}

// tensor is the name of a tensor that is read.
func (k *kernel) tensor(v *ir.Value) string {
	switch v.Op {
	case ir.ThetaIn:
		return k.theta
	case ir.Grad:
		return k.grad
	}
	return k.buffers[buffer{v.Ref, v.Lag}]
}

// binary writes x op y; a product that a sum may take in is rounded first.
func (k *kernel) binary(id ir.ID, sign string, prec int) (string, int) {
	v := &k.p.Values[id]
	text := k.operand(v, 0, prec) + " " + sign + " " + k.operand(v, 1, prec+1)
	if v.Op == ir.Mul && k.fusible[id] {
		return k.typeName(v) + "(" + text + ")", precPrimary
	}
	return text, prec
}

func (k *kernel) typeName(v *ir.Value) string {
	if v.Type == ir.Tensor {
		return k.dtype
	}
	return "float64"
}

func (k *kernel) function(v *ir.Value) string {
	name, ok := functions[v.Op]
	if !ok {
		panic(fmt.Sprintf("gogen: no Go for %s", v.Op))
	}
	text := name + "("
	for i := range v.Args {
		arg, _ := k.arg(v, i)
		if i > 0 {
			text += ", "
		}
		text += arg
	}
	return text + ")"
}

// literal is a decimal rounded to float64.
func literal(v *ir.Value) (string, int) {
	x, _ := strconv.ParseFloat(v.Text, 64) // a verified program has numbers only
	if x < 0 {
		return number(x), precUnary
	}
	return number(x), precPrimary
}

// round is a scalar in the dtype. A constant that both dtypes have exactly is
// itself.
func (k *kernel) round(v *ir.Value) (string, int) {
	if c := &k.p.Values[v.Args[0]]; c.Op == ir.Const && inline(c.Text) {
		return literal(c)
	}
	text, _ := k.ref(v.Args[0])
	if k.p.Values[v.Args[0]].Op == ir.Const {
		text = "float64(" + text + ")" // rounded twice, as the language has it
	}
	return k.dtype + "(" + text + ")", precPrimary
}

// inline tells a constant that can stand in tensor arithmetic as it is: one
// that binary32 has exactly, and that is no negative zero.
func inline(text string) bool {
	x, err := strconv.ParseFloat(text, 64)
	return err == nil && float64(float32(x)) == x && !math.IsInf(x, 0) && !(x == 0 && math.Signbit(x))
}
