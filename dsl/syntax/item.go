package syntax

import (
	"fmt"
	"slices"

	"github.com/optc-lang/optc/dsl/diag"
)

// parseItem parses the tokens of one item. Its segments are parsed one by one
// first, so that each of them shows its own error; the broken ones are taken
// out, and what is left is the item. It gives the tokens that the tree refers
// to, and no tree where nothing is left.
func (p *parser) parseItem(toks []token) (*itemNode, []token) {
	if d := checkBranches(toks); d != nil {
		p.spoil(*d, toks)
		return nil, nil
	}
	if toks = p.mendSegments(toks); len(toks) == 0 {
		return nil, nil
	}
	node, failed := parseTokens(toks)
	if failed >= 0 {
		p.spoil(unexpected(toks, failed), toks)
		return nil, nil
	}
	return node, toks
}

// checkBranches is an error where branches are too deep in one another. An
// "else if" is in the branch that it goes on with.
func checkBranches(toks []token) *diag.Diagnostic {
	starts, chains, depth := findStarts(toks), []int{0}, 0
	for i, t := range toks {
		top := len(chains) - 1
		switch {
		case t.is("{"):
			chains = append(chains, 0)
			depth++
		case t.is("}") && top > 0:
			depth -= 1 + chains[top]
			chains = chains[:top]
		case isElseIf(toks, i):
			chains[top]++
			depth++
		case starts[i]:
			depth -= chains[top]
			chains[top] = 0
		}
		if depth > maxNesting {
			d := fault(codeTooDeep, t.at, fmt.Sprintf("branches are nested more than %d deep here", maxNesting),
				"an `else if` counts too; join conditions with `and` and `or`")
			return &d
		}
	}
	return nil
}

// mendSegments reports the broken segments of an item and takes them out. The
// condition of a broken head becomes the placeholder.
func (p *parser) mendSegments(toks []token) []token {
	var out []token
	next, depth := 0, 0
	for _, s := range segments(toks) {
		between, part := toks[next:s.start], toks[s.start:s.end]
		next = s.end
		out = append(out, between...)
		for _, t := range between {
			depth += braceStep(t)
		}
		if d := checkSegment(part, s.head, depth); d == nil {
			out = append(out, part...)
			continue
		} else {
			p.spoil(*d, part)
		}
		if s.head {
			hole := token{kind: kindName, text: placeholder, at: part[len(part)-1].at}
			out = append(out, part[0], hole)
		}
	}
	return append(out, toks[next:]...)
}

// spoil reports the error of tokens and notes what they would have declared.
// The else of a branch whose body was not found is no error of its own.
func (p *parser) spoil(d diag.Diagnostic, toks []token) {
	branch := toks[0].is("if")
	orphan := d.Code == codeStrayElse && p.lostIf && !branch
	if !orphan {
		p.report(d)
	}
	if branch || orphan {
		last := toks[len(toks)-1]
		p.lostIf = branch && !last.is("}") && !slices.ContainsFunc(toks, func(t token) bool { return t.is("else") })
	}
	p.breakNames(toks)
}

// checkSegment is the first error in a segment, or nil.
func checkSegment(part []token, head bool, depth int) *diag.Diagnostic {
	if i := slices.IndexFunc(part, func(t token) bool { return t.bad != nil }); i >= 0 {
		return part[i].bad
	}
	if d := checkNesting(part, depth); d != nil {
		return d
	}
	if head {
		end := diag.Span{Start: part[len(part)-1].at.End, End: part[len(part)-1].at.End}
		part = append(slices.Clip(part), token{kind: kindSymbol, text: "{", at: end},
			token{kind: kindSymbol, text: "}", at: end})
	}
	if _, failed := parseTokens(part); failed >= 0 {
		d := unexpected(part, failed)
		return &d
	}
	return nil
}

// breakNames notes the names that tokens with an error would have declared or
// given a value: those that begin a statement or follow a declaring word, which
// may be misspelled.
func (p *parser) breakNames(toks []token) {
	starts := findStarts(toks)
	for i, t := range toks {
		after := i > 0 && (toks[i-1].in("hyper", "option", "state") || starts[i-1] && toks[i-1].kind == kindName)
		if t.kind == kindName && (starts[i] || after) && t.text != placeholder {
			p.breakName(t.text)
		}
	}
}

func (p *parser) breakName(name string) {
	if !slices.Contains(p.file.Broken, name) {
		p.file.Broken = append(p.file.Broken, name)
	}
}

// prune takes the branches out of an item whose condition has an error; what
// they give values to is broken. The result is nil where nothing is left.
func (p *parser) prune(item Item) Item {
	b, ok := item.(*Branch)
	if !ok {
		return item
	}
	b.Then, b.Else = p.pruneAll(b.Then), p.pruneAll(b.Else)
	if len(b.Else) == 0 {
		b.ElseIf = false
	}
	if name, ok := b.Cond.(*Name); ok && name.Name == placeholder {
		p.breakAll([]Stmt{b})
		return nil
	}
	return b
}

func (p *parser) pruneAll(list []Stmt) []Stmt {
	var kept []Stmt
	for _, s := range list {
		if left, ok := p.prune(s).(Stmt); ok {
			kept = append(kept, left)
		}
	}
	return kept
}

// breakAll notes the names that statements give a value.
func (p *parser) breakAll(list []Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *Assign:
			p.breakName(s.Name.Name)
		case *Branch:
			p.breakAll(s.Then)
			p.breakAll(s.Else)
		}
	}
}
