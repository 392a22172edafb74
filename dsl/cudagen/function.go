package cudagen

import (
	"maps"

	"github.com/optc-lang/optc/dsl/ir"
)

// function writes one function of a variant.
type function struct {
	*unit
	scope   scope
	locals  map[ir.ID]string  // the variables written so far
	tensors map[tensor]string // what holds a tensor's elements
	index   string            // of an element in what holds it
	element string            // its index in the part
	reads   map[string]bool   // the structs of scalars that it needs, s and r
	at      int               // the rule's line that was written last
}

func (u *unit) newFunction() *function {
	return &function{
		unit: u, scope: maps.Clone(u.scope), reads: map[string]bool{},
		locals: map[ir.ID]string{}, tensors: map[tensor]string{},
	}
}

// comment writes the rule's line above the first value that comes from it.
func (f *function) comment(line int) {
	if text := f.p.LineText(line); line != f.at && text != "" {
		f.line("// %s", text)
	}
	f.at = line
}

// define writes the variable of a value.
func (f *function) define(id ir.ID, kind string) {
	v := &f.p.Values[id]
	f.comment(v.Line)
	text := f.expr(id)
	f.locals[id] = f.nameFor(id)
	f.line("const %s %s = %s;", kind, f.locals[id], text)
}

// nameFor is an identifier for a value: the rule's name for it, or one that says
// what it is.
func (f *function) nameFor(id ir.ID) string {
	v := &f.p.Values[id]
	switch {
	case f.fields[id] != "":
		return f.fields[id]
	case v.Name != "":
		return f.scope.fresh(v.Name)
	case f.stored(id) != "":
		return f.scope.fresh(f.stored(id))
	case v.Op == ir.Hyper:
		return f.scope.fresh(f.p.Hypers[v.Ref])
	case v.Op.Reduction():
		return f.scope.fresh(f.reductionName(v))
	case v.Type == ir.ScalarCond || v.Type == ir.TensorCond:
		return f.scope.numbered("cond")
	case v.Type == ir.Tensor && v.Op != ir.Round:
		return f.scope.numbered("x")
	}
	return f.scope.numbered("c")
}

// reductionName is norm_u, or norm_1 where what is reduced has no name.
func (u *unit) reductionName(v *ir.Value) string {
	switch arg := &u.p.Values[v.Args[0]]; {
	case arg.Name != "":
		return v.Op.String() + "_" + arg.Name
	case leaf(arg.Op):
		return v.Op.String() + "_" + u.names[tensorOf(arg)]
	}
	return v.Op.String() + "_1"
}

// stored is the name of what a value is stored to, or "".
func (u *unit) stored(id ir.ID) string {
	for _, s := range u.p.Stores {
		switch {
		case s.Value != id:
		case s.State == ir.Theta:
			return "theta_next"
		default:
			return u.p.States[s.State].Name
		}
	}
	return ""
}

// rounds writes the scalars that meet a tensor in what some values are made of,
// rounded to the dtype.
func (f *function) rounds(roots []ir.ID) {
	f.at = 0
	for i, live := range f.p.Reach(roots, true) {
		v := &f.p.Values[i]
		if !live || v.Op != ir.Round || f.number(v) && !f.variable[i] {
			continue
		}
		name := f.fields[v.Args[0]]
		if name == "" {
			name = f.nameFor(ir.ID(i))
		}
		f.comment(v.Line)
		text := f.expr(ir.ID(i))
		f.locals[ir.ID(i)] = name
		f.line("const T %s = %s;", name, text)
	}
	f.at = 0
}

// elements writes, inside a loop, the variables that make the given values.
func (f *function) elements(roots []ir.ID) {
	f.at = 0
	for i, live := range f.p.Reach(roots, true) {
		v := &f.p.Values[i]
		if !live || !elementwise(v) || !f.variable[i] {
			continue
		}
		kind := "T"
		if v.Type == ir.TensorCond {
			kind = "bool"
		}
		f.define(ir.ID(i), kind)
	}
	f.at = 0
}
