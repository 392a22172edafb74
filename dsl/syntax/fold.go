package syntax

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/optc-lang/optc/dsl/diag"
)

// folder makes the tree of ast.go of a parse tree. The nodes' positions are
// indices of toks.
type folder struct {
	p    *parser
	toks []token
}

// at is the place of a token.
func (f folder) at(t lexer.Token) diag.Span { return f.toks[t.Pos.Offset].at }

// span is the text from one token up to, not including, another one.
func (f folder) span(from, to lexer.Position) diag.Span {
	return diag.Span{Start: f.toks[from.Offset].at.Start, End: f.toks[to.Offset-1].at.End}
}

// all is the text of the whole item.
func (f folder) all() diag.Span {
	return f.span(lexer.Position{}, lexer.Position{Offset: len(f.toks)})
}

// header puts an optimizer line into the file.
func (f folder) header(n *headerNode) {
	file := f.p.file
	file.Name = f.ident(n.Name)
	file.Title = f.text(n.Title)
	file.Header = f.all()
}

// item folds any item but an optimizer line.
func (f folder) item(n *itemNode) Item {
	switch {
	case n.Text != nil:
		return &Text{Kind: n.Text.Word.Value, Text: f.text(&n.Text.Text), At: f.all()}
	case n.Hyper != nil:
		return f.hyper(n.Hyper)
	case n.Option != nil:
		return f.option(n.Option)
	case n.State != nil:
		return f.state(n.State)
	}
	return f.stmt(n.Stmt)
}

func (f folder) ident(t lexer.Token) Ident { return Ident{Name: t.Value, At: f.at(t)} }

// text is what a string stands for, "" for none.
func (f folder) text(t *lexer.Token) string {
	if t == nil {
		return ""
	}
	value, _ := unquote(t.Value)
	return value
}

func (f folder) hyper(n *hyperNode) *Hyper {
	h := &Hyper{Name: f.ident(n.Name), Doc: f.text(n.Doc), At: f.all()}
	h.Default = Bound{Text: n.Default.Value, Neg: n.Minus != nil, At: f.at(n.Default)}
	if n.Minus != nil {
		h.Default.At.Start = f.at(*n.Minus).Start
	}
	h.Domain = Interval{
		Lo: f.bound(n.Lo), LoOpen: n.Open.Value == "(",
		Hi: f.bound(n.Hi), HiOpen: n.Close.Value == ")",
		At: diag.Span{Start: f.at(n.Open).Start, End: f.at(n.Close).End},
	}
	return h
}

func (f folder) bound(n *boundNode) Bound {
	return Bound{Text: n.Number.Value, Neg: n.Minus != nil, At: f.span(n.Pos, n.EndPos)}
}

func (f folder) option(n *optionNode) *Option {
	o := &Option{Name: f.ident(n.Name), Doc: f.text(n.Doc), At: f.all()}
	for _, c := range n.Choices {
		o.Choices = append(o.Choices, f.ident(c.Name))
	}
	return o
}

func (f folder) state(n *stateNode) *State {
	s := &State{Name: f.ident(n.Name), Doc: f.text(n.Doc), At: f.all()}
	if n.Init != nil {
		s.Init = f.expr(n.Init)
	}
	return s
}

func (f folder) stmt(n *stmtNode) Stmt {
	if n.Branch != nil {
		return f.branch(n.Branch)
	}
	a := n.Assign
	return &Assign{
		Name: f.ident(a.Name), Index: f.index(a.Index), Value: f.expr(a.Value),
		At: f.span(a.Pos, a.EndPos),
	}
}

func (f folder) branch(n *branchNode) *Branch {
	b := &Branch{Cond: f.expr(n.Cond), At: f.span(n.Pos, n.EndPos)}
	b.Then, b.ThenAt = f.body(n.Then)
	switch {
	case n.Else != nil:
		b.Else, b.ElseAt = f.body(n.Else)
	case n.ElseIf != nil:
		b.Else, b.ElseIf = []Stmt{f.branch(n.ElseIf)}, true
	}
	return b
}

func (f folder) body(n *bodyNode) ([]Stmt, diag.Span) {
	var stmts []Stmt
	for _, s := range n.Stmts {
		stmts = append(stmts, f.stmt(s))
	}
	return stmts, f.span(n.Pos, n.EndPos)
}
