package syntax

import (
	"fmt"
	"strings"
)

// Notation is one of the two ways to write a rule.
type Notation uint8

// Notations.
const (
	ASCII Notation = iota
	Math
)

// StmtString is an assignment on one line, in ASCII:
//
//	m[t] = beta1^2*m[t-2] + (1 - beta1^2)*g
func StmtString(s *Assign) string {
	p := printer{}
	return flat(p.target(s) + " = " + p.text(s.Value))
}

// ExprString is an expression on one line, in ASCII, with no parentheses but
// those that it needs.
func ExprString(e Expr) string {
	p := printer{}
	return flat(p.text(e))
}

// Precedences, from the loosest to the tightest. An operand that is looser than
// its place allows gets parentheses.
const (
	precExpr = iota // if then else
	precOr
	precAnd
	precNot
	precCompare
	precSum
	precTerm
	precUnary
	precPower
	precPrimary
)

// precedences of the binary operators.
var precedences = map[string]int{
	"or": precOr, "and": precAnd,
	"=": precCompare, "!=": precCompare, "<": precCompare, "<=": precCompare, ">": precCompare, ">=": precCompare,
	"+": precSum, "-": precSum, "*": precTerm, "/": precTerm, "^": precPower,
}

func precedence(e Expr) int {
	switch e := e.(type) {
	case *Cond:
		return precExpr
	case *Binary:
		return precedences[e.Op]
	case *Unary:
		if e.Op == "not" {
			return precNot
		}
		return precUnary
	}
	return precPrimary
}

// symbolMath maps the canonical operators to their mathematical spelling where
// the formatter gives them another one.
var symbolMath = map[string]string{"*": "·", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "inf": "∞"}

// printer writes expressions. Where a line may be broken it leaves a mark in
// place of the space; see wrap.
type printer struct {
	notation Notation
	// plain are names that look the same in both notations: options and choices.
	plain map[string]bool
	depth int // of parentheses
	out   strings.Builder
}

// text is an expression with its marks.
func (p *printer) text(e Expr) string {
	p.out.Reset()
	p.expr(e, precExpr)
	return p.out.String()
}

// target is what an assignment gives a value.
func (p *printer) target(s *Assign) string { return p.name(s.Name.Name) + p.index(s.Index) }

// symbol is an operator's spelling.
func (p *printer) symbol(op string) string {
	if s, ok := symbolMath[op]; ok && p.notation == Math {
		return s
	}
	return op
}

// name is a name's spelling.
func (p *printer) name(name string) string {
	if p.notation == Math && !p.plain[name] {
		return MathName(name)
	}
	return name
}

// index is an index, or "" for none.
func (p *printer) index(x *Index) string {
	if x == nil {
		return ""
	}
	text := "t"
	if x.Offset != 0 {
		text = fmt.Sprintf("t%+d", x.Offset)
	}
	if p.notation == Math {
		return toSub(text)
	}
	return "[" + text + "]"
}

func (p *printer) put(s string) { p.out.WriteString(s) }

// expr writes an expression in a place that takes none looser than least.
func (p *printer) expr(e Expr, least int) {
	if precedence(e) < least {
		p.parens(func() { p.bare(e) })
		return
	}
	p.bare(e)
}

func (p *printer) parens(inside func()) {
	p.depth++
	p.put("(")
	inside()
	p.put(")")
	p.depth--
}

// bare writes an expression without parentheses around it.
func (p *printer) bare(e Expr) {
	switch e := e.(type) {
	case *Number:
		p.put(e.Text)
	case *Name:
		p.put(p.name(e.Name) + p.index(e.Index))
	case *Unary:
		p.unary(e)
	case *Binary:
		p.binary(e)
	case *Call:
		p.call(e)
	case *Cond:
		p.cond(e)
	}
}

func (p *printer) cond(e *Cond) {
	p.put("if ")
	p.expr(e.If, precOr)
	p.put(p.mark(precExpr) + "then ")
	p.expr(e.Then, precExpr)
	p.put(p.mark(precExpr) + "else ")
	p.expr(e.Else, precExpr)
}

func (p *printer) unary(e *Unary) {
	if e.Op == "not" {
		p.put("not ")
		p.expr(e.X, precNot)
		return
	}
	p.put(p.symbol("-"))
	p.expr(e.X, precUnary)
}

// binary writes X op Y. All operators associate to the left but ^, and
// comparisons don't associate at all.
func (p *printer) binary(e *Binary) {
	prec := precedences[e.Op]
	left := prec
	switch prec {
	case precPower:
		p.power(e)
		return
	case precCompare:
		left++
	}
	p.expr(e.X, left)
	p.put(p.spaced(e.Op))
	p.expr(e.Y, prec+1)
}

// spaced is an operator with the spaces around it: * and / have none.
func (p *printer) spaced(op string) string {
	switch prec := precedences[op]; prec {
	case precTerm:
		return p.symbol(op)
	case precCompare:
		return " " + p.symbol(op) + " "
	default:
		return p.mark(prec) + p.symbol(op) + " "
	}
}

func (p *printer) power(e *Binary) {
	p.expr(e.X, precPrimary)
	if text, ok := raised(e.Y); ok && p.notation == Math {
		p.put(asciiToSuper.Replace(text))
		return
	}
	p.put("^")
	p.expr(e.Y, precUnary)
}

// raised is an exponent that the mathematical notation writes above the line.
func raised(e Expr) (string, bool) {
	switch e := e.(type) {
	case *Number:
		return e.Text, strings.Trim(e.Text, "0123456789") == ""
	case *Name:
		return e.Name, e.Name == "t" && e.Index == nil
	}
	return "", false
}

func (p *printer) call(e *Call) {
	name := e.Func.Name
	if name == "sqrt" && len(e.Args) == 1 && p.notation == Math {
		name = "√"
	}
	p.put(name)
	p.parens(func() {
		for i, a := range e.Args {
			if i > 0 {
				p.put(", ")
			}
			p.expr(a, precExpr)
		}
	})
}
