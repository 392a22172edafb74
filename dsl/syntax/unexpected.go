package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// unexpected is the error for the token at index i, the first that fits
// nowhere. The first explanation that knows the case gives it.
func unexpected(toks []token, i int) diag.Diagnostic {
	m := missAt(toks, i)
	if i > maxProbed {
		return *m.fault(codeExpected, "this does not fit after "+quoted(m.prev()), "cut the statement into shorter ones")
	}
	for _, explain := range explanations {
		if d := explain(m); d != nil {
			return *d
		}
	}
	return *m.expected(codeExpected, m.wanted(), "")
}

// explanations in the order in which they are tried, special ones first.
var explanations = []func(miss) *diag.Diagnostic{
	noStart, nested, noBrace, noSecondIf, unknownWord, noText, noName,
	noDomain, noDefault, noChoice, plainName, oneState, badIndex, noValue,
	needsParens, noOperand, chain, strayWord, noThen, noElse, raisedTwice, noOperator,
}

// noStart: the first token begins neither a declaration nor a statement.
func noStart(m miss) *diag.Diagnostic {
	if m.i > 0 {
		return nil
	}
	t := m.found()
	switch {
	case t.is("else"):
		return m.plain(codeStrayElse, "this `else` belongs to no `if`",
			"an `else` follows the `}` of its `if`")
	case len(m.toks) > 1 && m.toks[1].is("=") && words[t.text]:
		return m.plain(codeReserved, fmt.Sprintf("%s is a word of the language and can't be given a value", quoted(t)),
			"choose another name")
	case len(m.toks) > 1 && m.toks[1].is("="):
		return m.fault(codeNoName, "expected a name before `=`", "a statement is NAME = EXPRESSION")
	}
	return m.fault(codeExpected, "expected a declaration or a statement", "a statement is NAME = EXPRESSION")
}

// nested: a declaration in the braces of a branch. Only the parse of a whole
// item can meet one there.
func nested(m miss) *diag.Diagnostic {
	if t := m.found(); !t.declares() || !m.fits["}"] {
		return nil
	}
	return m.plain(codeNested, "a declaration can't stand in a branch",
		"declare it outside the braces; every branch can use it")
}

// noBrace: the body of a branch without its {.
func noBrace(m miss) *diag.Diagnostic {
	t := m.found()
	switch {
	case !m.first().is("if") || t.is("{"):
		return nil
	case m.prev().is("else") && m.fits["{"]:
		return m.expected(codeNoBrace, "`{` or `if`", "the statements of a branch stand in braces: else { … }")
	case m.fits["{"] && m.complete() && (t.kind == kindEnd || t.in("then", "else", "}")):
		return m.fault(codeNoBrace, "expected `{` after the condition",
			"a branch is `if CONDITION { … } else { … }`; a choice between values is `x = if CONDITION then A else B`")
	}
	return nil
}

// noSecondIf: an else after the last else of a branch, or with no branch.
func noSecondIf(m miss) *diag.Diagnostic {
	if !m.found().is("else") || m.fits["else"] || m.complete() {
		return nil
	}
	return m.plain(codeStrayElse, "this `else` belongs to no `if`", "an `else` follows the `}` of its `if`, once")
}

// foreignWords begin statements in other languages.
var foreignWords = map[string]string{
	"elif": "write `else if`", "elseif": "write `else if`", "elsif": "write `else if`",
	"let": namedHint, "var": namedHint, "const": namedHint, "set": namedHint,
	"for": "there are no loops; a statement works on every element", "while": "there are no loops",
	"return": "the new parameter is given by `theta[t+1] = …`",
	"param":  "a hyperparameter is declared by `hyper`", "hyperparameter": "write `hyper`",
	"choice": "a choice is declared by `option`", "buffer": "a buffer is declared by `state`",
	"rule": "a rule begins with `optimizer`", "import": "a rule stands in one file",
}

const namedHint = "a value is named by NAME = EXPRESSION, with no word before it"

// unknownWord: a statement that begins with a name that looks like a word.
func unknownWord(m miss) *diag.Diagnostic {
	word := m.first()
	if m.i != 1 || word.kind != kindName || m.found().is("=") || m.found().kind == kindEnd {
		return nil
	}
	hint := foreignWords[word.text]
	if near := diag.Nearest(word.text, declarers); near != "" && hint == "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
	}
	if hint == "" && !m.found().in("{") && m.found().kind <= kindSymbol {
		return nil
	}
	d := fault(codeUnknownWord, word.at, fmt.Sprintf("%s begins no declaration and no statement", quoted(word)), hint)
	if hint == "" {
		d.Hint = "declarations begin with hyper, option, state, paper, doc or version; a statement is NAME = EXPRESSION"
	}
	return &d
}

// noText: a paper, doc or version without its text, or with too much.
func noText(m miss) *diag.Diagnostic {
	switch {
	case !m.first().in("paper", "doc", "version"):
		return nil
	case m.i == 1:
		return m.expected(codeNoText, `a text "…"`, "a text stands between two `\"` on one line")
	case m.found().kind == kindString:
		return m.plain(codeExpected, fmt.Sprintf("%s takes one text", quoted(m.first())),
			fmt.Sprintf("begin another line with `%s`", m.first().text))
	}
	return nil
}

// noName: a declaration without a name.
func noName(m miss) *diag.Diagnostic {
	if !m.first().declares() || !m.fits["name"] || m.wantsOperand() {
		return nil
	}
	t := m.found()
	switch {
	case words[t.text] && m.first().is("option") && m.i > 2:
		return m.plain(codeReserved, fmt.Sprintf("%s is a word of the language and can't be a choice", quoted(t)),
			"choose another name")
	case words[t.text]:
		return m.plain(codeReserved, fmt.Sprintf("%s is a word of the language and can't be declared", quoted(t)),
			"choose another name")
	case t.kind == kindString && m.first().is("optimizer"):
		return m.expected(codeNoName, "the rule's name", "the first line is: optimizer NAME \"title\"")
	case t.kind == kindString:
		return m.expected(codeNoName, "a name", "a name has no quotation marks")
	case t.kind == kindNumber:
		return m.expected(codeNoName, "a name", "a name begins with a letter")
	}
	return m.expected(codeNoName, "a name", "")
}

const domainHint = "every hyperparameter says its domain: hyper lr = 0.1 in (0, inf)"

// noDomain: a hyperparameter whose domain is missing or malformed.
func noDomain(m miss) *diag.Diagnostic {
	t := m.found()
	switch {
	case !m.first().is("hyper"):
		return nil
	case m.fits["in"] && t.in("+", "-", "*", "/", "^", "("):
		return m.expected(codeNoDomain, "`in` and the domain", "a default is one number, not an expression")
	case m.fits["in"]:
		return m.expected(codeNoDomain, "`in` and the domain", domainHint)
	case m.fits["["]:
		return m.expected(codeNoDomain, "the domain", domainHint)
	case m.fits["inf"]:
		return m.expected(codeNoDomain, "a number or `inf`", "the ends of a domain are numbers: (0, inf), [0, 1), [-1, 1]")
	case m.fits[","]:
		return m.expected(codeNoDomain, "`,` and the upper end", domainHint)
	case m.fits[")"]:
		return m.expected(codeNoDomain, "`)` or `]`", domainHint)
	}
	return nil
}

// noDefault: a hyperparameter without a default, or one that is no number.
func noDefault(m miss) *diag.Diagnostic {
	switch {
	case !m.first().is("hyper"):
		return nil
	case m.fits["="]:
		return m.expected(codeNoDefault, "`=` and the default", domainHint)
	case m.fits["number"]:
		return m.expected(codeNoDefault, "the default number", domainHint)
	case m.fits["text"]:
		return m.expected(codeExpected, `a text "…" or the end`, "a hyperparameter ends with its domain and its text")
	}
	return nil
}

const choiceHint = "an option has at least two choices: option decay = decoupled | l2"

// noChoice: an option without choices or with one.
func noChoice(m miss) *diag.Diagnostic {
	switch {
	case !m.first().is("option"):
		return nil
	case m.fits["="]:
		return m.expected(codeChoices, "`=` and the choices", choiceHint)
	case m.fits["|"] && !m.fits["end"] && m.found().in(",", "or", "/"):
		return m.expected(codeChoices, "`|` and another choice", "choices are separated by `|`")
	case m.fits["|"] && !m.fits["end"]:
		return m.expected(codeChoices, "`|` and another choice", choiceHint)
	}
	return nil
}

// plainName: a declared name that goes on with what no name has.
func plainName(m miss) *diag.Diagnostic {
	switch {
	case m.i != 2 || !m.first().in("optimizer", "state"):
		return nil
	case m.found().is("-"):
		return m.expected(codeExpected, m.wanted(), "a name has letters, digits and `_`, and no `-`")
	case m.first().is("optimizer"):
		return m.expected(codeExpected, m.wanted(), "the rule's name is one word of letters, digits and `_`; its title stands between two `\"`")
	}
	return nil
}

// oneState: a state after another in one declaration.
func oneState(m miss) *diag.Diagnostic {
	t := m.found()
	if !m.first().is("state") || !m.fits["end"] || !t.is(",") && (t.kind != kindName || m.i > 2) {
		return nil
	}
	return m.expected(codeExpected, m.wanted(), "each state has a `state` of its own, in a line of its own")
}

// badIndex: something else than t, t-1, t+1 in square brackets.
func badIndex(m miss) *diag.Diagnostic {
	const hint = "a time index is [t], [t-1], [t-2] …, or [t+1] for theta"
	open := slices.IndexFunc(m.toks[max(0, m.i-3):m.i], func(t token) bool { return t.is("[") })
	switch {
	case open < 0 || m.first().is("hyper"):
		return nil
	case m.fits["t"] && !m.fits["name"]:
		return m.expected(codeBadIndex, "`t`", hint)
	case m.fits["number"] && !m.fits["("]:
		return m.expected(codeBadIndex, "a number of steps", hint)
	case m.fits["]"]:
		return m.expected(codeBadIndex, "`]`", hint)
	}
	return nil
}

// noValue: a name without =, where a statement begins.
func noValue(m miss) *diag.Diagnostic {
	if m.first().kind != kindName || !m.fits["="] || m.complete() {
		return nil
	}
	hint := "a statement is NAME = EXPRESSION"
	if base, ok := strings.CutSuffix(m.first().text, "_t"); ok {
		hint = fmt.Sprintf("a time index stands in square brackets: `%s[t] = …`", base)
		if base == "theta" {
			hint = "the new parameter is given by `theta[t+1] = …`"
		}
	}
	return m.expected(codeNoValue, "`=` and a value", hint)
}
