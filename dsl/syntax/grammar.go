package syntax

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of LANGUAGE.md, section 3, over tokens in canonical spelling: one
// struct a production. The two additions are the tokens Time and Super, which
// stand for an index and a power in mathematical notation. The next token
// decides everywhere and nothing is tried twice, so a parse is linear, and the
// first token that fits nowhere is where the error is.
//
// The Offset of a participle position is the index of the token; Pos is a node's
// first token and EndPos the one after its last.

type itemNode struct {
	Header *headerNode `parser:"  @@"`
	Text   *textNode   `parser:"| @@"`
	Hyper  *hyperNode  `parser:"| @@"`
	Option *optionNode `parser:"| @@"`
	State  *stateNode  `parser:"| @@"`
	Stmt   *stmtNode   `parser:"| @@"`
}

type headerNode struct {
	Word  lexer.Token  `parser:"@'optimizer'"`
	Name  lexer.Token  `parser:"@Name"`
	Title *lexer.Token `parser:"@String?"`
}

type textNode struct {
	Word lexer.Token `parser:"@( 'paper' | 'doc' | 'version' )"`
	Text lexer.Token `parser:"@String"`
}

type hyperNode struct {
	Pos, EndPos lexer.Position

	Word    lexer.Token  `parser:"@'hyper'"`
	Name    lexer.Token  `parser:"@Name '='"`
	Minus   *lexer.Token `parser:"@'-'?"`
	Default lexer.Token  `parser:"@Number 'in'"`
	Open    lexer.Token  `parser:"@( '(' | '[' )"`
	Lo      *boundNode   `parser:"@@ ','"`
	Hi      *boundNode   `parser:"@@"`
	Close   lexer.Token  `parser:"@( ')' | ']' )"`
	Doc     *lexer.Token `parser:"@String?"`
}

type boundNode struct {
	Pos, EndPos lexer.Position

	Minus  *lexer.Token `parser:"@'-'?"`
	Number lexer.Token  `parser:"@( Number | 'inf' )"`
}

type optionNode struct {
	Word    lexer.Token   `parser:"@'option'"`
	Name    lexer.Token   `parser:"@Name '='"`
	Choices []*choiceNode `parser:"@@ '|' @@ ( '|' @@ )*"`
	Doc     *lexer.Token  `parser:"@String?"`
}

type choiceNode struct {
	Pos, EndPos lexer.Position

	Name lexer.Token `parser:"@Name"`
}

type stateNode struct {
	Word lexer.Token  `parser:"@'state'"`
	Name lexer.Token  `parser:"@Name"`
	Init *exprNode    `parser:"( '=' @@ )?"`
	Doc  *lexer.Token `parser:"@String?"`
}

type stmtNode struct {
	Branch *branchNode `parser:"  @@"`
	Assign *assignNode `parser:"| @@"`
}

type assignNode struct {
	Pos, EndPos lexer.Position

	Name  lexer.Token `parser:"@Name"`
	Index *indexNode  `parser:"@@? '='"`
	Value *exprNode   `parser:"@@"`
}

type branchNode struct {
	Pos, EndPos lexer.Position

	Word   lexer.Token `parser:"@'if'"`
	Cond   *exprNode   `parser:"@@"`
	Then   *bodyNode   `parser:"@@"`
	Else   *bodyNode   `parser:"( 'else' ( @@"`
	ElseIf *branchNode `parser:"  | @@ ) )?"`
}

type bodyNode struct {
	Pos, EndPos lexer.Position

	Open  lexer.Token `parser:"@'{'"`
	Stmts []*stmtNode `parser:"@@*"`
	Close lexer.Token `parser:"@'}'"`
}

type indexNode struct {
	Pos, EndPos lexer.Position

	Open  lexer.Token  `parser:"(  @'['"`
	Sign  *lexer.Token `parser:"   't' ( @( '+' | '-' )"`
	Steps *lexer.Token `parser:"         @Number )?"`
	Close lexer.Token  `parser:"   @']'"`
	Time  *lexer.Token `parser:" | @Time )"`
}

type exprNode struct {
	Cond *condNode `parser:"  @@"`
	Or   *orNode   `parser:"| @@"`
}

type condNode struct {
	Pos, EndPos lexer.Position

	Word lexer.Token `parser:"@'if'"`
	If   *orNode     `parser:"@@"`
	Then *exprNode   `parser:"'then' @@"`
	Else *exprNode   `parser:"'else' @@"`
}

type orNode struct {
	Pos, EndPos lexer.Position

	X    *andNode  `parser:"@@"`
	Rest []*orRest `parser:"@@*"`
}

type orRest struct {
	Pos, EndPos lexer.Position

	Op lexer.Token `parser:"@'or'"`
	Y  *andNode    `parser:"@@"`
}

type andNode struct {
	Pos, EndPos lexer.Position

	X    *notNode   `parser:"@@"`
	Rest []*andRest `parser:"@@*"`
}

type andRest struct {
	Pos, EndPos lexer.Position

	Op lexer.Token `parser:"@'and'"`
	Y  *notNode    `parser:"@@"`
}

type notNode struct {
	Pos, EndPos lexer.Position

	Op  *lexer.Token `parser:"( @'not'"`
	Not *notNode     `parser:"  @@ )"`
	X   *compareNode `parser:"| @@"`
}

type compareNode struct {
	Pos, EndPos lexer.Position

	X  *sumNode     `parser:"@@"`
	Op *lexer.Token `parser:"( @( '=' | '!=' | '<' | '<=' | '>' | '>=' )"`
	Y  *sumNode     `parser:"  @@ )?"`
}

type sumNode struct {
	Pos, EndPos lexer.Position

	X    *termNode  `parser:"@@"`
	Rest []*sumRest `parser:"@@*"`
}

type sumRest struct {
	Pos, EndPos lexer.Position

	Op lexer.Token `parser:"@( '+' | '-' )"`
	Y  *termNode   `parser:"@@"`
}

type termNode struct {
	Pos, EndPos lexer.Position

	X    *unaryNode  `parser:"@@"`
	Rest []*termRest `parser:"@@*"`
}

type termRest struct {
	Pos, EndPos lexer.Position

	Op lexer.Token `parser:"@( '*' | '/' )"`
	Y  *unaryNode  `parser:"@@"`
}

type unaryNode struct {
	Pos, EndPos lexer.Position

	Op    *lexer.Token `parser:"( @'-'"`
	Minus *unaryNode   `parser:"  @@ )"`
	X     *powerNode   `parser:"| @@"`
}

type powerNode struct {
	Pos, EndPos lexer.Position

	X     *primaryNode `parser:"@@"`
	Super *lexer.Token `parser:"( @Super"`
	Op    *lexer.Token `parser:"| @'^'"`
	Y     *unaryNode   `parser:"  @@ )?"`
}

type primaryNode struct {
	Number *lexer.Token `parser:"  @Number"`
	Ref    *refNode     `parser:"| @@"`
	Paren  *parenNode   `parser:"| @@"`
	Root   *rootNode    `parser:"| @@"`
}

type refNode struct {
	Pos, EndPos lexer.Position

	Name  lexer.Token `parser:"@Name"`
	Index *indexNode  `parser:"( @@"`
	Call  *callNode   `parser:"| @@ )?"`
}

type callNode struct {
	Open  lexer.Token `parser:"@'('"`
	Args  []*exprNode `parser:"( @@ ( ',' @@ )* )?"`
	Close lexer.Token `parser:"@')'"`
}

type parenNode struct {
	Open  lexer.Token `parser:"@'('"`
	X     *exprNode   `parser:"@@"`
	Close lexer.Token `parser:"@')'"`
}

type rootNode struct {
	Pos, EndPos lexer.Position

	Sign lexer.Token  `parser:"@'√'"`
	X    *primaryNode `parser:"@@"`
}

var itemParser = participle.MustBuild[itemNode](participle.Lexer(rawLexer), participle.UseLookahead(0))
