// Package ir is the program of one step of one tensor, for one variant of a
// rule: a list of values in single assignment, each made of earlier ones, and
// the stores that end the step. There is no control flow: what a rule writes as
// a branch is a select between two values, of which the one that is not taken
// has no effect. Every scalar that meets a tensor passes a Round, so that the
// one rounding of LANGUAGE.md, section 5, is a value that one can point at.
package ir

import "slices"

// Type is a value's type.
type Type uint8

// Types.
const (
	Scalar     Type = iota // a float64, the same for all elements
	Tensor                 // one number an element, in the dtype
	ScalarCond             // a truth value, the same for all elements
	TensorCond             // a truth value an element
)

// ID is the index of a value in Program.Values.
type ID int

// Value is one operation and its result.
type Value struct {
	Op   Op
	Type Type
	Args []ID   // all less than the value's own ID
	Text string // Const: the decimal as the rule has it, or one with a sign
	Ref  int    // Hyper: index in Program.Hypers; Load: index in Program.States; Uniform, Normal: the call's number
	Lag  int    // Load: how many steps back, from 1
	Name string // what the rule calls the value, or ""
	Line int    // line of the statement that it comes from, 1-based; 0 for none
}

// State is a value an element that lives from step to step.
type State struct {
	Name string
	// Buffers is the number of past values to keep, the greatest lag; 0 before
	// pass.Lags has run, and for a state that is not allocated.
	Buffers int
	// Init is the value before the first step, a Scalar or a Tensor.
	Init ID
}

// Store writes a value at the end of the step.
type Store struct {
	State int // index in Program.States, or Theta
	Value ID  // a Tensor
}

// Theta is the Store.State of the parameter itself.
const Theta = -1

// Line is a statement's text in canonical form, for comments in generated code.
type Line struct {
	No   int // 1-based
	Text string
}

// Program is one step of one tensor.
type Program struct {
	Rule    string
	Choices []string // "decay=l2", one for each option
	Hypers  []string // names, in the manifest's order
	States  []State
	Values  []Value
	Stores  []Store // the parameter's last
	Lines   []Line
}

// Clone copies a program so deep that changing the copy leaves p alone.
func (p *Program) Clone() *Program {
	q := *p
	q.Choices = slices.Clone(p.Choices)
	q.Hypers = slices.Clone(p.Hypers)
	q.Lines = slices.Clone(p.Lines)
	q.States = slices.Clone(p.States)
	q.Values = slices.Clone(p.Values)
	for i := range q.Values {
		q.Values[i].Args = slices.Clone(p.Values[i].Args)
	}
	q.Stores = slices.Clone(p.Stores)
	return &q
}

// StoreOf gives the index in Stores of a state's store, or -1.
func (p *Program) StoreOf(state int) int {
	for i, s := range p.Stores {
		if s.State == state {
			return i
		}
	}
	return -1
}

// Stages gives each value the number of the pass over the data after which it
// is known: 0 for what needs no reduction, 1 for what needs the reductions of
// the first pass, and so on. The last pass, which stores, has number Passes-1.
func (p *Program) Stages() (stage []int, passes int) {
	stage = make([]int, len(p.Values))
	for i, v := range p.Values {
		for _, a := range v.Args {
			stage[i] = max(stage[i], stage[a])
		}
		if v.Op.Reduction() {
			stage[i]++
		}
		passes = max(passes, stage[i])
	}
	return stage, passes + 1
}

// Elementwise tells whether no element's step depends on another element: there
// is no reduction.
func (p *Program) Elementwise() bool {
	_, passes := p.Stages()
	return passes == 1
}

// Reach marks what some values are made of, they too; within a pass, up to the
// reductions, whose arguments belong to an earlier one.
func (p *Program) Reach(roots []ID, within bool) []bool {
	marked := make([]bool, len(p.Values))
	for _, r := range roots {
		marked[r] = true
	}
	for i := len(marked) - 1; i >= 0; i-- {
		if !marked[i] || within && p.Values[i].Op.Reduction() {
			continue
		}
		for _, a := range p.Values[i].Args {
			marked[a] = true
		}
	}
	return marked
}

// Stored are the values that a step stores, in the order of Stores.
func (p *Program) Stored() []ID {
	ids := make([]ID, len(p.Stores))
	for i, s := range p.Stores {
		ids[i] = s.Value
	}
	return ids
}

// LineText is the text of the statement on a line, or "".
func (p *Program) LineText(no int) string {
	for _, l := range p.Lines {
		if l.No == no {
			return l.Text
		}
	}
	return ""
}
