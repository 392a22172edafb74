package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// miss is a place where the grammar takes none of what is there.
type miss struct {
	toks []token
	i    int             // the first token that fits nowhere, or len(toks)
	fits map[string]bool // what would fit there, by the names of probes
}

// probes are the tokens that are tried at a miss to find what would fit. The
// grammar itself answers, so that the answer is never out of date.
var probes = map[string]token{
	"name":   {kind: kindName, text: "x"},
	"t":      {kind: kindName, text: "t"},
	"number": {kind: kindNumber, text: "1"},
	"text":   {kind: kindString, text: `""`},
}

// probeSymbols are probes too; "+" stands for all operators with two operands
// that can go on with a sum, "<" for the comparisons.
var probeSymbols = []string{
	"=", "in", "(", "[", ",", ")", "]", "|", "then", "else", "{", "}", "if", "-", "+", "<", "^", "inf",
}

func init() {
	for _, s := range probeSymbols {
		probes[s] = token{kind: kindSymbol, text: s}
	}
}

// maxProbed is the number of tokens up to which the grammar is asked what would
// fit, so that many errors in long statements don't take long.
const maxProbed = 512

// missAt asks the grammar what would fit at token i.
func missAt(toks []token, i int) miss {
	m := miss{toks: toks, i: i, fits: map[string]bool{}}
	if i == 0 || i > maxProbed {
		return m
	}
	for name, t := range probes {
		_, failed := parseTokens(append(slices.Clip(toks[:i]), t))
		m.fits[name] = failed < 0 || failed > i
	}
	_, failed := parseTokens(toks[:i])
	m.fits["end"] = failed < 0
	return m
}

// found is the token that fits nowhere; of kindEnd after the last one.
func (m miss) found() token {
	if m.i == len(m.toks) {
		end := m.prev().at.End
		return token{kind: kindEnd, at: diag.Span{Start: end, End: end}}
	}
	return m.toks[m.i]
}

// prev is the token before it; of kindEnd before the first one.
func (m miss) prev() token {
	if m.i == 0 {
		return token{}
	}
	return m.toks[m.i-1]
}

// first is the token that begins the statement or declaration.
func (m miss) first() token { return m.toks[0] }

// wantsOperand tells that an expression is incomplete.
func (m miss) wantsOperand() bool { return m.fits["number"] && m.fits["("] }

// complete tells that an expression could end here, or go on with an operator.
func (m miss) complete() bool { return m.fits["+"] && !m.fits["number"] }

// fault is an error at the token found. The message ends with what was found.
func (m miss) fault(code, message, hint string) *diag.Diagnostic {
	d := fault(code, m.found().at, message+", found "+m.describe(m.found()), hint)
	return &d
}

// plain is an error at the token found, whose message says it all.
func (m miss) plain(code, message, hint string) *diag.Diagnostic {
	d := fault(code, m.found().at, message, hint)
	return &d
}

// expected is an error that says what should follow the token before.
func (m miss) expected(code, what, hint string) *diag.Diagnostic {
	message := "expected " + what
	if prev := m.prev(); prev.kind != kindEnd {
		message += " after " + quoted(prev)
	}
	return m.fault(code, message, hint)
}

// describe is a token in the user's words.
func (m miss) describe(t token) string {
	switch {
	case t.kind == kindEnd && (m.first().declares()):
		return "the end of the declaration"
	case t.kind == kindEnd:
		return "the end of the statement"
	case t.kind == kindName:
		return "the name " + quoted(t)
	case t.kind == kindNumber:
		return "the number " + quoted(t)
	case t.kind == kindString:
		return "the text " + quoted(t)
	case words[t.text]:
		return "the word " + quoted(t)
	}
	return quoted(t)
}

// maxShown is the number of letters that a message shows of a token.
const maxShown = 40

// quoted is a token in back quotes, shortened. Scripts show as they are written.
func quoted(t token) string {
	switch t.kind {
	case kindSuper:
		return "`" + asciiToSuper.Replace(strings.TrimPrefix(t.text, "^")) + "`"
	case kindTime:
		return "`" + toSub(strings.Trim(t.text, "[]")) + "`"
	}
	runes := []rune(t.text)
	if len(runes) > maxShown {
		return fmt.Sprintf("`%s…`", string(runes[:maxShown]))
	}
	return "`" + t.text + "`"
}

// wanted lists what would fit, in the user's words.
func (m miss) wanted() string {
	var list []string
	switch {
	case m.wantsOperand():
		list = append(list, "an expression")
	case m.fits["number"]:
		list = append(list, "a number")
	case m.fits["name"]:
		list = append(list, "a name")
	case m.complete():
		list = append(list, "an operator")
	}
	for _, s := range []string{"=", "in", ",", ")", "]", "|", "then", "else", "{", "}"} {
		if m.fits[s] && !m.wantsOperand() && !(s == "=" && m.complete()) {
			list = append(list, "`"+s+"`")
		}
	}
	if m.fits["text"] {
		list = append(list, `a text "…"`)
	}
	if m.fits["end"] {
		list = append(list, m.describe(token{}))
	}
	return orList(list)
}

// orList joins a list as "a, b or c".
func orList(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}
