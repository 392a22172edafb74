package syntax

import (
	"fmt"
	"slices"
	"strings"

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
		part, d := p.mendProducts(part, s.head, depth)
		if d == nil {
			out = append(out, part...)
			continue
		}
		p.spoil(*d, part)
		if s.head {
			hole := token{kind: kindName, text: placeholder, at: part[len(part)-1].at}
			out = append(out, part[0], hole)
		}
	}
	return append(out, toks[next:]...)
}

// spoil reports the error of tokens and notes what they would have declared.
// The else of a branch whose body was not found is no error of its own, nor is
// what goes on after braces that have no place in a statement.
func (p *parser) spoil(d diag.Diagnostic, toks []token) {
	branch := toks[0].is("if")
	orphan := d.Code == codeStrayElse && p.lostIf && !branch
	rest := d.Code == codeExpected && p.lostEnd && toks[0].kind == kindSymbol
	if !orphan && !rest {
		p.report(d)
	}
	p.lostEnd = !branch && toks[len(toks)-1].is("}")
	if branch || orphan {
		last := toks[len(toks)-1]
		p.lostIf = branch && !last.is("}") && !slices.ContainsFunc(toks, func(t token) bool { return t.is("else") })
	}
	p.breakNames(toks)
}

// mendProducts reports the products of a segment that are written without their
// sign, as 2 x, and puts it in. It gives the first other error too, or nil.
func (p *parser) mendProducts(part []token, head bool, depth int) ([]token, *diag.Diagnostic) {
	for {
		d := checkSegment(part, head, depth)
		i := productAt(part, d)
		if i < 0 || p.full() {
			return part, d
		}
		p.report(*d)
		at := diag.Span{Start: d.Span.Start, End: d.Span.Start}
		part = slices.Insert(slices.Clone(part), i, token{kind: kindSymbol, text: "*", at: at})
	}
}

// productAt is the index of the name at which an error finds no operator after
// a number, or -1.
func productAt(part []token, d *diag.Diagnostic) int {
	if d == nil || d.Code != codeNoOperator {
		return -1
	}
	i := slices.IndexFunc(part, func(t token) bool { return t.at == d.Span })
	if i < 1 || part[i-1].kind != kindNumber || part[i].kind != kindName || waitsForThen(part[:i]) {
		return -1
	}
	return i
}

// waitsForThen tells that a then may be missing at the end of some tokens.
func waitsForThen(toks []token) bool {
	return slices.ContainsFunc(toks, func(t token) bool { return t.is("if") })
}

// checkSegment is the first error in a segment, or nil.
func checkSegment(part []token, head bool, depth int) *diag.Diagnostic {
	bad := slices.IndexFunc(part, func(t token) bool { return t.bad != nil })
	nesting := checkNesting(part, depth)
	switch {
	case bad >= 0 && (nesting != nil || !failsBefore(part, bad)):
		return part[bad].bad
	case nesting != nil:
		return nesting
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

// failsBefore tells that the grammar takes not even what is before token i.
func failsBefore(toks []token, i int) bool {
	_, failed := parseTokens(toks)
	return failed >= 0 && failed < i
}

// breakNames notes the names that tokens with an error would have declared or
// given a value: those that begin a statement or follow a declaring word, which
// may be misspelled, the others of their list too. A name m_t may be meant to be
// that of m.
func (p *parser) breakNames(toks []token) {
	starts := findStarts(toks)
	last := 0 // the last declared name, or what begins it all
	for i, t := range toks {
		if t.kind != kindName || t.text == placeholder {
			continue
		}
		after := i > 0 && (toks[i-1].in("hyper", "option", "state") || starts[i-1] && toks[i-1].kind == kindName)
		listed := i > 1 && (i == last+1 || i == last+2 && toks[i-1].is(","))
		if after || listed {
			last = i
		}
		if starts[i] || after || listed {
			p.breakName(t.text)
			p.breakName(strings.TrimSuffix(t.text, "_t"))
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
