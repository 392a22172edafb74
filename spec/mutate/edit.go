package mutate

import (
	"fmt"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
)

// use is where a value is read.
type use struct {
	kind  kind
	user  ir.ID // inValue: the value that reads it
	index int   // inValue: which argument; inStore and inInit: which store or state
}

type kind int

const (
	everywhere kind = iota
	inValue
	inStore
	inInit
)

func usesOf(p *ir.Program, id ir.ID) []use {
	var uses []use
	for i, v := range p.Values {
		for j, a := range v.Args {
			if a == id {
				uses = append(uses, use{inValue, ir.ID(i), j})
			}
		}
	}
	for i, s := range p.Stores {
		if s.Value == id {
			uses = append(uses, use{kind: inStore, index: i})
		}
	}
	for i, s := range p.States {
		if s.Init == id {
			uses = append(uses, use{kind: inInit, index: i})
		}
	}
	return uses
}

// step is one small step: build makes what stands in a value's place.
type step struct {
	what  string
	build func(e *editor, v ir.Value) ir.ID // none where it can't be made there
}

const none ir.ID = -1

// editor copies a program value by value.
type editor struct {
	old     *ir.Program
	values  []ir.Value
	renamed []ir.ID // the new IDs of the old values copied so far
	failed  bool
}

func (e *editor) add(v ir.Value) ir.ID {
	e.values = append(e.values, v)
	return ir.ID(len(e.values) - 1)
}

// like adds a value that is v with another operation and other arguments.
func (e *editor) like(v ir.Value, op ir.Op, args ...ir.ID) ir.ID {
	return e.add(ir.Value{Op: op, Type: v.Type, Args: args, Line: v.Line})
}

// copied is an old value with its arguments' new IDs.
func (e *editor) copied(id ir.ID) ir.Value {
	v := e.old.Values[id]
	args := make([]ir.ID, len(v.Args))
	for i, a := range v.Args {
		args[i] = e.renamed[a]
	}
	v.Args = args
	return v
}

// now is the new ID of an old value, or none where it is not known yet.
func (e *editor) now(id ir.ID) ir.ID {
	if int(id) < len(e.renamed) {
		return e.renamed[id]
	}
	return none
}

// build makes a step's value and notes where it can't.
func (e *editor) build(id ir.ID, s step) ir.ID {
	made := s.build(e, e.copied(id))
	if made == none {
		e.failed = true
		return 0
	}
	return made
}

// edit is p with a step made at a use of a value. The pair is where to look at
// the change: a value of p and the one of q in its place.
func edit(p *ir.Program, id ir.ID, u use, s step) (q *ir.Program, at pair, ok bool) {
	e := &editor{old: p}
	replaced := none
	for i := range p.Values {
		at := ir.ID(i)
		v := e.copied(at)
		switch {
		case u.kind == everywhere && at == id:
			e.renamed = append(e.renamed, e.build(id, s))
			continue
		case u.kind == inValue && at == u.user:
			v.Args[u.index] = e.build(id, s)
		}
		e.renamed = append(e.renamed, e.add(v))
		if u.kind == inInit && at == id {
			replaced = e.build(id, s)
		}
	}
	if u.kind == inStore {
		replaced = e.build(id, s)
	}
	if e.failed {
		return nil, pair{}, false
	}
	return e.program(u, replaced), e.look(id, u, replaced), true
}

type pair struct{ before, after ir.ID }

// look says where to look at a change. A number or a condition says little by
// itself, so there it is what reads it.
func (e *editor) look(id ir.ID, u use, replaced ir.ID) pair {
	switch {
	case u.kind == inStore || u.kind == inInit:
		return pair{id, replaced}
	case u.kind == inValue:
		id = u.user
	}
	for e.bare(id) {
		uses := usesOf(e.old, id)
		if len(uses) == 0 || uses[0].kind != inValue {
			break
		}
		id = uses[0].user
	}
	return pair{id, e.renamed[id]}
}

// bare tells a value that is better shown in what it is for: one without an
// operation of the notation, and a condition.
func (e *editor) bare(id ir.ID) bool {
	v := &e.old.Values[id]
	return len(v.Args) == 0 || v.Op == ir.Round || v.Type.Cond()
}

// program puts the copy together, with the replaced value in a store or as an
// initial value.
func (e *editor) program(u use, replaced ir.ID) *ir.Program {
	q := e.old.Clone()
	q.Values = e.values
	for i := range q.Stores {
		q.Stores[i].Value = e.renamed[q.Stores[i].Value]
		if u.kind == inStore && u.index == i {
			q.Stores[i].Value = replaced
		}
	}
	for i := range q.States {
		q.States[i].Init = e.renamed[q.States[i].Init]
		if u.kind == inInit && u.index == i {
			q.States[i].Init = replaced
		}
	}
	return q
}

// maxSpread bounds a program whose shared values are written out.
const maxSpread = 4096

// spread is p with what the compiler has shared written out again, as the
// rule's text has it: initial values have values of their own, and a value
// without a name has a copy for each value that reads it.
func spread(p *ir.Program) *ir.Program {
	s := &spreader{p: p, shared: map[ir.ID]ir.ID{}}
	q := p.Clone()
	for i := range q.States {
		q.States[i].Init = s.copy(p.States[i].Init, map[ir.ID]ir.ID{})
	}
	s.shared = map[ir.ID]ir.ID{} // nothing of the initial values
	for i := range p.Stores {
		q.Stores[i].Value = s.copy(p.Stores[i].Value, map[ir.ID]ir.ID{})
	}
	q.Values = s.values
	if len(q.Values) > maxSpread || ir.Verify(q) != nil {
		return p
	}
	return q
}

type spreader struct {
	p      *ir.Program
	values []ir.Value
	shared map[ir.ID]ir.ID // the copies of values with a name
}

// copy copies a value and what it is made of; mine are the copies that the
// value which reads it has already.
func (s *spreader) copy(id ir.ID, mine map[ir.ID]ir.ID) ir.ID {
	v := s.p.Values[id]
	if v.Name != "" {
		mine = s.shared
	}
	if made, ok := mine[id]; ok {
		return made
	}
	args := make([]ir.ID, len(v.Args))
	inner := map[ir.ID]ir.ID{}
	for i, a := range v.Args {
		if len(s.values) > maxSpread {
			break
		}
		args[i] = s.copy(a, inner)
	}
	v.Args = args
	s.values = append(s.values, v)
	mine[id] = ir.ID(len(s.values) - 1)
	return mine[id]
}

// signature tells programs apart by what they do: the same operations on the
// same values in the same stores, whatever the order and the sharing. A table
// is shared by the programs that are compared.
func signature(p *ir.Program, table map[string]int) string {
	number := numbered(p, table)
	text := ""
	for _, s := range p.States {
		text += fmt.Sprint(s.Name, number[s.Init], ";")
	}
	stores := map[int]int{}
	for _, s := range p.Stores {
		stores[s.State] = number[s.Value]
	}
	return text + fmt.Sprint(stores)
}

// numbered gives each value a number, the same one to equal operations on equal
// values of all programs that share the table.
func numbered(p *ir.Program, table map[string]int) []int {
	number := make([]int, len(p.Values))
	var key []byte
	for i, v := range p.Values {
		key = key[:0]
		for _, n := range []int{int(v.Op), int(v.Type), v.Ref, v.Lag} {
			key = append(strconv.AppendInt(key, int64(n), 10), ' ')
		}
		for _, a := range v.Args {
			key = append(strconv.AppendInt(key, int64(number[a]), 10), ' ')
		}
		key = append(key, v.Text...)
		n, ok := table[string(key)]
		if !ok {
			n = len(table)
			table[string(key)] = n
		}
		number[i] = n
	}
	return number
}
