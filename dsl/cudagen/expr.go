package cudagen

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// infix are the operations that C++ writes between their operands.
var infix = map[ir.Op]string{
	ir.Eq: "==", ir.Ne: "!=", ir.Lt: "<", ir.Le: "<=", ir.Gt: ">", ir.Ge: ">=", ir.And: "&&", ir.Or: "||",
}

// functions are the operations that optc.h has.
var functions = map[ir.Op]string{
	ir.Add: "add", ir.Sub: "sub", ir.Mul: "mul", ir.Div: "div", ir.Sqrt: "root", ir.Abs: "magnitude",
	ir.Sign: "sign", ir.Min: "min", ir.Max: "max", ir.PowInt: "powint", ir.Select: "select",
	ir.Pow: "pow", ir.Exp: "exp", ir.Log: "log",
}

// ref is a value where it is used: its variable, its field, or its expression.
func (f *function) ref(id ir.ID) string {
	if name, ok := f.locals[id]; ok {
		return name
	}
	if name, ok := f.fields[id]; ok {
		return f.read(home(f.stage[id])) + "." + name
	}
	return f.expr(id)
}

// home is the struct that has the scalars of a stage: s, of those computed on the
// host, or r, of those made of reductions.
func home(stage int) string {
	if stage == 0 {
		return "s"
	}
	return "r"
}

// read notes that the function needs a struct, and gives its name.
func (f *function) read(name string) string {
	f.reads[name] = true
	return name
}

// operand is ref in parentheses where it is more than a name or a call.
func (f *function) operand(id ir.ID) string {
	text := f.ref(id)
	if strings.HasPrefix(text, "-") || infix[f.p.Values[id].Op] != "" && strings.Contains(text, " ") {
		return "(" + text + ")"
	}
	return text
}

// expr is the expression that makes a value.
func (f *function) expr(id ir.ID) string {
	v := &f.p.Values[id]
	switch v.Op {
	case ir.Const:
		return number(v.Text)
	case ir.Hyper:
		return "hyper[" + strconv.Itoa(v.Ref) + "]"
	case ir.Step:
		return "double(" + f.read("s") + ".t)"
	case ir.ThetaIn, ir.Grad, ir.Load:
		return f.tensors[tensorOf(v)] + "[" + f.index + "]"
	case ir.Uniform, ir.Normal:
		return fmt.Sprintf("%s<T>(run.seed, at.tensor, %s.t, %d, at.offset + %s)", v.Op, f.read("s"), v.Ref, f.element)
	case ir.Round:
		return "T(" + f.ref(v.Args[0]) + ")"
	case ir.Neg:
		return "-" + f.operand(v.Args[0])
	case ir.Not:
		return "!" + f.operand(v.Args[0])
	}
	if sign, ok := infix[v.Op]; ok {
		return f.operand(v.Args[0]) + " " + sign + " " + f.operand(v.Args[1])
	}
	return f.call(v)
}

func (f *function) call(v *ir.Value) string {
	args := make([]string, len(v.Args))
	for i, a := range v.Args {
		args[i] = f.ref(a)
	}
	return functions[v.Op] + "(" + strings.Join(args, ", ") + ")"
}

// number is a decimal as a C++ double.
func number(text string) string {
	x, _ := strconv.ParseFloat(text, 64) // a verified program has numbers only
	out := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(out, ".e") {
		out += ".0"
	}
	return out
}
