// Package lower turns a checked rule into the program of one variant: options
// are resolved, branches become selects, whole powers become chains of
// products, and each scalar that meets a tensor passes a Round.
//
// It walks the statements once, keeping for each name the value that it has at
// that point. The two arms of a scalar branch are lowered from the same names;
// what both give is joined by a select after it.
package lower

import (
	"maps"
	"slices"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
)

// Choices picks one choice for each option, by the option's name.
type Choices map[string]string

// Variants lists the choices of all options, the last option fastest; a rule
// without options has one variant.
func Variants(info *check.Info) []Choices {
	all := []Choices{{}}
	for _, o := range info.Options {
		var next []Choices
		for _, c := range all {
			for _, choice := range o.Choices {
				d := maps.Clone(c)
				d[o.Name] = choice
				next = append(next, d)
			}
		}
		all = next
	}
	return all
}

// Program lowers one variant of a rule that check.Check found without errors.
func Program(info *check.Info, choices Choices) *ir.Program {
	b := newBuilder(info, choices)
	for i, s := range info.States {
		b.p.States[i].Init = b.initial(s.Init)
	}
	b.names = map[string]ir.ID{}
	b.stmts(info.Body)
	for i, s := range info.States {
		b.store(i, b.names[now(s.Name)])
	}
	b.store(ir.Theta, b.names[next])
	return b.p
}

// Keys of builder.names beside the plain names: a state's new value, and the
// new parameter. Neither can be a name of the language.
func now(state string) string { return state + "[t]" }

const next = "theta[t+1]"

type builder struct {
	info    *check.Info
	choices Choices
	p       *ir.Program
	names   map[string]ir.ID
	line    int // of the statement being lowered
}

func newBuilder(info *check.Info, choices Choices) *builder {
	b := &builder{info: info, choices: choices, names: map[string]ir.ID{}}
	b.p = &ir.Program{Rule: info.Name, States: make([]ir.State, len(info.States))}
	for _, o := range info.Options {
		b.p.Choices = append(b.p.Choices, o.Name+"="+choices[o.Name])
	}
	for _, h := range info.Hypers {
		b.p.Hypers = append(b.p.Hypers, h.Name)
	}
	for i, s := range info.States {
		b.p.States[i].Name = s.Name
	}
	return b
}

func (b *builder) initial(e syntax.Expr) ir.ID {
	if e == nil {
		return b.number("0")
	}
	return b.expr(e)
}

func (b *builder) store(state int, id ir.ID) {
	b.p.Stores = append(b.p.Stores, ir.Store{State: state, Value: b.tensor(id)})
}

func (b *builder) stmts(list []syntax.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *syntax.Assign:
			b.assign(s)
		case *syntax.Branch:
			b.branch(s)
		}
	}
}

func (b *builder) assign(s *syntax.Assign) {
	b.line = s.At.Start.Line
	b.source(syntax.StmtString(s))
	id := b.expr(s.Value)
	key := s.Name.Name
	switch {
	case s.Index != nil && s.Name.Name == "theta":
		key = next
	case s.Index != nil:
		key = now(s.Name.Name)
	}
	if s.Index != nil {
		id = b.tensor(id)
	}
	b.call(id, s)
	b.names[key] = id
	b.line = 0
}

// source keeps a statement's text; statements on one line are put together.
func (b *builder) source(text string) {
	last := len(b.p.Lines) - 1
	if last >= 0 && b.p.Lines[last].No == b.line {
		b.p.Lines[last].Text += "; " + text
		return
	}
	b.p.Lines = append(b.p.Lines, ir.Line{No: b.line, Text: text})
}

// call gives a value the name of the statement that makes it, unless it has one.
func (b *builder) call(id ir.ID, s *syntax.Assign) {
	v := &b.p.Values[id]
	if v.Name == "" && (len(v.Args) > 0 || v.Op.Random()) && v.Line == b.line {
		v.Name = s.Name.Name
		if s.Name.Name == "theta" {
			v.Name = "thetaNext"
		}
	}
}

func (b *builder) branch(s *syntax.Branch) {
	if value, known := b.decide(s.Cond); known {
		if value {
			b.stmts(s.Then)
		} else {
			b.stmts(s.Else)
		}
		return
	}
	cond := b.cond(s.Cond)
	before := b.names
	arm := func(list []syntax.Stmt) map[string]ir.ID {
		b.names = maps.Clone(before)
		b.stmts(list)
		return b.names
	}
	then, other := arm(s.Then), arm(s.Else)
	b.names = before
	b.join(s.At.Start.Line, cond, then, other)
}

// join selects what both arms of a branch have given.
func (b *builder) join(line int, cond ir.ID, then, other map[string]ir.ID) {
	b.line = line
	for _, name := range slices.Sorted(maps.Keys(then)) {
		x, inThen := then[name]
		y, inOther := other[name]
		if _, before := b.names[name]; before || !inThen || !inOther {
			continue
		}
		b.names[name] = b.choose(cond, x, y)
	}
	b.line = 0
}
