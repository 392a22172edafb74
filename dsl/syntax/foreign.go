package syntax

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/optc-lang/optc/dsl/diag"
)

// lookalikes maps letters that look like letters of the language to these.
var lookalikes = map[rune]string{
	'ϵ': "ε", 'є': "ε", 'µ': "μ", 'ϕ': "φ", 'ϑ': "θ", 'ϱ': "ρ", 'ς': "σ", 'ϖ': "π",
	'ϰ': "κ", 'ß': "β", 'а': "a", 'е': "e", 'о': "o", 'р': "p", 'с': "c", 'х': "x",
	'υ': "ν", 'Θ': "θ", 'Λ': "λ",
}

// foreignFix is what an operator of another language means here. A mend is the
// canonical token that takes its place, "" where nothing does, and noMend where
// the statement can't be saved.
type foreignFix struct {
	code, message, hint, mend string
}

const noMend = "\x00"

// foreigners maps spellings of other languages to what they mean here.
var foreigners = map[string]foreignFix{
	"==":  {codeEqEq, "`==` is not an operator", "write `=`, for comparisons too", "="},
	"===": {codeEqEq, "`===` is not an operator", "write `=`, for comparisons too", "="},
	"!==": {codeEqEq, "`!==` is not an operator", "write `!=`", "!="},
	"**":  {codeStarStar, "`**` is not an operator", "a power is written `^`: `x^2`", "^"},
	"&&":  {codeLogic, "`&&` is not an operator", "write `and`", "and"},
	"&":   {codeLogic, "`&` is not an operator", "write `and`", "and"},
	"||":  {codeLogic, "`||` is not an operator", "write `or`; between the choices of an option stands one `|`", "or"},
	"!":   {codeLogic, "`!` is not an operator", "write `not`", "not"},
	"~":   {codeLogic, "`~` is not an operator", "write `not`", "not"},
	"<>":  {codeForeignOp, "`<>` is not an operator", "write `!=`", "!="},
	"=>":  {codeForeignOp, "`=>` is not an operator", "write `>=`", ">="},
	"=<":  {codeForeignOp, "`=<` is not an operator", "write `<=`", "<="},
	":=":  {codeForeignOp, "`:=` is not an operator", "write `=`", "="},
	"←":   {codeForeignOp, "`←` is not an operator", "write `=`", "="},
	"×":   {codeForeignOp, "`×` is not an operator", "write `*` or `·`", "*"},
	"∗":   {codeForeignOp, "`∗` (U+2217) is not an operator", "write `*` or `·`", "*"},
	"⋅":   {codeForeignOp, "`⋅` (U+22C5) is not an operator", "write `*` or `·` (U+00B7)", "*"},
	"•":   {codeForeignOp, "`•` is not an operator", "write `*` or `·`", "*"},
	"⊙":   {codeForeignOp, "`⊙` is not an operator", "write `*`; all products are element by element", "*"},
	"÷":   {codeForeignOp, "`÷` is not an operator", "write `/`", "/"},
	"∕":   {codeForeignOp, "`∕` (U+2215) is not an operator", "write `/`", "/"},
	"–":   {codeForeignOp, "`–` (U+2013, a dash) is not an operator", "write `-` or `−` (U+2212)", "-"},
	"—":   {codeForeignOp, "`—` (U+2014, a dash) is not an operator", "write `-` or `−` (U+2212)", "-"},
	"≈":   {codeForeignOp, "`≈` is not an operator", "numbers compare exactly: `=`, or a bound as in `abs(x - y) < eps`", noMend},
	"->":  {codeForeignOp, "`->` is not an operator", "", noMend},
	"%":   {codeForeignOp, "`%` is not an operator", "there is no remainder in the language", noMend},
	"@":   {codeForeignOp, "`@` is not an operator", "there are no matrices; `*` works element by element", noMend},
	"?":   {codeTernary, "`?` is not an operator", "a choice is written `if CONDITION then A else B`", noMend},
	":":   {codeColon, "`:` has no meaning", "the statements of a branch stand in braces: `if CONDITION { … } else { … }`", noMend},
	";":   {codeSemicolon, "`;` has no meaning", "statements need no separator; leave it out", ""},
	".":   {codeUnknownChar, "`.` has no meaning here", "functions and values have plain names: `sqrt(x)`", noMend},
	"\\":  {codeUnknownChar, "`\\` has no meaning here", "a statement can go on in the next line as it is", ""},
	"∇":   {codeUnknownChar, "`∇` (U+2207) has no meaning here", "the gradient is `g`", noMend},
	"∂":   {codeUnknownChar, "`∂` (U+2202) has no meaning here", "the gradient is `g`", noMend},
	"∑":   {codeUnknownChar, "`∑` (U+2211) has no meaning here", "a sum over the elements is `sum(x)`", noMend},
	"‖":   {codeUnknownChar, "`‖` (U+2016) has no meaning here", "the norm is `norm(x)`", noMend},
	"∥":   {codeUnknownChar, "`∥` (U+2225) has no meaning here", "the norm is `norm(x)`", noMend},
}

// spellForeign deals with what is no token of the language.
func (p *parser) spellForeign(raw, text string, at diag.Span) {
	fix, known := foreigners[text]
	switch {
	case raw == "OpenString":
		p.pushBad(text, fault(codeOpenString, at, "this text has no closing `\"` on its line", ""))
	case raw == "BadString":
		p.report(fault(codeBadQuote, at, fmt.Sprintf("`%s` is not a quotation mark of the language", firstRune(text)),
			"a text stands between two `\"`"))
		p.push(kindString, `"`+quoteBody(text)+`"`, at)
	case raw == "Stray":
		p.pushBad(text, fault(codeBadScript, at, fmt.Sprintf("`%s` stands alone", text),
			"a sub- or superscript touches what it belongs to"))
	case strings.HasPrefix(text, "//") || strings.HasPrefix(text, "/*"):
		p.report(fault(codeForeignComment, at, fmt.Sprintf("`%s` does not begin a comment", text[:2]),
			"a comment begins with `#`; a quotient is written `/`"))
	case known && fix.mend == noMend:
		p.pushBad(text, fault(fix.code, at, fix.message, fix.hint))
	case known:
		p.mend(fix, at)
	case strings.HasSuffix(text, "="):
		p.pushBad(text, fault(codeCompound, at, fmt.Sprintf("`%s` is not an operator", text),
			fmt.Sprintf("write the value out: `x[t] = x[t-1] %s …`", text[:1])))
	default:
		p.spellUnknown(text, at)
	}
}

// mend reports a foreign token and goes on with what was meant.
func (p *parser) mend(fix foreignFix, at diag.Span) {
	p.report(fault(fix.code, at, fix.message, fix.hint))
	if fix.mend != "" {
		p.push(kindSymbol, fix.mend, at)
	}
}

// spellUnknown deals with a character that has no place in a rule.
func (p *parser) spellUnknown(text string, at diag.Span) {
	r := []rune(text)[0]
	if unicode.IsSpace(r) || unicode.Is(unicode.Z, r) {
		p.report(fault(codeUnknownChar, at, "a white space that is no plain space ("+codePoint(r)+")",
			"replace it by a space; it may come from a copied page"))
		return
	}
	p.pushBad(text, fault(codeUnknownChar, at,
		fmt.Sprintf("the character `%s` (%s) has no meaning here", visible(r), codePoint(r)), ""))
}

// quoteBody is the text between the wrong quotation marks, as one between the
// right ones.
func quoteBody(text string) string {
	runes := []rune(text)
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(string(runes[1 : len(runes)-1]))
}

func firstRune(text string) string { return string([]rune(text)[:1]) }
