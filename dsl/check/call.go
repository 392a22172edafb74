package check

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// call resolves a call of a function.
func (c *checker) call(e *syntax.Call) bool {
	ok := true
	for _, a := range e.Args {
		ok = c.number(a) && ok
	}
	f, found := builtin.Find(e.Func.Name)
	switch {
	case !found:
		c.fail(e, problem(codeNoFunc, e.Func.At, fmt.Sprintf("there is no function `%s`", e.Func.Name), c.funcHint(e.Func.Name)))
		return false
	case len(e.Args) != len(f.Params):
		c.fail(e, problem(codeArity, e.At, fmt.Sprintf("`%s` takes %s and is given %d", f.Name, arguments(len(f.Params)), len(e.Args)),
			fmt.Sprintf("write `%s(%s)`", f.Name, strings.Join(f.Params, ", "))))
		return false
	case c.inInit && f.Reduction:
		c.fail(e, problem(codeInit, e.At, fmt.Sprintf("`%s` is a reduction, which an initial value can't use", f.Name), initHint))
		return false
	}
	if c.inInit && f.Random {
		c.fail(e, problem(codeInit, e.At, fmt.Sprintf("`%s` draws random numbers, which an initial value can't use", f.Name), initHint))
		return false
	}
	if f.Random {
		c.info.Draws[e] = len(c.info.Draws) // expressions are resolved in the order of the text
	}
	if f.Name == "pow" {
		c.noteExponent(e.Args[1])
	}
	return ok
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// funcHint guesses what an unknown function was meant to be.
func (c *checker) funcHint(name string) string {
	if k := c.lookup(name).kind; k != kindNone && k != kindSilent {
		return fmt.Sprintf("`%s` is %s; a product is written with its sign: `%s*(…)`", name, k, name)
	}
	if hint, ok := otherFunctions[name]; ok {
		return hint
	}
	if near := diag.Nearest(name, builtin.Names()); near != "" {
		return didYouMean(near)
	}
	return fmt.Sprintf("the functions are `%s`", strings.Join(builtin.Names(), "`, `"))
}
