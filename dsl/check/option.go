package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// conditionName resolves a name that stands alone as a condition: an on/off
// option.
func (c *checker) conditionName(n *syntax.Name) bool {
	c.nodes++
	o := c.optionNamed(n.Name)
	if o == nil { // an error has spoiled it
		c.bad[n] = true
		return false
	}
	c.used(n)
	if !c.plain(n) {
		return false
	}
	if !o.onOff() {
		c.fail(n, problem(codeNotOnOff, n.Span(), fmt.Sprintf("`%s` is not an on/off option", n.Name),
			fmt.Sprintf("say which choice: `%s = %s`", n.Name, o.Choices[0]), c.lookup(n.Name).declared()...))
		return false
	}
	c.info.Types[n] = OptionCond
	return true
}

// plain tells a name without a time index, and reports one with it.
func (c *checker) plain(n *syntax.Name) bool {
	if n.Index == nil {
		return true
	}
	s := c.lookup(n.Name)
	c.fail(n, problem(codeIndex, n.Span(), fmt.Sprintf("`%s` is %s and has no time index", n.Name, s.kind),
		fmt.Sprintf("write `%s`", n.Name), s.declared()...))
	return false
}

// onOff tells an option that can stand as a condition by itself.
func (o *Option) onOff() bool {
	return len(o.Choices) == 2 && slices.Contains(o.Choices, "on") && slices.Contains(o.Choices, "off")
}

// compare resolves a comparison: of an option and a choice, or of numbers.
func (c *checker) compare(e *syntax.Binary) bool {
	x, y := c.optionSide(e.X), c.optionSide(e.Y)
	switch {
	case x != nil:
		return c.compareOption(e, x)
	case y != nil:
		return c.reversed(e, y)
	}
	if c.perhapsOption(e) {
		c.noOption(e)
		return false
	}
	ok := c.number(e.X)
	return c.number(e.Y) && ok
}

// optionSide is the option that a side of a comparison names, or nil.
func (c *checker) optionSide(e syntax.Expr) *Option {
	if n, ok := e.(*syntax.Name); ok && c.lookup(n.Name).kind == kindOption {
		return c.optionNamed(n.Name)
	}
	return nil
}

// perhapsOption tells a comparison of an unknown name and what can be a choice
// of the option that was meant.
func (c *checker) perhapsOption(e *syntax.Binary) bool {
	x, okX := e.X.(*syntax.Name)
	y, okY := e.Y.(*syntax.Name)
	if !okX || !okY || y.Index != nil || c.lookup(y.Name).kind > kindSilent {
		return false
	}
	k := c.lookup(x.Name).kind
	return k == kindSilent || k == kindNone && c.choiceOf(y.Name) != nil
}

// noOption reports the name on the left of what can be a choice, unless it is
// spoiled.
func (c *checker) noOption(e *syntax.Binary) {
	c.nodes += 2
	x := e.X.(*syntax.Name)
	c.bad[x] = true
	if o := c.choiceOf(e.Y.(*syntax.Name).Name); c.lookup(x.Name).kind == kindNone && o != nil {
		c.report(problem(codeUnknown, x.Span(), fmt.Sprintf("there is no name `%s` here", x.Name),
			fmt.Sprintf("did you mean the option `%s`?", o.Name)))
	}
}

// choiceOf is the first option with a choice of this name, or nil.
func (c *checker) choiceOf(name string) *Option {
	for i, o := range c.info.Options {
		if slices.Contains(o.Choices, name) {
			return &c.info.Options[i]
		}
	}
	return nil
}

// compareOption resolves OPTION = CHOICE and OPTION != CHOICE.
func (c *checker) compareOption(e *syntax.Binary, o *Option) bool {
	c.nodes += 2
	x := e.X.(*syntax.Name)
	c.used(x)
	y, isName := e.Y.(*syntax.Name)
	switch {
	case !c.plain(x):
		return false
	case !isName || y.Index != nil || e.Op != "=" && e.Op != "!=":
		c.fail(e, problem(codeOptionCompare, e.At, fmt.Sprintf("`%s` is an option; it can only be compared to a choice, by `=` or `!=`", o.Name),
			choicesHint(o), c.lookup(o.Name).declared()...))
		return false
	case !slices.Contains(o.Choices, y.Name):
		return c.noChoice(y, o)
	}
	c.info.Types[e] = OptionCond
	return true
}

func (c *checker) noChoice(y *syntax.Name, o *Option) bool {
	hint := choicesHint(o)
	if near := diag.Nearest(y.Name, o.Choices); near != "" {
		hint = didYouMean(near)
	}
	c.fail(y, problem(codeNoChoice, y.Span(), fmt.Sprintf("the option `%s` has no choice `%s`", o.Name, y.Name),
		hint, c.lookup(o.Name).declared()...))
	return false
}

func choicesHint(o *Option) string {
	return fmt.Sprintf("its choices are `%s`", strings.Join(o.Choices, "`, `"))
}

// reversed reports a comparison with the option on its right.
func (c *checker) reversed(e *syntax.Binary, o *Option) bool {
	c.nodes += 2
	c.used(e.Y.(*syntax.Name))
	hint := choicesHint(o)
	if x, ok := e.X.(*syntax.Name); ok && slices.Contains(o.Choices, x.Name) {
		hint = fmt.Sprintf("write `%s %s %s`", o.Name, e.Op, x.Name)
	}
	c.fail(e, problem(codeOptionCompare, e.At, fmt.Sprintf("the option `%s` stands on the left of its choice", o.Name),
		hint, c.lookup(o.Name).declared()...))
	return false
}
