package syntax

import (
	"fmt"
	"slices"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
)

// The explanations of misses in expressions.

// needsParens: an if or a not where only an operand fits.
func needsParens(m miss) *diag.Diagnostic {
	t := m.found()
	if !m.wantsOperand() || !t.in("if", "not") {
		return nil
	}
	return m.plain(codeNeedsParens, fmt.Sprintf("%s needs parentheses after %s", quoted(t), quoted(m.prev())),
		map[string]string{
			"if":  "write (if CONDITION then A else B)",
			"not": "write (not CONDITION)",
		}[t.text])
}

// noOperand: an operator or an opening bracket without an expression after it.
func noOperand(m miss) *diag.Diagnostic {
	if !m.wantsOperand() {
		return nil
	}
	hint := ""
	switch t := m.found(); {
	case t.is("+"):
		hint = "there is no plus sign before a value"
	case t.is("|"):
		hint = "the absolute value of x is abs(x)"
	case t.kind == kindString:
		hint = "a text stands only in a declaration"
	case t.is("inf"):
		hint = "`inf` stands only in domains"
	case words[t.text]:
		hint = fmt.Sprintf("%s is a word of the language, not a name", quoted(t))
	case t.is("{") && m.prev().is("^"):
		hint = "an exponent is grouped by ( and )"
	case t.is("["):
		hint = "parts of an expression are grouped by ( and )"
	}
	return m.expected(codeNoOperand, "an expression", hint)
}

// chain: a comparison of a comparison.
func chain(m miss) *diag.Diagnostic {
	if !m.complete() || !m.found().compares() || m.fits["<"] {
		return nil
	}
	return m.plain(codeChain, fmt.Sprintf("%s compares a comparison", quoted(m.found())),
		"join two comparisons: a < b and b < c")
}

// strayWord: a then, else or in that nothing waits for.
func strayWord(m miss) *diag.Diagnostic {
	t := m.found()
	switch {
	case !m.complete() || m.fits[t.text] || !t.in("then", "else", "in") || m.fits["then"] || m.fits["else"]:
		return nil
	case t.is("in"):
		return m.plain(codeExpected, "`in` has no meaning in an expression",
			"write the two comparisons: 0 < x and x < 1")
	}
	hint := "a choice between values is `if CONDITION then A else B`"
	if m.i+1 < len(m.toks) && m.toks[m.i+1].is("{") {
		hint = "an `else` follows the `}` of its `if`"
	}
	return m.plain(codeStrayElse, fmt.Sprintf("this %s belongs to no `if`", quoted(t)), hint)
}

// noThen: an if expression without its then.
func noThen(m miss) *diag.Diagnostic {
	if !m.complete() || !m.fits["then"] || opensAny(m) {
		return nil
	}
	hint := "a choice between values is `if CONDITION then A else B`"
	if m.found().is("{") {
		hint = "braces are for branches; " + hint
	}
	return m.expected(codeNoThen, "`then`", hint)
}

// noElse: an if expression without its else.
func noElse(m miss) *diag.Diagnostic {
	if !m.complete() || !m.fits["else"] || opensAny(m) {
		return nil
	}
	d := m.fault(codeNoElse, "this `if` expression has no `else`", "a choice needs both values: `if CONDITION then A else B`")
	if open := m.innerIf(); open != nil {
		d.Notes = []diag.Note{{Span: open.at, Message: "the `if` is here"}}
	}
	return d
}

// innerIf is the last if without an else before the miss.
func (m miss) innerIf() *token {
	elses := 0
	for i := m.i - 1; i >= 0; i-- {
		switch t := m.toks[i]; {
		case t.is("else"):
			elses++
		case t.is("if") && elses == 0:
			return &m.toks[i]
		case t.is("if"):
			elses--
		}
	}
	return nil
}

// opensAny tells that what was found begins an operand, so that rather an
// operator is missing.
func opensAny(m miss) bool {
	t := m.found()
	return t.kind == kindName || t.kind == kindNumber || t.in("(", "√", "[") || t.in("^")
}

// raisedTwice: a power after a superscript.
func raisedTwice(m miss) *diag.Diagnostic {
	if t := m.found(); !m.complete() || !t.is("^") && t.kind != kindSuper {
		return nil
	}
	return m.plain(codeNeedsParens, "a power of a superscript needs parentheses", "write (x²)^3")
}

// noOperator: two operands with nothing between them.
func noOperator(m miss) *diag.Diagnostic {
	prev, t := m.prev(), m.found()
	switch {
	case !m.complete():
		return nil
	case t.kind == kindString:
		return m.plain(codeExpected, "a text has no place in a statement", "a text stands only in a declaration; a comment begins with `#`")
	case t.is("|"):
		return m.expected(codeNoOperator, m.wanted(), "the absolute value of x is abs(x)")
	case t.is("["):
		return m.expected(codeNoOperator, m.wanted(), "a time index directly follows a name: m[t-1]")
	case !opensAny(m) || prev.at.End.Line != t.at.Start.Line && !m.fits["end"]:
		return nil
	case prev.kind == kindName && slices.Contains(builtin.Names(), prev.text):
		return m.plain(codeNoOperator, fmt.Sprintf("the argument of %s needs parentheses", quoted(prev)),
			fmt.Sprintf("write `%s(%s)`", prev.text, t.text))
	}
	return m.plain(codeNoOperator, fmt.Sprintf("expected an operator between %s and %s", quoted(prev), quoted(t)),
		"a product is written with its sign: `2*x`")
}
