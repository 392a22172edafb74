package fuzz

import (
	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/syntax"
)

// Reduce makes the text of a rule that fails small: as long as it finds
// something to leave out, or to put something simpler in its place, so that the
// text still is a sound rule and still fails, it does so. It tries no text that
// is no rule. A text that is none, or does not fail, comes back as it is.
func Reduce(text string, fails func(text string) bool) string {
	best, ok := formattedRule(text)
	if !ok || !fails(best) {
		return text
	}
	for improved := true; improved; {
		improved = false
		for i := 0; ; {
			next, end := edited(best, i)
			if end {
				break
			}
			if next != "" && fails(next) {
				best, improved = next, true
				continue // what was the next edit has number i now
			}
			i++
		}
	}
	return best
}

// formattedRule is the text of a rule as the formatter writes it, and whether it
// is one.
func formattedRule(text string) (string, bool) {
	rule, _ := dsl.Compile("rule.opt", text)
	if rule == nil {
		return "", false
	}
	return syntax.Format(rule.Info.File, syntax.ASCII), true
}

// edited is what the edit with a number makes of a rule's text, or "" where that
// is no rule, or none of less weight. At the end there is no edit with this
// number. Edits that take much come first.
func edited(text string, number int) (next string, end bool) {
	file, _ := syntax.Parse("rule.opt", text)
	before := weigh(file)
	edits := append(itemEdits(file), exprEdits(file)...)
	if number >= len(edits) {
		return "", true
	}
	edits[number]()
	if weigh(file) >= before {
		return "", false
	}
	next, _ = formattedRule(syntax.Format(file, syntax.ASCII))
	return next, false
}

// weigh is the weight of a rule: each part has one, and what is simpler has
// less. Every step of Reduce makes it less, so that Reduce ends.
func weigh(f *syntax.File) int {
	weight := 0
	if f.Title != "" {
		weight++
	}
	eachItem(f, func(it syntax.Item) {
		weight += 3
		switch it := it.(type) {
		case *syntax.Option:
			weight += len(it.Choices)
		case *syntax.Branch:
			weight++
		}
	})
	eachExpr(f, func(e *syntax.Expr) { weight += weighOne(*e) })
	return weight
}

// weighOne is the weight of an expression without its parts.
func weighOne(e syntax.Expr) int {
	switch e := e.(type) {
	case *syntax.Number:
		return min(len(e.Text), 4)
	case *syntax.Name:
		if e.Index != nil {
			return 6 + max(e.Index.Offset, -e.Index.Offset)
		}
		return min(4+len(e.Name), 5)
	}
	return 6
}
