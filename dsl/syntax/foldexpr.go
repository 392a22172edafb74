package syntax

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/optc-lang/optc/dsl/diag"
)

// maxSteps bounds the steps of an index where it is read; the greatest lag of
// the language is far below.
const maxSteps = 1_000_000

// binary makes X op Y out of the tokens from the one at from to the one before
// to.
func (f folder) binary(x, y Expr, op lexer.Token, from, to lexer.Position) Expr {
	return &Binary{Op: op.Value, X: x, Y: y, OpAt: f.at(op), At: f.span(from, to)}
}

func (f folder) expr(n *exprNode) Expr {
	if c := n.Cond; c != nil {
		return &Cond{If: f.or(c.If), Then: f.expr(c.Then), Else: f.expr(c.Else), At: f.span(c.Pos, c.EndPos)}
	}
	return f.or(n.Or)
}

func (f folder) or(n *orNode) Expr {
	x := f.and(n.X)
	for _, r := range n.Rest {
		x = f.binary(x, f.and(r.Y), r.Op, n.Pos, r.EndPos)
	}
	return x
}

func (f folder) and(n *andNode) Expr {
	x := f.not(n.X)
	for _, r := range n.Rest {
		x = f.binary(x, f.not(r.Y), r.Op, n.Pos, r.EndPos)
	}
	return x
}

func (f folder) not(n *notNode) Expr {
	if n.Op != nil {
		return &Unary{Op: "not", X: f.not(n.Not), At: f.span(n.Pos, n.EndPos)}
	}
	c := n.X
	if c.Op == nil {
		return f.sum(c.X)
	}
	return f.binary(f.sum(c.X), f.sum(c.Y), *c.Op, c.Pos, c.EndPos)
}

func (f folder) sum(n *sumNode) Expr {
	x := f.term(n.X)
	for _, r := range n.Rest {
		x = f.binary(x, f.term(r.Y), r.Op, n.Pos, r.EndPos)
	}
	return x
}

func (f folder) term(n *termNode) Expr {
	x := f.unary(n.X)
	for _, r := range n.Rest {
		x = f.binary(x, f.unary(r.Y), r.Op, n.Pos, r.EndPos)
	}
	return x
}

func (f folder) unary(n *unaryNode) Expr {
	if n.Op != nil {
		return &Unary{Op: "-", X: f.unary(n.Minus), At: f.span(n.Pos, n.EndPos)}
	}
	p := n.X
	switch {
	case p.Super != nil:
		return &Binary{
			Op: "^", X: f.primary(p.X), Y: f.super(*p.Super),
			OpAt: f.at(*p.Super), At: f.span(p.Pos, p.EndPos),
		}
	case p.Op != nil:
		return f.binary(f.primary(p.X), f.unary(p.Y), *p.Op, p.Pos, p.EndPos)
	}
	return f.primary(p.X)
}

// super is the exponent that a token ^2 or ^t stands for.
func (f folder) super(t lexer.Token) Expr {
	text := strings.TrimPrefix(t.Value, "^")
	if text == "t" {
		return &Name{Ident: Ident{Name: text, At: f.at(t)}}
	}
	return &Number{Text: text, At: f.at(t)}
}

func (f folder) primary(n *primaryNode) Expr {
	switch {
	case n.Number != nil:
		return &Number{Text: n.Number.Value, At: f.at(*n.Number)}
	case n.Ref != nil:
		return f.ref(n.Ref)
	case n.Paren != nil:
		return f.expr(n.Paren.X)
	}
	return &Call{
		Func: Ident{Name: "sqrt", At: f.at(n.Root.Sign)}, Args: []Expr{f.primary(n.Root.X)},
		At: f.span(n.Root.Pos, n.Root.EndPos),
	}
}

func (f folder) ref(n *refNode) Expr {
	if n.Call == nil {
		return &Name{Ident: f.ident(n.Name), Index: f.index(n.Index)}
	}
	call := &Call{Func: f.ident(n.Name), At: f.span(n.Pos, n.EndPos)}
	for _, a := range n.Call.Args {
		call.Args = append(call.Args, f.expr(a))
	}
	return call
}

// index is nil for none.
func (f folder) index(n *indexNode) *Index {
	if n == nil {
		return nil
	}
	at := f.span(n.Pos, n.EndPos)
	var offset string
	switch {
	case n.Time != nil:
		offset = strings.TrimSuffix(strings.TrimPrefix(n.Time.Value, "[t"), "]")
	case n.Sign != nil:
		offset = n.Sign.Value + n.Steps.Value
	}
	return &Index{Offset: f.steps(offset, at), At: at}
}

// steps reads the signed number of an index.
func (f folder) steps(text string, at diag.Span) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < -maxSteps || n > maxSteps {
		f.p.report(fault(codeBadIndex, at, fmt.Sprintf("`%s` is not a number of steps", text[1:]),
			"a time index counts whole steps: [t], [t-1], [t-2], and [t+1] for theta"))
		return 0
	}
	return n
}
