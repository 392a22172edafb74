package syntax

import (
	"errors"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// lexerType maps token kinds to the types that the grammar's token names mean.
var lexerType = map[kind]lexer.TokenType{
	kindSymbol: rawLexer.Symbols()["Symbol"],
	kindName:   rawLexer.Symbols()["Name"],
	kindNumber: rawLexer.Symbols()["Number"],
	kindString: rawLexer.Symbols()["String"],
	kindTime:   rawLexer.Symbols()["Time"],
	kindSuper:  rawLexer.Symbols()["Super"],
	kindBad:    rawLexer.Symbols()["Unknown"],
}

// tokenSource gives tokens to participle.
type tokenSource struct {
	toks []token
	next int
}

// Next is the next token, with its index for a position.
func (s *tokenSource) Next() (lexer.Token, error) {
	at := lexer.Position{Offset: s.next}
	if s.next == len(s.toks) {
		return lexer.EOFToken(at), nil
	}
	t := s.toks[s.next]
	s.next++
	return lexer.Token{Type: lexerType[t.kind], Value: t.text, Pos: at}, nil
}

// parseTokens parses the tokens of one item. Where it fails it gives the index
// of the first token that fits nowhere.
func parseTokens(toks []token) (node *itemNode, failed int) {
	lex, err := lexer.Upgrade(&tokenSource{toks: toks})
	if err == nil {
		node, err = itemParser.ParseFromLexer(lex)
	}
	if err == nil {
		return node, -1
	}
	var perr participle.Error
	if !errors.As(err, &perr) {
		panic("syntax: " + err.Error())
	}
	return nil, min(perr.Position().Offset, len(toks))
}
