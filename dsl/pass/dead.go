package pass

import (
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// Dead keeps what the new parameter needs and drops the rest. A state is needed
// where a needed value reads it at a lag; then its store and its initial value
// are needed too. The rest of the states vanish, and the text of the lines of
// which nothing is left.
func Dead(p *ir.Program) {
	m := &marker{p: p, values: make([]bool, len(p.Values)), states: make([]bool, len(p.States))}
	m.value(p.Stores[p.StoreOf(ir.Theta)].Value)
	sweepStates(p, m.states)
	sweepValues(p, m.values)
	sweepLines(p)
}

type marker struct {
	p      *ir.Program
	values []bool
	states []bool
}

func (m *marker) value(id ir.ID) {
	if m.values[id] {
		return
	}
	m.values[id] = true
	v := &m.p.Values[id]
	for _, a := range v.Args {
		m.value(a)
	}
	if v.Op == ir.Load && !m.states[v.Ref] {
		m.states[v.Ref] = true
		m.value(m.p.States[v.Ref].Init)
		m.value(m.p.Stores[m.p.StoreOf(v.Ref)].Value)
	}
}

func sweepStates(p *ir.Program, live []bool) {
	index := make([]int, len(p.States))
	var kept []ir.State
	for i, s := range p.States {
		index[i] = len(kept)
		if live[i] {
			kept = append(kept, s)
		}
	}
	p.Stores = slices.DeleteFunc(p.Stores, func(s ir.Store) bool { return s.State != ir.Theta && !live[s.State] })
	for i := range p.Stores {
		if s := p.Stores[i].State; s != ir.Theta {
			p.Stores[i].State = index[s]
		}
	}
	for i := range p.Values {
		if p.Values[i].Op == ir.Load && live[p.Values[i].Ref] {
			p.Values[i].Ref = index[p.Values[i].Ref]
		}
	}
	p.States = kept
}

func sweepValues(p *ir.Program, live []bool) {
	renamed := make([]ir.ID, len(p.Values))
	var kept []ir.Value
	for i, v := range p.Values {
		if !live[i] {
			continue
		}
		for j, a := range v.Args {
			v.Args[j] = renamed[a]
		}
		renamed[i] = ir.ID(len(kept))
		kept = append(kept, v)
	}
	p.Values = kept
	rename(p, renamed)
}

func sweepLines(p *ir.Program) {
	used := map[int]bool{}
	for _, v := range p.Values {
		used[v.Line] = true
	}
	p.Lines = slices.DeleteFunc(p.Lines, func(l ir.Line) bool { return !used[l.No] })
}
