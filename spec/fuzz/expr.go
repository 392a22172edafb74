package fuzz

import (
	"fmt"
	"strconv"
)

// The bounds of a rule's size.
const (
	maxParts      = 400 // of expressions; after them only leaves are written
	maxReductions = 5   // the oracle computes all that stands before one for each element
)

// deep tells whether an expression shall have parts.
func (w *writer) deep(depth int) bool {
	w.parts++
	return depth > 0 && w.parts < maxParts
}

// number is an expression that some variants may have as a scalar and others as
// a tensor.
func (w *writer) number(depth int) string {
	switch {
	case len(w.either) > 0 && w.one(4):
		return w.pick(w.either...)
	case len(w.options) > 0 && w.deep(depth) && w.one(8):
		return fmt.Sprintf("(if %s then %s else %s)", w.pick(w.options...), w.scalar(depth-1), w.tensor(depth-1))
	case w.one(3):
		return w.scalar(depth)
	}
	return w.tensor(depth)
}

// scalar is an expression that is a scalar in every variant.
func (w *writer) scalar(depth int) string {
	if !w.deep(depth) {
		return w.scalarLeaf()
	}
	a := func() string { return w.scalar(w.IntN(depth)) }
	switch w.IntN(14) {
	case 0:
		return fmt.Sprintf("(if %s then %s else %s)", w.condition(depth-1), a(), a())
	case 1:
		return w.function(a(), true)
	case 2:
		return w.two(a(), a())
	case 3:
		return fmt.Sprintf("clamp(%s, %s, %s)", a(), a(), a())
	case 4:
		return w.scalarPower(a())
	case 5:
		return "(-" + a() + ")"
	case 6, 7, 8:
		if w.late && w.reductions < maxReductions {
			w.reductions++
			return fmt.Sprintf("%s(%s)", w.pick("sum", "mean", "norm", "maxabs"), w.tensor(depth-1))
		}
	}
	return w.arithmetic(a(), a())
}

func (w *writer) scalarLeaf() string {
	if len(w.scalars) == 0 || w.one(3) {
		return w.constant()
	}
	return w.recent(w.scalars)
}

// recent is one of several texts, the last of them more likely, so that what
// statements give is used.
func (w *writer) recent(from []string) string {
	return from[max(w.IntN(len(from)), w.IntN(len(from)))]
}

// tensor is an expression that is a tensor in every variant.
func (w *writer) tensor(depth int) string {
	if !w.deep(depth) {
		return w.tensorLeaf()
	}
	a := func() string { return w.tensor(w.IntN(depth)) }
	x, y := a(), w.number(w.IntN(depth))
	if w.one(2) {
		x, y = y, x
	}
	switch w.IntN(14) {
	case 0:
		return fmt.Sprintf("(if %s then %s else %s)", w.condition(depth-1), a(), a())
	case 1: // options may decide this one
		return fmt.Sprintf("(if %s then %s else %s)", w.elementCondition(depth-1, true), a(), a())
	case 2:
		return fmt.Sprintf("(if %s then %s else %s)", w.elementCondition(depth-1, false), x, w.number(depth-1))
	case 3:
		return w.function(a(), !w.vectors)
	case 4:
		return w.two(x, y)
	case 5:
		return fmt.Sprintf("clamp(%s, %s, %s)", x, w.scalarLeaf(), y)
	case 6:
		return w.tensorPower(a())
	case 7:
		return "(-" + a() + ")"
	}
	return w.arithmetic(x, y)
}

// tensorLeaf is a tensor's name, or a random number where there may be one.
func (w *writer) tensorLeaf() string {
	if w.late && !w.vectors && w.one(12) {
		return w.pick("uniform()", "normal()")
	}
	return w.recent(w.tensors)
}

func (w *writer) arithmetic(x, y string) string {
	return fmt.Sprintf("(%s %s %s)", x, w.pick("+", "-", "*", "/", "*", "+"), y)
}

// function is one of x; close has exp and log among them.
func (w *writer) function(x string, close bool) string {
	names := []string{"sqrt", "abs", "sign", "exp", "log", "sqrt", "abs"}
	if !close {
		names = names[:3]
	}
	return fmt.Sprintf("%s(%s)", w.pick(names...), x)
}

func (w *writer) two(x, y string) string {
	return fmt.Sprintf("%s(%s, %s)", w.pick("min", "max"), x, y)
}

// scalarPower has any exponent that a scalar's power can have.
func (w *writer) scalarPower(base string) string {
	exponents := []string{"0", "1", "2", "63", "(-3)", "010", "2.0", "0.5", "(-1.5)", "(" + w.scalarLeaf() + " + 0.5)"}
	if w.late {
		exponents = append(exponents, "t", "t", "(t - 1)", "(-t)", "(2*t - 1)", "(3 - t*t)")
	}
	return w.power(base, w.pick(exponents...))
}

// tensorPower has a whole number or an inexact power for exponent.
func (w *writer) tensorPower(base string) string {
	exponents := []string{"0", "1", "2", "3", "5", "64", "(-3)", "(-64)"}
	if !w.vectors {
		exponents = append(exponents, "2.0", "0.5", "(-1.5)", "("+w.scalarLeaf()+" + 0.5)", "("+w.tensorLeaf()+" + 0.5)")
	}
	return w.power(base, w.pick(exponents...))
}

func (w *writer) power(base, exponent string) string {
	if w.one(4) {
		return fmt.Sprintf("pow(%s, %s)", base, exponent)
	}
	return fmt.Sprintf("(%s)^%s", base, exponent)
}

// condition is a condition of scalars and options.
func (w *writer) condition(depth int) string {
	if w.deep(depth) && w.one(2) {
		return w.connected(func() string { return w.condition(depth - 1) }, func() string { return w.condition(depth - 1) })
	}
	if len(w.options) > 0 && w.one(2) {
		return w.pick(w.options...)
	}
	return w.compared(w.scalar(min(depth, w.IntN(3))), w.scalar(0))
}

// elementCondition is a condition of elements. Only one that has options can be
// decided by them.
func (w *writer) elementCondition(depth int, options bool) string {
	if w.deep(depth) && w.one(2) {
		element := func() string { return w.elementCondition(depth-1, options) }
		other := element
		if options {
			other = func() string { return w.condition(depth - 1) }
		}
		return w.connected(element, other)
	}
	x, y := w.tensor(min(depth, w.IntN(3))), w.number(0)
	if w.one(2) {
		x, y = y, x
	}
	return w.compared(x, y)
}

func (w *writer) connected(x, y func() string) string {
	if w.one(3) {
		return "not (" + x() + ")"
	}
	return fmt.Sprintf("(%s %s %s)", x(), w.pick("and", "or"), y())
}

func (w *writer) compared(x, y string) string {
	return fmt.Sprintf("(%s %s %s)", x, w.pick("<", "=", "!=", ">=", "<=", ">"), y)
}

// constants are numbers that round, that are subnormal or infinite in binary32,
// subnormal or about the ends of binary64, and plain ones.
var constants = []string{
	"0", "1", "2", "3", "0.5", "0.1", "0.3", "1e-8", "7", "1.5", "2.0", "010", "(1/3)", "(0.1 + 0.2)", "(-0.0)", "0.999",
	"16777217", "9007199254740993", "65504.1", "1.0000000596046448", "3.4028235e38", "3.4028236e38", "1e-45", "1e-40",
	"7e-46", "5e-324", "4.9e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1e20",
}

func (w *writer) constant() string {
	if w.one(3) {
		return strconv.FormatFloat(w.Float64(), 'g', -1, 64)
	}
	return w.recentFirst(constants)
}

// recentFirst is one of several texts, the first of them more likely.
func (w *writer) recentFirst(from []string) string {
	return from[min(w.IntN(len(from)), w.IntN(len(from)))]
}
