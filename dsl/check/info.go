// Package check resolves the names of a rule and types its expressions. Its
// result is a side table; the syntax tree is not changed.
package check

import "github.com/optc-lang/optc/dsl/syntax"

// Type is the type of an expression (LANGUAGE.md, section 5).
type Type uint8

// Types, in the order in which conditions combine.
const (
	Invalid Type = iota // an error was reported
	Scalar
	Tensor
	OptionCond
	ScalarCond
	TensorCond
)

// Info is what the checker knows of a rule.
type Info struct {
	File    *syntax.File
	Name    string
	Title   string
	Version string   // semantic version, "0.0.0" where none is given
	Paper   []string // one entry a paper line
	Doc     []string // one entry a doc line
	Hypers  []Hyper
	Options []Option
	States  []State
	Body    []syntax.Stmt // the statements, without declarations
	// Types are the types of the expressions that some variant has. An expression
	// can be a scalar in one variant and a tensor in another; then it is a tensor
	// here. What is an option condition is one in every variant.
	Types map[syntax.Expr]Type
	// Close tells that the text of some variant uses a function of class close,
	// whether or not the new parameter depends on it.
	Close bool
	// Draws numbers the calls that draw random numbers, from 0, in the order of
	// the text, whatever variants have them.
	Draws map[*syntax.Call]int
}

// Hyper is a declared hyperparameter.
type Hyper struct {
	Name           string
	Default        float64
	DefaultText    string // the decimal as written, with its sign
	Lo, Hi         float64
	LoOpen, HiOpen bool
	Doc            string
}

// Option is a declared option.
type Option struct {
	Name    string
	Choices []string // the first is the default
	Doc     string
}

// State is a declared state.
type State struct {
	Name string
	Init syntax.Expr // nil for zero
	Doc  string
}
