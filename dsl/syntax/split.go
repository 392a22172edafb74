package syntax

import "strings"

// splitter finds where statements and declarations begin. Line ends mean
// nothing in the language, so it looks at the tokens: a name and its = after a
// complete expression begin a statement. After an incomplete one they do so
// only where a line begins, so that a line left unfinished takes nothing from
// the next one.
type splitter struct {
	toks   []token
	depth  int // open parentheses of the statement
	conds  int // its ifs without their then
	starts []bool
}

// findStarts marks the tokens that begin a declaration or a statement.
func findStarts(toks []token) []bool {
	s := splitter{toks: toks, starts: make([]bool, len(toks))}
	for i, t := range toks {
		if s.begins(i) {
			s.starts[i] = true
			s.depth, s.conds = 0, 0
		}
		s.count(t)
	}
	return s.starts
}

// count keeps track of what is open.
func (s *splitter) count(t token) {
	switch {
	case t.in("(", "["):
		s.depth++
	case t.in(")", "]"):
		s.depth = max(0, s.depth-1)
	case t.is("if"):
		s.conds++
	case t.is("then"):
		s.conds = max(0, s.conds-1)
	case t.in("{", "}"):
		s.depth, s.conds = 0, 0
	}
}

// begins tells whether token i begins a declaration or a statement.
func (s *splitter) begins(i int) bool {
	t := s.toks[i]
	if t.in("{", "}", "else") {
		return false
	}
	if i == 0 || s.toks[i-1].in("{", "}") {
		return true
	}
	prev := s.toks[i-1]
	newLine := prev.at.End.Line < t.at.Start.Line
	switch {
	case newLine && strays(s.toks, i):
		return true
	case t.declares():
		return (newLine || prev.endsOperand()) && !s.wordBefore(i)
	case t.is("if"):
		return prev.endsOperand() || isElseIf(s.toks, i)
	case !assigns(s.toks, i) || s.wordBefore(i):
		return false
	}
	return prev.endsOperand() || newLine && s.depth == 0 && s.conds == 0 && (!prev.declares() || !s.toks[i+1].is("="))
}

// strays tells a token at the beginning of a line that can't go on with what is
// before it: a name or a number after a complete expression, or a word that is
// given a value.
func strays(toks []token, i int) bool {
	switch t := toks[i]; t.kind {
	case kindName, kindNumber:
		return toks[i-1].endsOperand()
	case kindSymbol:
		return words[t.text] && i+1 < len(toks) && toks[i+1].is("=")
	}
	return false
}

// wordBefore tells that token i follows a name that begins its statement, which
// may be a misspelled "hyper".
func (s *splitter) wordBefore(i int) bool {
	return s.starts[i-1] && s.toks[i-1].kind == kindName && s.toks[i-1].at.End.Line == s.toks[i].at.Start.Line
}

// isElseIf tells an if that goes on with a branch.
func isElseIf(toks []token, i int) bool {
	return i >= 2 && toks[i].is("if") && toks[i-1].is("else") && toks[i-2].is("}")
}

// assigns tells a name that is given a value: name [ index ] "=".
func assigns(toks []token, i int) bool {
	if toks[i].kind != kindName {
		return false
	}
	i++
	if i < len(toks) && toks[i].is("[") {
		for end := min(i+6, len(toks)-1); i < end && !toks[i].is("]"); {
			i++
		}
		i++
	} else if i < len(toks) && toks[i].kind == kindTime {
		i++
	}
	return i < len(toks) && (toks[i].is("=") || toks[i].kind == kindBad && strings.HasSuffix(toks[i].text, "="))
}

// splitItems cuts the tokens of a file into those of its items. The braces are
// balanced.
func splitItems(toks []token) [][]token {
	var items [][]token
	starts, depth, from := findStarts(toks), 0, 0
	for i, t := range toks {
		if i > from && depth == 0 && starts[i] && !isElseIf(toks, i) {
			items = append(items, toks[from:i])
			from = i
		}
		depth += braceStep(t)
	}
	if from < len(toks) {
		items = append(items, toks[from:])
	}
	return items
}

func braceStep(t token) int {
	switch {
	case t.is("{"):
		return 1
	case t.is("}"):
		return -1
	}
	return 0
}

// segment is the part of an item that one error spoils: a declaration, an
// assignment, or the head of a branch up to its brace.
type segment struct {
	start, end int
	head       bool // of a branch, with its { at end
}

// segments lists the segments of an item; the tokens between them are braces
// and else.
func segments(toks []token) []segment {
	var list []segment
	starts := findStarts(toks)
	for i := 0; i < len(toks); i++ {
		if !starts[i] {
			continue
		}
		seg := segment{start: i, end: headEnd(toks, starts, i)}
		seg.head = toks[i].is("if") && seg.end < len(toks) && toks[seg.end].is("{")
		if !seg.head {
			seg.end = leafEnd(toks, starts, i)
		}
		list = append(list, seg)
		i = seg.end - 1
	}
	return list
}

// headEnd is the end of a branch's head.
func headEnd(toks []token, starts []bool, i int) int {
	for i++; i < len(toks) && !starts[i] && braceStep(toks[i]) == 0; {
		i++
	}
	return i
}

// leafEnd is the end of a declaration or an assignment; braces that have no
// place in it are taken in whole.
func leafEnd(toks []token, starts []bool, i int) int {
	depth := 0
	for i++; i < len(toks); i++ {
		step := braceStep(toks[i])
		if depth == 0 && (step < 0 || starts[i] && !isElseIf(toks, i)) {
			break
		}
		depth += step
	}
	return i
}
