// Package syntax parses a rule's text to a syntax tree and formats a tree as
// text, in ASCII or mathematical notation.
//
// The grammar is a participle grammar over a stateful lexer; the parse tree is
// folded at once into the small tree of this file, in which every name has its
// canonical ASCII form and every operator its canonical spelling, so that the
// two notations are one language from here on.
package syntax

import "github.com/optc-lang/optc/dsl/diag"

// File is one rule.
type File struct {
	Path     string // as errors show it
	Text     string // the source, normalised to NFC; spans refer to it
	Name     Ident
	Title    string
	Items    []Item // in the order of the text
	Comments []Comment
	// Header is the span of the optimizer line.
	Header diag.Span
	// Broken holds the canonical names that declarations and statements with
	// syntax errors would have declared or given a value, and those given a value
	// in a branch whose condition has an error. None of these is in Items; a name
	// of Broken that is missing has been complained about already.
	Broken []string
}

// Comment is a # comment without its #.
type Comment struct {
	Text string
	At   diag.Span
}

// Ident is a name in canonical form, and where it stands.
type Ident struct {
	Name string
	At   diag.Span
}

// Item is a declaration or a statement: *Text, *Hyper, *Option, *State,
// *Assign or *Branch.
type Item interface {
	Span() diag.Span
	item()
}

// Stmt is an item that computes: *Assign or *Branch.
type Stmt interface {
	Item
	stmt()
}

// Text is a paper, doc or version line.
type Text struct {
	Kind string // "paper", "doc" or "version"
	Text string
	At   diag.Span
}

// Hyper declares a hyperparameter.
type Hyper struct {
	Name    Ident
	Default Bound
	Domain  Interval
	Doc     string
	At      diag.Span
}

// Interval is a domain.
type Interval struct {
	Lo, Hi         Bound
	LoOpen, HiOpen bool
	At             diag.Span
}

// Bound is a number with a sign, or an infinity.
type Bound struct {
	Text string // the number's text without its sign, or "inf"
	Neg  bool
	At   diag.Span
}

// Option declares a choice made before a run.
type Option struct {
	Name    Ident
	Choices []Ident
	Doc     string
	At      diag.Span
}

// State declares a value that lives from step to step.
type State struct {
	Name Ident
	Init Expr // nil for zero
	Doc  string
	At   diag.Span
}

// Assign gives a name, a state or theta a value.
type Assign struct {
	Name  Ident
	Index *Index // nil for a plain name
	Value Expr
	At    diag.Span
}

// Branch is an if statement.
type Branch struct {
	Cond Expr
	Then []Stmt
	Else []Stmt // an "else if" is an Else of one Branch
	At   diag.Span
	// ElseIf tells that Else is written as "else if", for the formatter.
	ElseIf bool
	// ThenAt and ElseAt are the bodies from { to }; ElseAt is zero where there
	// is no else, or where it is an "else if".
	ThenAt, ElseAt diag.Span
}

// Index is a time index: [t], [t-2], [t+1].
type Index struct {
	Offset int // 0, -2, 1
	At     diag.Span
}

// Expr is an expression: *Number, *Name, *Unary, *Binary, *Call or *Cond.
// Parentheses leave no trace.
type Expr interface {
	Span() diag.Span
	expr()
}

// Number is a number without sign.
type Number struct {
	Text string // as written
	At   diag.Span
}

// Name is a use of a hyperparameter, option, choice, state, named value or
// built-in value.
type Name struct {
	Ident
	Index *Index // nil where none is written
}

// Unary is -X or not X.
type Unary struct {
	Op string // "-" or "not"
	X  Expr
	At diag.Span
}

// Binary is X Op Y.
type Binary struct {
	Op   string // + - * / ^ = != < <= > >= and or
	X, Y Expr
	OpAt diag.Span
	At   diag.Span
}

// Call is a function applied to arguments; √(x) is a call of sqrt.
type Call struct {
	Func Ident
	Args []Expr
	At   diag.Span
}

// Cond is if C then A else B.
type Cond struct {
	If, Then, Else Expr
	At             diag.Span
}

func (n *Text) Span() diag.Span   { return n.At }
func (n *Hyper) Span() diag.Span  { return n.At }
func (n *Option) Span() diag.Span { return n.At }
func (n *State) Span() diag.Span  { return n.At }
func (n *Assign) Span() diag.Span { return n.At }
func (n *Branch) Span() diag.Span { return n.At }
func (n *Number) Span() diag.Span { return n.At }
func (n *Unary) Span() diag.Span  { return n.At }
func (n *Binary) Span() diag.Span { return n.At }
func (n *Call) Span() diag.Span   { return n.At }
func (n *Cond) Span() diag.Span   { return n.At }

// Span is the name with its index.
func (n *Name) Span() diag.Span {
	s := n.At
	if n.Index != nil {
		s.End = n.Index.At.End
	}
	return s
}

func (*Text) item()   {}
func (*Hyper) item()  {}
func (*Option) item() {}
func (*State) item()  {}
func (*Assign) item() {}
func (*Branch) item() {}
func (*Assign) stmt() {}
func (*Branch) stmt() {}
func (*Number) expr() {}
func (*Name) expr()   {}
func (*Unary) expr()  {}
func (*Binary) expr() {}
func (*Call) expr()   {}
func (*Cond) expr()   {}
