package syntax

import "github.com/optc-lang/optc/dsl/diag"

// kind is the class of a token.
type kind uint8

// Kinds. A symbol is an operator, a bracket or a reserved word.
const (
	kindEnd kind = iota
	kindSymbol
	kindName
	kindNumber
	kindString
	kindTime  // ₜ₋₁, spelled "[t-1]"
	kindSuper // ² or ᵗ, spelled "^2" and "^t"
	kindBad   // carries its own error
)

// token is a token in canonical spelling, so that nothing after the lexer knows
// which notation a rule is written in.
type token struct {
	kind kind
	text string
	at   diag.Span
	bad  *diag.Diagnostic // what is wrong with a kindBad
}

// is tells a symbol by its spelling.
func (t token) is(text string) bool { return t.kind == kindSymbol && t.text == text }

// in tells a symbol out of some.
func (t token) in(texts ...string) bool {
	for _, s := range texts {
		if t.is(s) {
			return true
		}
	}
	return false
}

// declarers are the words that begin a declaration.
var declarers = []string{"optimizer", "paper", "doc", "version", "hyper", "option", "state"}

// declares tells a word that begins a declaration.
func (t token) declares() bool { return t.in(declarers...) }

// endsOperand tells a token after which an expression can be complete. After
// anything else a name goes on with the expression.
func (t token) endsOperand() bool {
	return t.kind > kindSymbol || t.in(")", "]", "inf")
}

// compares tells a comparison.
func (t token) compares() bool { return t.in("=", "!=", "<", "<=", ">", ">=") }

// words are the reserved words that the lexer knows.
var words = map[string]bool{
	"optimizer": true, "paper": true, "doc": true, "version": true, "hyper": true,
	"option": true, "state": true, "if": true, "then": true, "else": true,
	"and": true, "or": true, "not": true, "in": true, "inf": true,
}

// placeholder is the name that stands for a condition with an error, so that the
// statements of its branch are still parsed.
const placeholder = "?"
