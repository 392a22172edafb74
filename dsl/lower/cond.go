package lower

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
)

// decide tells what the options decide a condition to be, where they do
// (LANGUAGE.md, section 5).
func (b *builder) decide(e syntax.Expr) (value, known bool) {
	switch e := e.(type) {
	case *syntax.Name:
		choice, known := b.choices[e.Name]
		return choice == "on", known
	case *syntax.Unary:
		value, known := b.decide(e.X)
		return !value, known && e.Op == "not"
	case *syntax.Binary:
		switch e.Op {
		case "and":
			return b.decideBoth(e, false)
		case "or":
			return b.decideBoth(e, true)
		}
		return b.decideCompare(e)
	}
	return false, false
}

// decideBoth decides X and Y, or X or Y, where one side of the given value is
// enough.
func (b *builder) decideBoth(e *syntax.Binary, enough bool) (value, known bool) {
	x, xKnown := b.decide(e.X)
	y, yKnown := b.decide(e.Y)
	if xKnown && x == enough || yKnown && y == enough {
		return enough, true
	}
	return !enough, xKnown && yKnown
}

// decideCompare decides OPTION = CHOICE and OPTION != CHOICE.
func (b *builder) decideCompare(e *syntax.Binary) (value, known bool) {
	x, isName := e.X.(*syntax.Name)
	if !isName {
		return false, false
	}
	choice, isOption := b.choices[x.Name]
	y, isName := e.Y.(*syntax.Name)
	if !isOption || !isName {
		return false, false
	}
	return (choice == y.Name) == (e.Op == "="), true
}

// cond lowers a condition that the options don't decide. Where they decide one
// side of an and or an or, the condition is the other side.
func (b *builder) cond(e syntax.Expr) ir.ID {
	switch e := e.(type) {
	case *syntax.Unary:
		x := b.cond(e.X)
		return b.add(ir.Value{Op: ir.Not, Type: b.typ(x), Args: []ir.ID{x}})
	case *syntax.Binary:
		switch e.Op {
		case "and":
			return b.logic(ir.And, e)
		case "or":
			return b.logic(ir.Or, e)
		}
		return b.apply(binaryOps[e.Op], b.expr(e.X), b.expr(e.Y))
	}
	panic(fmt.Sprintf("lower: %T is no checked condition", e))
}

func (b *builder) logic(op ir.Op, e *syntax.Binary) ir.ID {
	if _, known := b.decide(e.X); known {
		return b.cond(e.Y)
	}
	if _, known := b.decide(e.Y); known {
		return b.cond(e.X)
	}
	x, y := b.cond(e.X), b.cond(e.Y)
	return b.add(ir.Value{Op: op, Type: max(b.typ(x), b.typ(y)), Args: []ir.ID{x, y}})
}
