package syntax

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/optc-lang/optc/dsl/diag"
)

// Character classes. The letters leave out the modifier letters, of which ₜ and
// ᵗ are two.
const (
	letters  = `\p{Lu}\p{Ll}\p{Lt}\p{Lo}`
	subs     = `₀-₎ₐ-ₜᵢ-ᵪ`
	supers   = `⁰¹²³⁴-ⁿᵗᵀ`
	nameRule = `[` + letters + `_](?:_∞|[` + letters + `\p{Mn}0-9_₀-₉])*`
	// A number takes in whatever looks like a part of it, so that an error shows
	// all of 1.2.3 or 2x.
	numberRule = `(?:[0-9]|\.[0-9])(?:[eE][-+−]?[0-9]|[0-9A-Za-zͰ-Ͽ_.])*`
	// Operators of other languages; none of them can be in a sound rule.
	foreignRule = `//[^\n]*|/\*[^\n]*|===?|!==|\*\*=?|&&|\|\||<>|:=|=[<>]|->|[-+*/^%]=|;`
	symbolRule  = `!=|<=|>=|[-+*/^=<>(\[{},|√·−≤≥≠∞∈∧∨¬]`
)

// rawLexer cuts a text into tokens that tile it. It never fails: what it does
// not know is a token Unknown. Sub- and superscripts are known only where they
// touch what they belong to, which is what the state Script is for.
var rawLexer = lexer.MustStateful(lexer.Rules{
	"Root": {
		{Name: "Space", Pattern: `[\s\p{Cc}\p{Cf}]+`},
		{Name: "Comment", Pattern: `#[^\n]*`},
		{Name: "String", Pattern: `"(?:[^"\\\n]|\\[^\n])*"`},
		{Name: "OpenString", Pattern: `"[^\n]*`},
		{Name: "Number", Pattern: numberRule, Action: lexer.Push("Script")},
		{Name: "Name", Pattern: nameRule, Action: lexer.Push("Script")},
		{Name: "Close", Pattern: `[)\]]`, Action: lexer.Push("Script")},
		{Name: "BadString", Pattern: `'[^'\n]*'|[“”„][^“”\n]*[“”]`},
		{Name: "Foreign", Pattern: foreignRule},
		{Name: "Symbol", Pattern: symbolRule},
		{Name: "Stray", Pattern: `[` + subs + supers + `]+`},
		{Name: "Unknown", Pattern: `(?s:.)`},
	},
	"Script": {
		{Name: "Time", Pattern: `[` + subs + `]+`},
		{Name: "Super", Pattern: `[` + supers + `]+`},
		lexer.Return(),
	},
})

// rawKind names the token types of rawLexer.
var rawKind = lexer.SymbolsByRune(rawLexer)

// scan cuts the text into tokens in canonical spelling and takes out the
// comments.
func (p *parser) scan() {
	lex, err := rawLexer.LexString("", p.file.Text)
	if err != nil {
		panic("syntax: " + err.Error())
	}
	for tok := mustNext(lex); !tok.EOF(); {
		next := mustNext(lex)
		p.spell(rawKind[tok.Type], tok.Value, diag.Span{Start: pos(tok), End: pos(next)})
		tok = next
	}
}

// mustNext is the next raw token; rawLexer matches every text.
func mustNext(lex lexer.Lexer) lexer.Token {
	tok, err := lex.Next()
	if err != nil {
		panic("syntax: " + err.Error())
	}
	return tok
}

func pos(t lexer.Token) diag.Pos {
	return diag.Pos{Offset: t.Pos.Offset, Line: t.Pos.Line, Col: t.Pos.Column}
}
