package syntax

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/diag"
)

// maxNesting is the greatest depth of parentheses, calls, branches, if
// expressions, unary operators and powers in one another.
const maxNesting = 64

// matchBraces takes out a } that closes nothing and closes a { that nothing
// closes, before the next declaration or at the end of the file.
func (p *parser) matchBraces() {
	open := p.unmatched()
	var out []token
	closers := 0
	closeAll := func(at diag.Pos) {
		for ; closers > 0; closers-- {
			out = append(out, token{kind: kindSymbol, text: "}", at: diag.Span{Start: at, End: at}})
		}
	}
	for i, t := range p.toks {
		switch {
		case open[i] && t.is("}"):
			p.report(fault(codeBracket, t.at, "this `}` closes nothing", "leave it out"))
			continue
		case open[i]:
			p.report(fault(codeBracket, t.at, "this `{` is never closed", "put a `}` after the last statement of the branch"))
			closers++
		case closers > 0 && t.declares():
			closeAll(t.at.Start)
		}
		out = append(out, t)
	}
	if len(out) > 0 {
		closeAll(out[len(out)-1].at.End)
	}
	p.toks = out
}

// unmatched is the set of braces without a partner, by index.
func (p *parser) unmatched() map[int]bool {
	alone := map[int]bool{}
	var stack []int
	for i, t := range p.toks {
		switch {
		case t.is("{"):
			stack = append(stack, i)
		case t.is("}") && len(stack) == 0:
			alone[i] = true
		case t.is("}"):
			stack = stack[:len(stack)-1]
		}
	}
	for _, i := range stack {
		alone[i] = true
	}
	return alone
}

// nest follows the brackets and the depth of one segment. Everything that makes
// the tree deeper counts, so that no text can make a parser or a pass recurse
// without end.
type nest struct {
	depth  int
	levels []level
}

// level is what is open between one bracket and the next.
type level struct {
	open  token
	ifs   []byte // open if expressions: 'c' in the condition, 't' then, 'e' else
	tight int    // pending - ^ √
	nots  int    // pending not
}

// checkNesting is the first error in the brackets of a segment, or nil. The
// depth is that of the branches around it.
func checkNesting(toks []token, depth int) *diag.Diagnostic {
	n := nest{depth: depth, levels: []level{{}}}
	for i, t := range toks {
		if d := n.step(toks, i); d != nil {
			return d
		}
		if n.depth > maxNesting {
			d := fault(codeTooDeep, t.at, fmt.Sprintf("this is nested more than %d deep", maxNesting),
				"give a name to a part of it")
			return &d
		}
	}
	if open := n.top().open; open.kind != kindEnd {
		d := fault(codeBracket, open.at, fmt.Sprintf("this `%s` is never closed", open.text), "")
		return &d
	}
	return nil
}

func (n *nest) top() *level { return &n.levels[len(n.levels)-1] }

// step takes one token.
func (n *nest) step(toks []token, i int) *diag.Diagnostic {
	t, top := toks[i], n.top()
	switch {
	case t.in("(", "["):
		n.levels = append(n.levels, level{open: t})
		n.depth++
	case t.in(")", "]"):
		return n.close(t, toks[0].is("hyper") || toks[0].kind == kindName && toks[1].kind == kindName)
	case t.is("if") && i > 0:
		top.ifs = append(top.ifs, 'c')
		n.depth++
	case t.in("then", "else"):
		n.arm(t)
	case t.is("√") && i+1 < len(toks) && toks[i+1].is("("):
		// The bracket counts.
	case t.in("^", "√") || t.kind == kindSuper || t.is("-") && (i == 0 || !toks[i-1].endsOperand()):
		top.tight++
		n.depth++
	case t.is("not"):
		top.nots++
		n.depth++
	case t.in("and", "or", ","):
		n.reset(true)
	case t.in("+", "-", "*", "/") || t.compares():
		n.reset(false)
	}
	return nil
}

// reset forgets the operators whose operand is complete.
func (n *nest) reset(nots bool) {
	top := n.top()
	n.depth -= top.tight
	top.tight = 0
	if nots {
		n.depth -= top.nots
		top.nots = 0
	}
}

// arm goes on to the then or the else of the innermost if that waits for it.
func (n *nest) arm(t token) {
	n.reset(true)
	top := n.top()
	for len(top.ifs) > 0 && t.is("else") && top.ifs[len(top.ifs)-1] == 'e' {
		top.ifs = top.ifs[:len(top.ifs)-1]
		n.depth--
	}
	if len(top.ifs) > 0 {
		top.ifs[len(top.ifs)-1] = t.text[0]
	}
}

// close leaves a bracket. The two ends of a domain may differ.
func (n *nest) close(t token, domain bool) *diag.Diagnostic {
	top := *n.top()
	if top.open.kind == kindEnd {
		d := fault(codeBracket, t.at, fmt.Sprintf("this `%s` closes nothing", t.text), "leave it out")
		return &d
	}
	if want := map[string]string{"(": ")", "[": "]"}[top.open.text]; t.text != want && !domain {
		d := fault(codeBracket, t.at, fmt.Sprintf("expected `%s`, found `%s`", want, t.text), "")
		d.Notes = []diag.Note{{Span: top.open.at, Message: fmt.Sprintf("to close this `%s`", top.open.text)}}
		return &d
	}
	n.depth -= 1 + len(top.ifs) + top.tight + top.nots
	n.levels = n.levels[:len(n.levels)-1]
	return nil
}
