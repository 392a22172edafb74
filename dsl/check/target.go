package check

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// collectTargets finds what each statement gives, before any expression is
// looked at: a name may be used above a statement that is at fault.
func (c *checker) collectTargets(list []syntax.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *syntax.Assign:
			if key := c.findTarget(s); key != "" && !c.namesCondition(s, key) {
				c.targets[s] = key
				c.given[key] = append(c.given[key], left(s))
			}
		case *syntax.Branch:
			c.collectTargets(s.Then)
			c.collectTargets(s.Else)
		}
	}
}

// namesCondition tells a statement that would name a condition, which is an
// error of its own; nothing more is said of the name.
func (c *checker) namesCondition(s *syntax.Assign, key string) bool {
	if _, stored := strippedKey(key); stored || !isCondition(s.Value) && c.optionSide(s.Value) == nil {
		return false
	}
	c.broken[key] = true
	return true
}

// left is the span of a statement's left side.
func left(s *syntax.Assign) diag.Span {
	at := s.Name.At
	if s.Index != nil {
		at.End = s.Index.At.End
	}
	return at
}

// findTarget is the key of what a statement gives, or "" where it gives nothing
// that there is.
func (c *checker) findTarget(s *syntax.Assign) string {
	name := s.Name.Name
	symbol, declared := c.symbols[name]
	switch {
	case name == "theta":
		c.checkLeft(s, 1, "the new parameter", "write `theta[t+1] = …`; a part of it can have a name of its own")
		return thetaNext
	case builtin.IsValue(name):
		c.reportBuiltinTarget(s)
		return ""
	case declared && symbol.kind == kindState:
		c.checkLeft(s, 0, fmt.Sprintf("the new value of the state `%s`", name), fmt.Sprintf("write `%s[t] = …`", name))
		return stateKey(name)
	case declared:
		c.report(problem(codeNotGiven, left(s), fmt.Sprintf("`%s` is %s; a statement can't give it a value", name, symbol.kind),
			"choose another name for the value", symbol.declared()...))
		return ""
	}
	return c.newName(s)
}

// newName is the key of a name that is not declared.
func (c *checker) newName(s *syntax.Assign) string {
	name := s.Name.Name
	switch {
	case c.broken[name] && s.Index != nil:
		return ""
	case c.broken[name]:
		return name
	case s.Index != nil:
		c.report(problem(codeNoState, left(s), fmt.Sprintf("there is no state `%s`", name), c.stateHint(name)))
		c.broken[name] = true
		c.broken[strings.TrimSuffix(name, subscript)] = true
		return ""
	case c.taken(s.Name):
		return ""
	}
	return name
}

// checkLeft reports a left side without the time index that it must have.
func (c *checker) checkLeft(s *syntax.Assign, offset int, what, hint string) {
	if s.Index != nil && s.Index.Offset == offset {
		return
	}
	c.report(problem(codeLeft, left(s), fmt.Sprintf("%s is `%s`", what, indexed(s.Name.Name, offset)), hint))
}

// reportBuiltinTarget reports a statement that gives g or t.
func (c *checker) reportBuiltinTarget(s *syntax.Assign) {
	if s.Name.Name == "g" {
		c.report(problem(codeNotGiven, left(s), "the gradient `g` is never written",
			"give the changed gradient a name of its own, as `gd = g + lambda*theta`"))
		return
	}
	c.report(problem(codeNotGiven, left(s), fmt.Sprintf("`%s` counts the steps by itself and is never written", s.Name.Name),
		"choose another name for the value"))
}

// indexed is a name with a time index: m[t-2].
func indexed(name string, offset int) string {
	if offset == 0 {
		return name + "[t]"
	}
	return fmt.Sprintf("%s[t%+d]", name, offset)
}

// stateHint is what to do about a state that there is not.
func (c *checker) stateHint(name string) string {
	if hint := c.subscriptHint(name); hint != "" {
		return hint
	}
	var states []string
	for _, s := range c.info.States {
		states = append(states, s.Name)
	}
	if near := diag.Nearest(name, states); near != "" {
		return didYouMean(near)
	}
	return fmt.Sprintf("declare it with `state %s`, or leave the index out: `%s = …` names a value of this step", name, name)
}
