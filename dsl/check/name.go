package check

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// maxLag is the greatest lag of a state.
const maxLag = 8

// numberName resolves a name where a number must stand.
func (c *checker) numberName(n *syntax.Name) bool {
	s := c.lookup(n.Name)
	switch s.kind {
	case kindSilent:
		c.bad[n] = true
		return false
	case kindNone:
		c.unknown(n)
		return false
	case kindFunc:
		c.funcAlone(n)
		return false
	case kindOption:
		c.used(n)
		c.optionValue(n, s)
		return false
	}
	c.used(n)
	return c.checkIndex(n, s) && c.checkInit(n, s)
}

// funcAlone reports a function without what a call has.
func (c *checker) funcAlone(n *syntax.Name) {
	message, hint := "`%s` is a function and needs its arguments", "write `%s(…)`"
	if f, _ := builtin.Find(n.Name); len(f.Params) == 0 {
		message, hint = "`%s` is a function and needs its parentheses", "write `%s()`"
	}
	c.fail(n, problem(codeFuncValue, n.Span(), fmt.Sprintf(message, n.Name), fmt.Sprintf(hint, n.Name)))
}

// optionValue reports an option where a number must stand.
func (c *checker) optionValue(n *syntax.Name, s symbol) {
	o := c.optionNamed(n.Name)
	cond := n.Name
	if !o.onOff() {
		cond = fmt.Sprintf("%s = %s", o.Name, o.Choices[0])
	}
	c.fail(n, problem(codeOptionValue, n.Span(), fmt.Sprintf("`%s` is an option and not a number", n.Name),
		fmt.Sprintf("choose by it: `if %s then … else …`", cond), s.declared()...))
}

// checkIndex reports a time index that a name can't have.
func (c *checker) checkIndex(n *syntax.Name, s symbol) bool {
	switch {
	case n.Index == nil:
		return true
	case s.kind == kindState:
		return c.checkLag(n)
	case s.kind == kindBuiltin && n.Name != "t":
		return c.checkBuiltinIndex(n)
	case s.kind == kindValue && n.Index.Offset < 0:
		c.fail(n, problem(codeIndex, n.Span(), fmt.Sprintf("`%s` is a named value and does not outlive the step", n.Name),
			fmt.Sprintf("declare it with `state %s` and give it as `%s[t] = …`", n.Name, n.Name), s.declared()...))
		return false
	}
	return c.plain(n)
}

// checkLag checks the index of a state.
func (c *checker) checkLag(n *syntax.Name) bool {
	switch offset := n.Index.Offset; {
	case offset > 0:
		c.fail(n, problem(codeFuture, n.Span(), fmt.Sprintf("`%s` lies in the future", indexed(n.Name, offset)),
			fmt.Sprintf("the value of this step is `%s[t]`, that of the step before `%s[t-1]`", n.Name, n.Name)))
		return false
	case offset < -maxLag:
		c.fail(n, problem(codeLag, n.Index.At, fmt.Sprintf("the lag of `%s` is more than %d", n.Name, maxLag),
			"each step of lag costs one value an element"))
		return false
	}
	return true
}

// checkBuiltinIndex checks the index of theta or g. The mathematical notation
// writes the values of this step as θₜ and gₜ.
func (c *checker) checkBuiltinIndex(n *syntax.Name) bool {
	offset := n.Index.Offset
	switch {
	case offset == 0:
		return true
	case offset < 0:
		c.fail(n, problem(codeNoPast, n.Span(), fmt.Sprintf("`%s` is known for this step only", n.Name),
			fmt.Sprintf("keep it in a state: `state last`, then `last[t] = %s`; its value of the step before is `last[t-1]`", n.Name)))
	case offset == 1 && n.Name == "theta":
		c.fail(n, problem(codeFuture, n.Span(), "the new parameter can't be read",
			"name its value first, `next = …`, and give `theta[t+1] = next`"))
	default:
		c.fail(n, problem(codeFuture, n.Span(), fmt.Sprintf("`%s` lies in the future", indexed(n.Name, offset)),
			fmt.Sprintf("the value of this step is `%s`", n.Name)))
	}
	return false
}

// checkInit reports what an initial value can't use.
func (c *checker) checkInit(n *syntax.Name, s symbol) bool {
	if !c.inInit || s.kind == kindHyper || s.kind == kindBuiltin && n.Name != "t" {
		return true
	}
	what := s.kind.String()
	if n.Name == "t" {
		what = "the number of the step"
	}
	c.fail(n, problem(codeInit, n.Span(), fmt.Sprintf("`%s` is %s, which an initial value can't use", n.Name, what),
		initHint, s.declared()...))
	return false
}

const initHint = "an initial value is made of numbers, hyperparameters, `theta` and `g`"

// unknown reports a name that there is not.
func (c *checker) unknown(n *syntax.Name) {
	if n.Index != nil && n.Index.Offset <= 0 {
		c.fail(n, problem(codeNoState, n.Span(), fmt.Sprintf("there is no state `%s`", n.Name), c.stateHint(n.Name)))
		return
	}
	c.fail(n, problem(codeUnknown, n.Span(), fmt.Sprintf("there is no name `%s` here", n.Name), c.nameHint(n.Name)))
}

// nameHint guesses what an unknown name was meant to be.
func (c *checker) nameHint(name string) string {
	if o := c.choiceOf(name); o != nil {
		return fmt.Sprintf("`%s` is a choice of an option; write `%s = %s`", name, o.Name, name)
	}
	if hint := c.subscriptHint(name); hint != "" {
		return hint
	}
	if near := diag.Nearest(name, c.visible()); near != "" {
		return didYouMean(near)
	}
	if hint, ok := otherWords[name]; ok {
		return hint
	}
	if c.inInit {
		return initHint
	}
	return fmt.Sprintf("declare it, as `hyper %s = … in …`, or give it above, as `%s = …`", name, name)
}

// visible are the names that an expression can use, the declared ones first.
func (c *checker) visible() []string {
	var names []string
	for _, h := range c.info.Hypers {
		names = append(names, h.Name)
	}
	for _, o := range c.info.Options {
		names = append(names, o.Name)
	}
	if !c.inInit {
		names = append(names, c.valueNames()...)
	}
	return append(names, builtin.Values...)
}

func didYouMean(name string) string { return fmt.Sprintf("did you mean `%s`?", name) }
