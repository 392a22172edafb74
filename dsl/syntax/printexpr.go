package syntax

import (
	"fmt"
	"strings"
)

// StmtString is an assignment on one line, in ASCII:
//
//	m[t] = beta1^2*m[t-2] + (1 - beta1^2)*g
func StmtString(s *Assign) string { return ASCII.assign(s) }

// ExprString is an expression on one line, in ASCII, with no parentheses but
// those that it needs.
func ExprString(e Expr) string { return ASCII.expr(e, precExpr) }

// Notation is one of the two ways to write a rule.
type Notation uint8

// Notations.
const (
	ASCII Notation = iota
	Math
)

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

// symbolMath maps the canonical operators to their mathematical spelling where
// they have another one.
var symbolMath = map[string]string{
	"*": "·", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "inf": "∞",
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

// symbol is an operator's spelling.
func (n Notation) symbol(op string) string {
	if s, ok := symbolMath[op]; ok && n == Math {
		return s
	}
	return op
}

// name is a name's spelling.
func (n Notation) name(name string) string {
	if n == Math {
		return MathName(name)
	}
	return name
}

// index is an index, or "" for none.
func (n Notation) index(x *Index) string {
	if x == nil {
		return ""
	}
	text := "t"
	if x.Offset != 0 {
		text = fmt.Sprintf("t%+d", x.Offset)
	}
	if n == Math {
		return toSub(text)
	}
	return "[" + text + "]"
}

func (n Notation) assign(s *Assign) string {
	return n.name(s.Name.Name) + n.index(s.Index) + " = " + n.expr(s.Value, precExpr)
}

// expr is an expression in a place that takes none looser than least.
func (n Notation) expr(e Expr, least int) string {
	text := n.bare(e)
	if precedence(e) < least {
		return "(" + text + ")"
	}
	return text
}

// bare is an expression without parentheses around it.
func (n Notation) bare(e Expr) string {
	switch e := e.(type) {
	case *Number:
		return e.Text
	case *Name:
		return n.name(e.Name) + n.index(e.Index)
	case *Unary:
		return n.unary(e)
	case *Binary:
		return n.binary(e)
	case *Call:
		return n.call(e)
	case *Cond:
		return "if " + n.expr(e.If, precOr) + " then " + n.expr(e.Then, precExpr) +
			" else " + n.expr(e.Else, precExpr)
	}
	panic(fmt.Sprintf("syntax: no such expression: %T", e))
}

func (n Notation) unary(e *Unary) string {
	if e.Op == "not" {
		return "not " + n.expr(e.X, precNot)
	}
	return n.symbol("-") + n.expr(e.X, precUnary)
}

func (n Notation) binary(e *Binary) string {
	if e.Op == "^" {
		return n.power(e)
	}
	p := precedences[e.Op]
	left := p
	if p == precCompare {
		left = precSum
	}
	return n.expr(e.X, left) + n.spaced(e.Op) + n.expr(e.Y, p+1)
}

// spaced is an operator with the spaces around it: * and / have none.
func (n Notation) spaced(op string) string {
	if precedences[op] == precTerm {
		return n.symbol(op)
	}
	return " " + n.symbol(op) + " "
}

func (n Notation) power(e *Binary) string {
	base, exponent := n.expr(e.X, precPrimary), n.expr(e.Y, precUnary)
	if n == Math && raised(e.Y) {
		return base + asciiToSuper.Replace(exponent)
	}
	return base + "^" + exponent
}

// raised tells an exponent that the mathematical notation writes above the line.
func raised(e Expr) bool {
	switch e := e.(type) {
	case *Number:
		return strings.Trim(e.Text, "0123456789") == ""
	case *Name:
		return e.Name == "t" && e.Index == nil
	}
	return false
}

func (n Notation) call(e *Call) string {
	args := make([]string, len(e.Args))
	for i, a := range e.Args {
		args[i] = n.expr(a, precExpr)
	}
	name := n.name(e.Func.Name)
	if n == Math && name == "sqrt" && len(args) == 1 {
		name = "√"
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}
