package mutate

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// describe fills in where a mutant was changed, and the changed part in both
// programs.
func (m *Mutant) describe(p *ir.Program, u use, at pair) {
	m.Line = p.Values[at.before].Line
	m.Source = p.LineText(m.Line)
	head := heading(p, u, at.before)
	m.Before = head + part(p, at.before)
	m.After = head + part(m.Program, at.after)
}

// heading says what a changed value is stored as, where that is the change, or
// which state it is the beginning of.
func heading(p *ir.Program, u use, id ir.ID) string {
	if u.kind == inStore {
		return storeName(p, p.Stores[u.index].State) + " = "
	}
	var begun []string
	for i, s := range p.States {
		if u.kind == inInit && u.index == i || u.kind == everywhere && s.Init == id {
			begun = append(begun, s.Name+"[0]")
		}
	}
	if len(begun) == 0 {
		return ""
	}
	return strings.Join(begun, " and ") + " = "
}

func storeName(p *ir.Program, state int) string {
	if state == ir.Theta {
		return "theta[t+1]"
	}
	return p.States[state].Name + "[t]"
}

func past(p *ir.Program, state, lag int) string {
	return fmt.Sprintf("%s[t-%d]", p.States[state].Name, lag)
}

// part is a value in the rule's notation; what it is made of goes by its name
// where it has one.
func part(p *ir.Program, id ir.ID) string {
	text, _ := (&writer{p: p}).value(id)
	return text
}

// maxDepth bounds how deep a value is written out.
const maxDepth = 12

type writer struct {
	p     *ir.Program
	depth int
}

// Precedences, from loose to tight.
const (
	loose = iota
	sum
	product
	unary
	tight
)

var infix = map[ir.Op]struct {
	text string
	prec int
}{
	ir.Add: {" + ", sum}, ir.Sub: {" - ", sum}, ir.Mul: {"*", product}, ir.Div: {"/", product},
	ir.PowInt: {"^", unary}, ir.Pow: {"^", unary},
	ir.Eq: {" = ", loose}, ir.Ne: {" != ", loose}, ir.Lt: {" < ", loose}, ir.Le: {" <= ", loose},
	ir.Gt: {" > ", loose}, ir.Ge: {" >= ", loose}, ir.And: {" and ", loose}, ir.Or: {" or ", loose},
}

// arg is an argument; it is put in parentheses where it binds less than min.
func (w *writer) arg(id ir.ID, min int) string {
	if name := w.p.Values[id].Name; name != "" {
		return name
	}
	if w.depth++; w.depth > maxDepth {
		w.depth--
		return "..."
	}
	text, prec := w.value(id)
	w.depth--
	if prec < min {
		return "(" + text + ")"
	}
	return text
}

func (w *writer) value(id ir.ID) (text string, prec int) {
	v := &w.p.Values[id]
	if op, ok := infix[v.Op]; ok {
		return w.arg(v.Args[0], leftOf(op.prec)) + op.text + w.arg(v.Args[1], op.prec+1), op.prec
	}
	switch v.Op {
	case ir.Const:
		return v.Text, tight
	case ir.Hyper:
		return w.p.Hypers[v.Ref], tight
	case ir.Step:
		return "t", tight
	case ir.ThetaIn:
		return "theta", tight
	case ir.Grad:
		return "g", tight
	case ir.Load:
		return past(w.p, v.Ref, v.Lag), tight
	case ir.Round: // the notation has no sign for it
		if name := w.p.Values[v.Args[0]].Name; name != "" {
			return name, tight
		}
		return w.value(v.Args[0])
	case ir.Neg:
		return "-" + w.arg(v.Args[0], unary), unary
	case ir.Not:
		return "not " + w.arg(v.Args[0], tight), loose
	case ir.Select:
		return "if " + w.arg(v.Args[0], loose) + " then " + w.arg(v.Args[1], sum) + " else " + w.arg(v.Args[2], sum), loose
	}
	return w.call(v), tight
}

// leftOf is how tight the left operand must be: sums and products associate to
// the left, all others not at all.
func leftOf(prec int) int {
	if prec == sum || prec == product {
		return prec
	}
	return prec + 1
}

func (w *writer) call(v *ir.Value) string {
	args := make([]string, len(v.Args))
	for i, a := range v.Args {
		args[i] = w.arg(a, loose)
	}
	return v.Op.String() + "(" + strings.Join(args, ", ") + ")"
}
