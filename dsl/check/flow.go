package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// flow goes through the statements of one variant in order, with what is known
// at each point.
type flow struct {
	c *checker
	variant
	scope  *scope
	target string // what the statement at hand gives
}

// scope is what statements have given, in a branch's arm or at the top.
type scope struct {
	outer *scope
	own   map[string]binding
}

// binding is what a statement gave.
type binding struct {
	typ     Type
	at      diag.Span
	partial bool // only in one arm of a branch
}

func (s *scope) find(key string) (binding, bool) {
	for ; s != nil; s = s.outer {
		if b, ok := s.own[key]; ok {
			return b, true
		}
	}
	return binding{}, false
}

// complete makes known on all paths what was given on some.
func (s *scope) complete(key string) {
	for ; s != nil; s = s.outer {
		if b, ok := s.own[key]; ok {
			b.partial = false
			s.own[key] = b
			return
		}
	}
}

// report adds an error of this variant.
func (f *flow) report(node any, d diag.Diagnostic) {
	f.c.found(f.variant, node, d)
}

// reach notes that this variant has a node.
func (f *flow) reach(node any) { f.c.reached[node] |= f.bit }

func (f *flow) run() {
	f.reach(f.c.file)
	for _, s := range f.c.info.States {
		if s.Init != nil {
			f.value(s.Init)
		}
	}
	f.stmts(f.c.info.Body)
	f.finish()
}

func (f *flow) stmts(list []syntax.Stmt) {
	for _, s := range list {
		f.reach(s)
		switch s := s.(type) {
		case *syntax.Assign:
			f.assign(s)
		case *syntax.Branch:
			f.branch(s)
		}
	}
}

func (f *flow) assign(s *syntax.Assign) {
	key, ok := f.c.targets[s]
	f.target = key
	typ := f.value(s.Value)
	f.target = ""
	if !ok {
		return
	}
	if old, again := f.scope.find(key); again {
		f.reportAgain(s, key, old)
		f.scope.complete(key)
		return
	}
	if _, stored := strippedKey(key); stored {
		typ = Tensor // a scalar is rounded
	}
	f.scope.own[key] = binding{typ: typ, at: left(s)}
}

// reportAgain reports a second value for what has one.
func (f *flow) reportAgain(s *syntax.Assign, key string, old binding) {
	hint := "a name has one value; give the new value a name of its own"
	if s.Name.Name != key {
		hint = "put both into one expression, or name the first value and leave its index out"
	}
	what := "is given a value twice"
	if old.partial {
		what = "has a value already on one path"
	}
	f.report(s, problem(codeAgain, left(s), fmt.Sprintf("`%s` %s", key, what), hint, note(old.at, "the first time is here")))
}

// branch goes through an if statement. An arm that options decide is a part of
// the statements around it, and the other one is not there at all.
func (f *flow) branch(s *syntax.Branch) {
	cond := f.condition(s.Cond)
	switch {
	case cond.known && cond.value:
		f.stmts(s.Then)
		return
	case cond.known:
		f.stmts(s.Else)
		return
	case cond.typ == TensorCond:
		f.report(s, problem(codeElementBranch, s.Cond.Span(), "a branch can't depend on a condition of elements",
			"choose element by element: `if CONDITION then A else B` is an expression"))
	}
	then, other := f.arm(s.Then), f.arm(s.Else)
	f.join(s, then, other, cond.typ == Invalid || cond.typ == TensorCond)
}

// arm goes through one arm and gives what it gave.
func (f *flow) arm(list []syntax.Stmt) map[string]binding {
	outer := f.scope
	f.scope = &scope{outer: outer, own: map[string]binding{}}
	f.stmts(list)
	given := f.scope.own
	f.scope = outer
	return given
}

// join makes known after a branch what both arms give. What one arm gives is
// known after it only to have been given. Where the condition has an error of
// its own the join is lenient.
func (f *flow) join(s *syntax.Branch, then, other map[string]binding, lenient bool) {
	for _, key := range slices.Sorted(maps.Keys(then)) {
		x := then[key]
		y, both := other[key]
		switch {
		case both && !x.partial && !y.partial:
			x.typ = joinTypes(x.typ, y.typ)
		case !lenient:
			x = f.oneArm(s, key, x)
		}
		f.scope.own[key] = x
	}
	for _, key := range slices.Sorted(maps.Keys(other)) {
		if _, both := then[key]; both {
			continue
		}
		f.scope.own[key] = other[key]
		if !lenient {
			f.scope.own[key] = f.oneArm(s, key, other[key])
		}
	}
}

// oneArm is what is known of what one arm alone gives. A state or the parameter
// has to be given in both.
func (f *flow) oneArm(s *syntax.Branch, key string, b binding) binding {
	name, isState := strippedKey(key)
	if !isState {
		b.partial = true
		return b
	}
	f.report(s, problem(codeOnePath, b.at, fmt.Sprintf("`%s` is given on one path only", key),
		keepHint(name, key), note(head(s), "the other arm of this branch doesn't give it")))
	return b
}

// head is the span of a branch up to its first brace.
func head(s *syntax.Branch) diag.Span { return diag.Span{Start: s.At.Start, End: s.Cond.Span().End} }

// strippedKey is the name in a key, and whether it is theta or a state.
func strippedKey(key string) (string, bool) {
	for i := range key {
		if key[i] == '[' {
			return key[:i], true
		}
	}
	return key, false
}

func keepHint(name, key string) string {
	if key == thetaNext {
		return "a parameter that stays says so: `theta[t+1] = theta`"
	}
	return fmt.Sprintf("a state that stays says so: `%s[t] = %s[t-1]`", name, name)
}

// finish reports what must have been given and was not.
func (f *flow) finish() {
	for _, s := range f.c.info.States {
		f.require(s.Name, stateKey(s.Name), f.c.symbols[s.Name].at)
	}
	if f.c.file.Header != (diag.Span{}) {
		f.require("theta", thetaNext, f.c.file.Header)
	}
}

func (f *flow) require(name, key string, at diag.Span) {
	if _, ok := f.scope.find(key); ok || f.c.broken[name] {
		return
	}
	if given := f.c.given[key]; len(given) > 0 {
		f.report(f.c.file, problem(codeOnePath, given[0], fmt.Sprintf("`%s` is not given on every path", key), keepHint(name, key)))
		return
	}
	d := problem(codeMissing, at, fmt.Sprintf("no statement gives `%s`", key), keepHint(name, key))
	if given := f.c.given[name+subscript]; len(given) > 0 {
		d.Notes = append(d.Notes, note(given[0], fmt.Sprintf("`%s` is a name of its own", name+subscript)))
		d.Hint = f.c.subscriptHint(name + subscript)
	}
	f.report(f.c.file, d)
}
