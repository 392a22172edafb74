// Package pass improves programs without changing a bit of what they compute:
// scalars are folded and hoisted, values that are computed twice are shared,
// what nothing needs is dropped, and each state gets its buffers.
//
// Pipeline is the whole order. Run verifies the program before the first pass
// and after each, so that a pass that breaks a program is caught by name.
package pass

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
)

// Pass is a named rewriting of a program in place.
type Pass struct {
	Name string
	Run  func(*ir.Program)
}

// Pipeline is the order in which a program is improved.
var Pipeline = []Pass{
	{"fold", Fold},   // scalar operations on numbers are done now
	{"hoist", Hoist}, // choices between scalars are made on scalars, once a step
	{"dead", Dead},   // values and states that nothing needs are dropped
	{"cse", CSE},     // equal values become one; with Dead before it, of a live line
	{"lags", Lags},   // each state gets a buffer for each step of its lag
}

// Exact is the order for exact arithmetic: a number stays the decimal of the
// rule's text, since folding rounds to binary64.
var Exact = []Pass{
	{"hoist", Hoist},
	{"dead", Dead},
	{"cse", CSE},
	{"lags", Lags},
}

// Run applies passes to a copy of p and gives the copy.
func Run(p *ir.Program, passes []Pass) (*ir.Program, error) {
	if err := ir.Verify(p); err != nil {
		return nil, fmt.Errorf("before any pass: %w", err)
	}
	q := p.Clone()
	for _, pass := range passes {
		pass.Run(q)
		if err := ir.Verify(q); err != nil {
			return nil, fmt.Errorf("after pass %s: %w", pass.Name, err)
		}
	}
	return q, nil
}

// rebuild makes p.Values anew. For each old value, remake gets the value with its
// arguments already renamed to new IDs and a function that appends to the new
// list, and answers the old value's new ID.
func rebuild(p *ir.Program, remake func(v ir.Value, add func(ir.Value) ir.ID) ir.ID) {
	var values []ir.Value
	add := func(v ir.Value) ir.ID {
		values = append(values, v)
		return ir.ID(len(values) - 1)
	}
	renamed := make([]ir.ID, len(p.Values))
	for i, v := range p.Values {
		v.Args = append([]ir.ID(nil), v.Args...)
		for j, a := range v.Args {
			v.Args[j] = renamed[a]
		}
		renamed[i] = remake(v, add)
	}
	p.Values = values
	rename(p, renamed)
}

// rename gives the roots of p, initial values and stores, their new IDs.
func rename(p *ir.Program, renamed []ir.ID) {
	for i := range p.States {
		p.States[i].Init = renamed[p.States[i].Init]
	}
	for i := range p.Stores {
		p.Stores[i].Value = renamed[p.Stores[i].Value]
	}
}
