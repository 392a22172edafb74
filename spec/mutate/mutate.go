// Package mutate asks how much a test of a rule sees: it makes every program
// that is one small step from a rule's (a product for a sum, another constant,
// an older value of a state, a term left out) and holds each against the rule.
//
// All lists the mutants of a program. A Judge runs a mutant beside the original
// over a battery of runs until one bit differs, and proves those equal that no
// run can tell apart. Measure asks a test about all mutants, and gives a Score:
// what the test does not kill and the judge does not prove equal has survived.
package mutate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Mutant is a program one small step from another.
type Mutant struct {
	// Program is the mutated program. It keeps the original's states, in order,
	// each with as many buffers or, where it reads an older value, with more.
	Program *ir.Program `json:"-"`
	Step    string      `json:"step"`             // what was done, "mul becomes add"
	Line    int         `json:"line,omitempty"`   // the statement's line in the rule, 1-based; 0 for an initial value
	Source  string      `json:"source,omitempty"` // the statement's text
	Before  string      `json:"before"`           // the mutated part as it was, in the rule's notation
	After   string      `json:"after"`            // and as it is now
}

// Diff is what was changed, on four lines at most.
func (m *Mutant) Diff() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s\n", m.Step)
	if m.Source != "" {
		fmt.Fprintf(&b, "  line %d: %s\n", m.Line, m.Source)
	}
	fmt.Fprintf(&b, "- %s\n+ %s\n", m.Before, m.After)
	return b.String()
}

// Rule is the original with the mutant, run by the oracle, in the place of one
// variant's kernel. The manifest and the other variants stay; where the mutant
// reads an older value than the rule's buffers hold, its manifest says so.
func (m *Mutant) Rule(original *abi.Rule, variant int) *abi.Rule {
	rule := original.UpTo(0) // or the original's vector kernels would run
	rule.Kernels = slices.Clone(original.Kernels)
	rule.Kernels[variant] = eval.Kernel(m.Program)
	rule.Manifest.Variants = slices.Clone(original.Manifest.Variants)
	slots := slices.Clone(original.Manifest.Variants[variant].Slots)
	for i := range slots {
		slots[i].Buffers = m.Program.States[i].Buffers
	}
	rule.Manifest.Variants[variant].Slots = slots
	return rule
}

// All lists the mutants of a program, in the order of its values: no two of
// them are the same list of operations, and none is the original's. The program
// must be one that ir.Verify accepts.
//
// What the compiler has made one value is mutated in each of its places in the
// rule's text, and in all of them at once.
func All(p *ir.Program) []Mutant {
	c := &collector{original: p, seen: map[string]bool{}, table: map[string]int{}}
	c.seen[signature(p, c.table)] = true
	for _, form := range []*ir.Program{spread(p), p} {
		for id := range form.Values {
			c.value(form, ir.ID(id))
		}
		c.stores(form)
	}
	return c.mutants
}

// collector keeps the mutants that are sound and new.
type collector struct {
	original *ir.Program
	seen     map[string]bool // signatures
	table    map[string]int  // of signature
	mutants  []Mutant
}

// value mutates one value: everywhere, and where it has a name or several uses,
// in each use alone.
func (c *collector) value(p *ir.Program, id ir.ID) {
	uses := usesOf(p, id)
	if len(uses) == 0 {
		return
	}
	for _, step := range steps(p, id) {
		c.try(p, id, use{kind: everywhere}, step)
		if len(uses) > 1 {
			for _, u := range uses {
				c.try(p, id, u, step)
			}
		}
	}
}

// stores mutates what is stored and where states begin.
func (c *collector) stores(p *ir.Program) {
	for i, s := range p.Stores {
		for _, step := range storeSteps(p, i) {
			c.try(p, s.Value, use{kind: inStore, index: i}, step)
		}
	}
	for i, s := range p.States {
		for _, step := range initSteps(p, i) {
			c.try(p, s.Init, use{kind: inInit, index: i}, step)
		}
	}
}

func (c *collector) try(p *ir.Program, id ir.ID, u use, s step) {
	q, at, ok := edit(p, id, u, s)
	if !ok {
		return
	}
	buffers(q, c.original)
	if ir.Verify(q) != nil || tooOld(q) {
		return
	}
	sign := signature(q, c.table)
	if c.seen[sign] {
		return
	}
	c.seen[sign] = true
	m := Mutant{Program: q, Step: s.what}
	m.describe(p, u, at)
	c.mutants = append(c.mutants, m)
}

// buffers gives each state of a mutant the original's buffers, and more where
// it is read further back.
func buffers(q, original *ir.Program) {
	for i := range q.States {
		q.States[i].Buffers = original.States[i].Buffers
	}
	for _, v := range q.Values {
		if v.Op == ir.Load {
			s := &q.States[v.Ref]
			s.Buffers = max(s.Buffers, v.Lag)
		}
	}
}

// maxLag is the greatest lag of the language.
const maxLag = 8

func tooOld(p *ir.Program) bool {
	return slices.ContainsFunc(p.Values, func(v ir.Value) bool { return v.Op == ir.Load && v.Lag > maxLag })
}
