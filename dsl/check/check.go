package check

import (
	"slices"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// Check resolves and types a rule. All findings come at once, in the order of
// the text; nothing is said of the names in f.Broken, and nothing that only
// follows from an earlier finding. Where there are errors the Info is what could
// be made out, and must not be lowered. Warnings are given only for a rule
// without errors.
//
// The first half looks at the whole text once: what each name is, and which
// expressions are numbers and which conditions. The second half looks at each
// variant on its own, with its options resolved: what is known where, and what
// is a scalar and what a tensor.
func Check(f *syntax.File) (*Info, []diag.Diagnostic) {
	c := newChecker(f)
	c.declare()
	c.collectTargets(c.info.Body)
	c.resolve()
	if !c.checkLimits() {
		c.checkVariants()
	}
	if !c.diags.HasErrors() && len(f.Broken) == 0 {
		c.warn()
	}
	c.diags.Sort()
	return c.info, c.diags
}

// checker is the state of one Check.
type checker struct {
	file    *syntax.File
	info    *Info
	diags   diag.List
	broken  map[string]bool // names of which nothing is said
	symbols map[string]symbol
	targets map[*syntax.Assign]string // what each statement gives; see key
	given   map[string][]diag.Span    // where each target is given
	bad     map[syntax.Expr]bool      // expressions with an error of their own
	uses    map[string]*use           // how each name is read
	reached map[any]uint64            // the variants that have a node, by bit
	faults  []*fault                  // what the variants found, in order
	faultAt map[faultID]*fault        // the same
	whole   []*syntax.Number          // exponents with a whole value, not whole by form
	nodes   int                       // of all expressions
	// Where the first half is.
	inInit bool   // in a state's initial value
	target string // what the statement at hand gives
}

func newChecker(f *syntax.File) *checker {
	c := &checker{
		file:    f,
		info:    &Info{File: f, Name: f.Name.Name, Title: f.Title, Version: "0.0.0", Types: map[syntax.Expr]Type{}, Draws: map[*syntax.Call]int{}},
		broken:  map[string]bool{},
		symbols: map[string]symbol{},
		targets: map[*syntax.Assign]string{},
		given:   map[string][]diag.Span{},
		bad:     map[syntax.Expr]bool{},
		uses:    map[string]*use{},
		reached: map[any]uint64{},
		faultAt: map[faultID]*fault{},
	}
	for _, name := range f.Broken {
		c.broken[name] = true
	}
	return c
}

// report adds a finding.
func (c *checker) report(d diag.Diagnostic) { c.diags = append(c.diags, d) }

// fail reports an error and marks its expression, so that nothing more is said
// of it.
func (c *checker) fail(e syntax.Expr, d diag.Diagnostic) {
	c.bad[e] = true
	c.report(d)
}

// problem makes an error.
func problem(code string, at diag.Span, message, hint string, notes ...diag.Note) diag.Diagnostic {
	return diag.Diagnostic{Code: code, Span: at, Message: message, Hint: hint, Notes: notes}
}

// note points at a second place.
func note(at diag.Span, message string) diag.Note { return diag.Note{Span: at, Message: message} }

// isStmt tells a statement from a declaration.
func isStmt(item syntax.Item) (syntax.Stmt, bool) {
	s, ok := item.(syntax.Stmt)
	return s, ok
}

// optionNamed is a declared option, or nil.
func (c *checker) optionNamed(name string) *Option {
	i := slices.IndexFunc(c.info.Options, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return nil
	}
	return &c.info.Options[i]
}
