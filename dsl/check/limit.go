package check

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// The limits of LANGUAGE.md, section 10.
const (
	maxHypers     = 64
	maxOptions    = 8
	maxChoices    = 8
	maxStates     = 16
	maxVariants   = 64
	maxStatements = 512
	maxNodes      = 8192
)

// checkLimits reports what there is too much of, and tells whether it is so much
// that the variants can't be looked at.
func (c *checker) checkLimits() (tooMuch bool) {
	var hypers, options, states int
	before := len(c.diags)
	for _, item := range c.file.Items {
		switch d := item.(type) {
		case *syntax.Hyper:
			hypers++
			c.limit(codeHypers, d.Name.At, hypers, maxHypers, "hyperparameters")
		case *syntax.Option:
			options++
			c.limit(codeOptions, d.Name.At, options, maxOptions, "options")
			c.limitChoices(d)
		case *syntax.State:
			states++
			c.limit(codeStates, d.Name.At, states, maxStates, "states")
		}
	}
	if len(c.diags) == before {
		c.limitVariants()
	}
	statements := 0
	c.limitStatements(c.info.Body, &statements)
	if c.nodes > maxNodes {
		c.report(problem(codeNodes, c.file.Header, fmt.Sprintf("the expressions of this rule have %d parts; a rule has at most %d",
			c.nodes, maxNodes), "a part is a number, a use of a name, an operator, a function or an `if`"))
	}
	return statements > maxStatements || c.nodes > maxNodes
}

// limit reports the first of something that is one too many.
func (c *checker) limit(code string, at diag.Span, n, most int, what string) {
	if n == most+1 {
		c.report(problem(code, at, fmt.Sprintf("a rule has at most %d %s", most, what), ""))
	}
}

func (c *checker) limitChoices(d *syntax.Option) {
	if len(d.Choices) > maxChoices {
		c.report(problem(codeChoices, d.Choices[maxChoices].At,
			fmt.Sprintf("an option has at most %d choices", maxChoices), ""))
	}
}

// limitVariants reports the option with which there are too many variants.
func (c *checker) limitVariants() {
	n := 1
	for _, o := range c.info.Options {
		if n *= max(1, len(o.Choices)); n > maxVariants {
			c.report(problem(codeVariants, c.symbols[o.Name].at,
				fmt.Sprintf("with this option the rule has more than %d variants", maxVariants),
				"a variant is one choice of every option; leave an option out, or split the rule"))
			return
		}
	}
}

func (c *checker) limitStatements(list []syntax.Stmt, n *int) {
	for _, s := range list {
		*n++
		c.limit(codeStatements, s.Span(), *n, maxStatements, "statements")
		if b, ok := s.(*syntax.Branch); ok {
			c.limitStatements(b.Then, n)
			c.limitStatements(b.Else, n)
		}
	}
}
