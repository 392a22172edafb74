package check

import (
	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// kind is what a name stands for.
type kind uint8

const (
	kindNone    kind = iota
	kindSilent       // a name that an error has spoiled
	kindHyper        // a hyperparameter
	kindOption       // an option
	kindState        // a state
	kindValue        // named by a statement
	kindBuiltin      // theta, g, t
	kindFunc         // a function
)

// String says what a name is, for a message.
func (k kind) String() string {
	return [...]string{
		kindNone: "nothing", kindSilent: "nothing", kindHyper: "a hyperparameter", kindOption: "an option",
		kindState: "a state", kindValue: "a named value", kindBuiltin: "a built-in value", kindFunc: "a function",
	}[k]
}

// symbol is a declared name.
type symbol struct {
	kind kind
	at   diag.Span
}

// lookup says what a name stands for anywhere in the rule.
func (c *checker) lookup(name string) symbol {
	if builtin.IsValue(name) {
		return symbol{kind: kindBuiltin}
	}
	if s, ok := c.symbols[name]; ok {
		return s
	}
	if at := c.given[name]; len(at) > 0 {
		return symbol{kind: kindValue, at: at[0]}
	}
	if c.broken[name] {
		return symbol{kind: kindSilent}
	}
	if _, ok := builtin.Find(name); ok {
		return symbol{kind: kindFunc}
	}
	return symbol{}
}

// declared is a note that points at the place where a name comes from; there
// is none for what the language has by itself.
func (s symbol) declared() []diag.Note {
	switch s.kind {
	case kindHyper, kindOption, kindState:
		return []diag.Note{note(s.at, "declared here")}
	case kindValue:
		return []diag.Note{note(s.at, "given here")}
	}
	return nil
}

// Keys of what statements give: a plain name, "m[t]" for a state, thetaNext for
// the parameter. Only plain names can be names of the language.
func stateKey(name string) string { return name + "[t]" }

const thetaNext = "theta[t+1]"

// key is what a use of a name reads in this step.
func (c *checker) key(name string) string {
	if c.lookup(name).kind == kindState {
		return stateKey(name)
	}
	return name
}

// use is how a name is read.
type use struct {
	any   bool // read at all, other than by the statement that gives it
	atLag bool // a state, read at a lag
}

// used notes that a name is read.
func (c *checker) used(n *syntax.Name) {
	u := c.uses[n.Name]
	if u == nil {
		u = &use{}
		c.uses[n.Name] = u
	}
	u.any = u.any || c.target != c.key(n.Name)
	u.atLag = u.atLag || n.Index != nil && n.Index.Offset < 0
}
