package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// mendSubscripts reports the subscripts that papers' sources have, m_{t-1},
// beta_{1} and θ_t, and goes on with what was meant.
func (p *parser) mendSubscripts() {
	toks := p.toks
	p.toks, p.indexed = nil, indexedNames(toks)
	for len(toks) > 0 {
		n := p.mendSubscript(toks)
		if n == 0 {
			n = 1
			p.toks = append(p.toks, toks[0])
		}
		toks = toks[n:]
	}
}

// indexedNames are theta, g and the names that are declared as states, which may
// have a subscript there.
func indexedNames(toks []token) map[string]bool {
	names := map[string]bool{"theta": true, "g": true}
	for i, t := range toks {
		if i == 0 || !toks[i-1].is("state") {
			continue
		}
		names[t.text] = true
		for _, suffix := range []string{"_", "_t"} {
			if base, ok := namePart(t, suffix); ok {
				names[base] = true
			}
		}
	}
	return names
}

// mendSubscript mends the subscript that begins with the first of some tokens,
// and gives the number of its tokens, 0 where there is none.
func (p *parser) mendSubscript(toks []token) int {
	if base, ok := namePart(toks[0], "_"); ok {
		if inner := inBraces(toks[1:]); inner != nil {
			n := len(inner) + 3
			p.spellSubscript(base, inner, spanOf(toks[:n]), isGiven(toks, n))
			return n
		}
	}
	base, ok := namePart(toks[0], "_t")
	if !ok || toks[0].kind != kindBad { // an ASCII m_t is a name
		return 0
	}
	index := []token{{kind: kindName, text: "t"}}
	if len(toks) > 2 && touches(toks[0], toks[1]) && touches(toks[1], toks[2]) && steps(toks[1:3]) {
		index = append(index, toks[1:3]...)
	}
	n := len(index)
	p.spellSubscript(base, index, spanOf(toks[:n]), isGiven(toks, n))
	return n
}

// isGiven tells that token i gives what is before it a value.
func isGiven(toks []token, i int) bool { return i < len(toks) && toks[i].is("=") }

// namePart is the canonical name before the suffix of a name, which the suffix
// may have spoiled.
func namePart(t token, suffix string) (string, bool) {
	if t.kind != kindName && (t.kind != kindBad || t.bad.Code != codeBadName) {
		return "", false
	}
	base, ok := strings.CutSuffix(t.text, suffix)
	if !ok || words[base] {
		return "", false
	}
	return CanonicalName(base)
}

// inBraces are the tokens between two braces that can't be those of a branch:
// on one line, with something in them that gives nothing a value.
func inBraces(toks []token) []token {
	if len(toks) == 0 || !toks[0].is("{") {
		return nil
	}
	end := 1 + slices.IndexFunc(toks[1:], func(t token) bool {
		return t.in("{", "}", "=") || t.at.End.Line > toks[0].at.Start.Line
	})
	if end < 2 || !toks[end].is("}") || toks[end].at.End.Line > toks[0].at.Start.Line {
		return nil
	}
	return toks[1:end]
}

// spellSubscript reports a subscript and adds the tokens that it stands for.
func (p *parser) spellSubscript(base string, inner []token, at diag.Span, given bool) {
	declared := len(p.toks) > 0 && p.toks[len(p.toks)-1].declares()
	index := textOf(inner)
	switch {
	case isTime(inner) && declared:
		p.report(fault(codeBadIndex, at, "a name is declared without a time index", writeName(base, "")))
		p.push(kindName, base, at)
	case isTime(inner) && index == "t" && !p.indexed[base]:
		p.report(fault(codeBadIndex, at, "only states, `theta` and `g` have a time index",
			writeName(base, "")+"; what later steps read is a state"))
		p.push(kindName, base, at)
	case isTime(inner) && base == "theta":
		p.spellTheta(given || index == "t+1", at)
	case isTime(inner):
		p.report(fault(codeBadIndex, at, "a time index stands in square brackets, not after `_`", writeName(base, index)))
		p.push(kindName, base, at)
		p.push(kindTime, "["+index+"]", at)
	case len(inner) == 1 && isWhole(inner[0]):
		p.report(fault(codeBadScript, at, "the subscript of a name doesn't stand in braces", writeName(base+index, "")))
		p.push(kindName, base+index, at)
	case index == "inf":
		p.report(fault(codeBadScript, at, "the subscript of a name doesn't stand in braces", writeName(base+"_inf", "")))
		p.push(kindName, base+"_inf", at)
	default:
		hint := "a name has letters, digits and `_`"
		if !declared {
			hint += fmt.Sprintf("; a time index is written `%s[t-1]`", base)
		}
		p.push(kindName, base, at)
		p.pushBad(index, fault(codeBadScript, at, "a subscript in braces has no meaning here", hint))
	}
}

// spellTheta reports a subscript of theta. Papers call the parameter before the
// step θ_t and the one after it θ_{t+1}, or θ_{t-1} and θ_t.
func (p *parser) spellTheta(next bool, at diag.Span) {
	p.report(fault(codeBadIndex, at, "a time index stands in square brackets, not after `_`",
		"the parameter before the step is `theta`, after it `theta[t+1]`; in mathematical notation `θₜ` and `θₜ₊₁`"))
	p.push(kindName, "theta", at)
	if next {
		p.push(kindTime, "[t+1]", at)
	}
}

// writeName is the hint that shows a name, with a time index or "", in both
// notations.
func writeName(name, index string) string {
	math := MathName(name) + toSub(index)
	if index != "" {
		name += "[" + index + "]"
	}
	if math == name {
		return fmt.Sprintf("write `%s`", name)
	}
	return fmt.Sprintf("write `%s`, or `%s` in mathematical notation", name, math)
}

// isTime tells the tokens of a time index: t, t-1, t+1.
func isTime(toks []token) bool {
	return toks[0].kind == kindName && toks[0].text == "t" && (len(toks) == 1 || len(toks) == 3 && steps(toks[1:]))
}

// steps tells a sign and a whole number.
func steps(toks []token) bool { return toks[0].in("+", "-") && isWhole(toks[1]) }

func isWhole(t token) bool { return t.kind == kindNumber && strings.Trim(t.text, "0123456789") == "" }

// touches tells that nothing stands between two tokens.
func touches(a, b token) bool { return a.at.End.Offset == b.at.Start.Offset }

// textOf is the spelling of some tokens in one.
func textOf(toks []token) string {
	var b strings.Builder
	for _, t := range toks {
		b.WriteString(t.text)
	}
	return b.String()
}

func spanOf(toks []token) diag.Span {
	return diag.Span{Start: toks[0].at.Start, End: toks[len(toks)-1].at.End}
}
