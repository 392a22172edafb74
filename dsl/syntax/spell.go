package syntax

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/optc-lang/optc/dsl/diag"
)

// Limits of tokens, in bytes.
const (
	maxName   = 64
	maxString = 1024
)

// symbolASCII maps the mathematical operators to their canonical spelling.
var symbolASCII = map[string]string{
	"·": "*", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "∞": "inf", "∈": "in",
	"∧": "and", "∨": "or", "¬": "not",
}

// spell adds a raw token to the tokens of the file in canonical spelling.
func (p *parser) spell(raw, text string, at diag.Span) {
	switch raw {
	case "Space":
	case "Comment":
		p.file.Comments = append(p.file.Comments, Comment{Text: strings.TrimRight(text[1:], " \t\r"), At: at})
	case "Symbol":
		if ascii, ok := symbolASCII[text]; ok {
			text = ascii
		}
		p.push(kindSymbol, text, at)
	case "Close":
		p.push(kindSymbol, text, at)
	case "Name":
		p.spellName(text, at)
	case "Number":
		p.spellNumber(text, at)
	case "String":
		p.spellString(text, at)
	case "Time":
		p.spellTime(text, at)
	case "Super":
		p.spellSuper(text, at)
	default:
		p.spellForeign(raw, text, at)
	}
}

// push adds a token.
func (p *parser) push(k kind, text string, at diag.Span) {
	p.toks = append(p.toks, token{kind: k, text: text, at: at})
}

// pushBad adds a token that can't be understood; its error is reported once the
// statement around it is known.
func (p *parser) pushBad(text string, d diag.Diagnostic) {
	p.toks = append(p.toks, token{kind: kindBad, text: text, at: d.Span, bad: &d})
}

func (p *parser) spellName(text string, at diag.Span) {
	if words[text] && !p.isChoice(text) {
		p.push(kindSymbol, text, at)
		return
	}
	name, ok := CanonicalName(text)
	if !ok {
		p.spellBadName(text, at)
		return
	}
	if len(name) > maxName {
		p.report(fault(codeTooLong, at, fmt.Sprintf("this name has %d letters; a name has at most %d",
			len(name), maxName), ""))
	}
	p.push(kindName, name, at)
}

// isChoice tells a word that is an option's choice where it stands: a rule may
// follow its `paper`. After =, != or | no item can begin.
func (p *parser) isChoice(text string) bool {
	if text != "paper" && text != "doc" && text != "version" || len(p.toks) == 0 {
		return false
	}
	return p.toks[len(p.toks)-1].in("=", "!=", "|")
}

// spellBadName says why a name is none, and repairs letters that only look like
// the right ones.
func (p *parser) spellBadName(text string, at diag.Span) {
	decomposed := norm.NFD.String(text)
	for _, r := range decomposed {
		if good, ok := lookalikes[r]; ok {
			p.report(fault(codeUnknownChar, at, fmt.Sprintf("`%c` (%s) is not a letter of the language", r, codePoint(r)),
				fmt.Sprintf("did you mean `%s` (%s)?", good, codePoint([]rune(good)[0]))))
			p.spell("Name", norm.NFC.String(strings.ReplaceAll(decomposed, string(r), good)), at)
			return
		}
		if strange(r) {
			p.pushBad(text, fault(codeUnknownChar, at, fmt.Sprintf("`%s` (%s) can't be a part of a name", visible(r), codePoint(r)),
				"names have Latin letters, digits and _, or are one Greek letter as in β₁, m̂ or ρ_∞"))
			return
		}
	}
	p.pushBad(text, fault(codeBadName, at, fmt.Sprintf("`%s` is not a name", text), nameHint(text)))
}

// nameHint says how a name has to look.
func nameHint(text string) string {
	if strings.HasPrefix(text, "_") {
		return "a name begins with a letter"
	}
	plain := text
	for g, name := range greek {
		plain = strings.ReplaceAll(plain, g, name)
	}
	if plain = subToASCII.Replace(plain); asciiName.MatchString(plain) {
		return fmt.Sprintf("a Greek letter stands alone, or with a mark and digits; write `%s`", plain)
	}
	return "a mark stands over a single letter, and before its digits: m̂₁"
}

// strange tells a letter or mark that no name has.
func strange(r rune) bool {
	if r < utf8.RuneSelf || strings.ContainsRune("₀₁₂₃₄₅₆₇₈₉∞", r) {
		return false
	}
	return greek[string(r)] == "" && marks[string(r)] == ""
}

// visible shows a character; a combining mark gets a circle to stand on.
func visible(r rune) string {
	if markRule.MatchString(string(r)) {
		return "◌" + string(r)
	}
	return string(r)
}

var (
	markRule   = regexp.MustCompile(`^\p{M}`)
	goodNumber = regexp.MustCompile(`^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$`)
	product    = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([\p{L}_].*)$`)
)

func (p *parser) spellNumber(text string, at diag.Span) {
	switch {
	case !goodNumber.MatchString(text):
		p.pushBad(text, fault(codeBadNumber, at, fmt.Sprintf("`%s` is not a number", text), numberHint(text)))
	case !inRange(text):
		p.pushBad(text, fault(codeNumberRange, at, fmt.Sprintf("`%s` is out of the range of binary64", text),
			"numbers other than 0 lie between 5e-324 and 1.8e308"))
	default:
		p.push(kindNumber, text, at)
	}
}

// inRange tells whether a number is one in binary64 too: not an infinity, and
// not zero for a number that is none. It bounds the exponents that come after.
func inRange(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	return f != 0 || strings.Trim(mantissa, "0.") == ""
}

// numberHint guesses what was meant.
func numberHint(text string) string {
	ascii := strings.NewReplacer("−", "-", "_", "").Replace(text)
	if goodNumber.MatchString(ascii) {
		return fmt.Sprintf("write `%s`", ascii)
	}
	if n, ok := new(big.Int).SetString(text, 0); ok {
		return fmt.Sprintf("numbers are decimal: `%s`", n)
	}
	if f := strings.TrimRight(text, "fFlLdD"); goodNumber.MatchString(f) {
		return fmt.Sprintf("numbers have no suffix: `%s`", f)
	}
	if m := product.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("a product is written with its sign: `%s*%s`", m[1], m[2])
	}
	return "numbers look like 1, 0.9, .5 or 1e-8"
}

func (p *parser) spellString(text string, at diag.Span) {
	value, bad := unquote(text)
	switch {
	case bad != "":
		p.report(fault(codeBadEscape, at, fmt.Sprintf("`%s` is not an escape", bad),
			"in a text, \\\" stands for \" and \\\\ for \\"))
	case len(value) > maxString:
		p.report(fault(codeTooLong, at, fmt.Sprintf("this text has %d bytes; a text has at most %d",
			len(value), maxString), ""))
	}
	p.push(kindString, text, at)
}

// unquote is the text that a string stands for, and its first wrong escape.
func unquote(s string) (value, bad string) {
	s = strings.TrimSuffix(s[1:], `"`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] != '"' && s[i] != '\\' && bad == "" {
				r, _ := utf8.DecodeRuneInString(s[i:])
				bad = `\` + string(r)
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), bad
}

var (
	goodTime  = regexp.MustCompile(`^ₜ(?:[₊₋][₀-₉]+)?$`)
	goodSuper = regexp.MustCompile(`^(?:[⁰¹²³⁴-⁹]+|ᵗ)$`)
)

func (p *parser) spellTime(text string, at diag.Span) {
	if goodTime.MatchString(text) {
		p.push(kindTime, "["+subToASCII.Replace(text)+"]", at)
		return
	}
	p.pushBad(text, fault(codeBadScript, at, fmt.Sprintf("the subscript `%s` has no meaning here", text),
		"a time index is written ₜ, ₜ₋₁ or ₜ₊₁; digits below the line belong to the name before it"))
}

func (p *parser) spellSuper(text string, at diag.Span) {
	if goodSuper.MatchString(text) {
		p.push(kindSuper, "^"+superToASCII.Replace(text), at)
		return
	}
	hint := fmt.Sprintf("write `^(%s)`", superToASCII.Replace(text))
	if strings.Contains(text, "ᵀ") {
		hint = "there are no matrices; ᵗ, a small t, is the power of t"
	}
	p.pushBad(text, fault(codeBadScript, at,
		fmt.Sprintf("the superscript `%s` is neither a whole number nor `ᵗ`", text), hint))
}
