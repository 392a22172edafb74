package check

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/diag"
)

// warn reports what a rule has and nothing needs. It is looked for in the whole
// text: what one variant needs is needed.
func (c *checker) warn() {
	for _, h := range c.info.Hypers {
		if !c.use(h.Name).any {
			c.warning(codeUnusedHyper, c.symbols[h.Name].at, fmt.Sprintf("nothing uses the hyperparameter `%s`", h.Name), "")
		}
	}
	for _, o := range c.info.Options {
		if !c.use(o.Name).any {
			c.warning(codeUnusedOption, c.symbols[o.Name].at, fmt.Sprintf("nothing depends on the option `%s`", o.Name), "")
		}
	}
	for _, s := range c.info.States {
		c.warnState(s.Name)
	}
	for _, name := range c.valueNames()[len(c.info.States):] {
		if !c.use(name).any {
			c.warning(codeUnusedName, c.given[name][0], fmt.Sprintf("nothing uses `%s`", name), "")
		}
	}
	for _, n := range c.whole {
		c.warning(codeNotWhole, n.At, fmt.Sprintf("`%s` is not whole by its form, so that this is an inexact power", n.Text),
			"write the exponent without a point")
	}
}

// warnState reports a state that takes part in nothing, or that is none.
func (c *checker) warnState(name string) {
	at := c.symbols[name].at
	switch u := c.use(name); {
	case !u.any:
		c.warning(codeUnreadState, at, fmt.Sprintf("nothing but its own statement reads the state `%s`", name), "")
	case !u.atLag:
		c.warning(codeNoLag, at, fmt.Sprintf("no statement reads the state `%s` at a lag, so that it keeps nothing", name),
			fmt.Sprintf("leave `state %s` out and write `%s = …`", name, name))
	}
}

// use is how a name is read.
func (c *checker) use(name string) use {
	if u := c.uses[name]; u != nil {
		return *u
	}
	return use{}
}

func (c *checker) warning(code string, at diag.Span, message, hint string) {
	c.report(diag.Diagnostic{Code: code, Severity: diag.Warning, Span: at, Message: message, Hint: hint})
}
