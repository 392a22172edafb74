package check

import "github.com/optc-lang/optc/dsl/syntax"

// resolve goes over all expressions once: it finds out what each name is, and
// that numbers stand where numbers must and conditions where conditions must.
func (c *checker) resolve() {
	c.inInit = true
	for _, s := range c.info.States {
		if s.Init != nil {
			c.value(s.Init)
		}
	}
	c.inInit = false
	c.resolveStmts(c.info.Body)
}

func (c *checker) resolveStmts(list []syntax.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *syntax.Assign:
			c.target = c.targets[s]
			c.value(s.Value)
			c.target = ""
		case *syntax.Branch:
			c.condition(s.Cond)
			c.resolveStmts(s.Then)
			c.resolveStmts(s.Else)
		}
	}
}

// value resolves what a statement or an initial value gives.
func (c *checker) value(e syntax.Expr) {
	if isCondition(e) {
		c.condition(e)
		c.fail(e, problem(codeCondNamed, e.Span(), "a condition is not a value", conditionHint))
		return
	}
	c.number(e)
}

const conditionHint = "a condition stands in an `if`; `if CONDITION then 1 else 0` makes a number of it"

// isCondition tells an expression that is a condition by its form. The name of
// an on/off option is one too, but not by its form.
func isCondition(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Unary:
		return e.Op == "not"
	case *syntax.Binary:
		return connects(e.Op) || compares(e.Op)
	}
	return false
}

func connects(op string) bool { return op == "and" || op == "or" }

func compares(op string) bool {
	switch op {
	case "=", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// number resolves an expression where a number must stand, and tells whether
// it is one.
func (c *checker) number(e syntax.Expr) bool {
	c.nodes++
	switch e := e.(type) {
	case *syntax.Number:
		return true
	case *syntax.Name:
		return c.numberName(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.Cond:
		ok := c.condition(e.If)
		ok = c.number(e.Then) && ok
		return c.number(e.Else) && ok
	case *syntax.Unary:
		if e.Op == "-" {
			return c.number(e.X)
		}
	case *syntax.Binary:
		if !isCondition(e) {
			return c.arithmetic(e)
		}
	}
	c.nodes--
	if c.condition(e) {
		c.fail(e, problem(codeNotNumber, e.Span(), "this is a condition where a number must stand", conditionHint))
	}
	return false
}

func (c *checker) arithmetic(e *syntax.Binary) bool {
	if e.Op == "^" {
		c.noteExponent(e.Y)
	}
	ok := c.number(e.X)
	return c.number(e.Y) && ok
}

// noteExponent keeps an exponent that could be meant to be whole, for a warning.
func (c *checker) noteExponent(e syntax.Expr) {
	if n := nearlyWhole(e); n != nil {
		c.whole = append(c.whole, n)
	}
}

// condition resolves an expression where a condition must stand, and tells
// whether it is one.
func (c *checker) condition(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		if k := c.lookup(e.Name).kind; k == kindOption || k == kindSilent {
			return c.conditionName(e)
		}
	case *syntax.Unary:
		if e.Op == "not" {
			c.nodes++
			ok := c.condition(e.X)
			return ok && c.combine(e, e.X)
		}
	case *syntax.Binary:
		if connects(e.Op) {
			c.nodes++
			ok := c.condition(e.X)
			return c.condition(e.Y) && ok && c.combine(e, e.X, e.Y)
		}
		if compares(e.Op) {
			c.nodes++
			return c.compare(e)
		}
	}
	if c.number(e) {
		c.fail(e, problem(codeNotCondition, e.Span(), "this is a number where a condition must stand",
			"a condition compares, as in `x > 0`"))
	}
	return false
}

// combine notes that a condition made of option conditions alone is one too.
func (c *checker) combine(e syntax.Expr, parts ...syntax.Expr) bool {
	for _, p := range parts {
		if c.info.Types[p] != OptionCond {
			return true
		}
	}
	c.info.Types[e] = OptionCond
	return true
}
