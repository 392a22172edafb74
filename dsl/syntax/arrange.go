package syntax

import "github.com/optc-lang/optc/dsl/diag"

// row is one line of a formatted file, or a branch with its bodies.
type row struct {
	blank bool   // a blank line goes before it
	note  string // a comment on a line of its own, where item is nil
	item  Item
	tail  *Comment // at the end of its last line

	// Of a branch.
	head *Comment // after the {
	mid  *Comment // after the { of the else
	then []row
	els  []row // of an "else if" one row
}

// headerItem is the optimizer line as an item.
type headerItem struct{ *File }

// Span is the optimizer line.
func (h headerItem) Span() diag.Span { return h.Header }
func (h headerItem) item()           {}

// arranger hands the comments of a file out to its rows. A comment stays where
// it is: on its own line before what follows, or at the end of a line. One
// inside of an expression goes to the line before the statement.
type arranger struct{ comments []Comment }

// arrange makes the rows of a file.
func arrange(f *File) []row {
	items := f.Items
	if f.Name.Name != "" {
		items = append([]Item{headerItem{f}}, items...)
	}
	a := arranger{comments: f.Comments}
	last := diag.Pos{Offset: len(f.Text) + 1, Line: len(f.Text) + 2}
	return a.rows(items, nil, 0, last)
}

// take hands out the comments before an offset.
func (a *arranger) take(offset int) []Comment {
	n := 0
	for n < len(a.comments) && a.comments[n].At.Start.Offset < offset {
		n++
	}
	taken := a.comments[:n]
	a.comments = a.comments[n:]
	return taken
}

// takeTail hands out the comment at the end of what ends at a place, unless
// something else begins between the two, or nil.
func (a *arranger) takeTail(end diag.Pos, before int) *Comment {
	if len(a.comments) == 0 {
		return nil
	}
	at := a.comments[0].At.Start
	if at.Line != end.Line || at.Offset < end.Offset || at.Offset >= before {
		return nil
	}
	return &a.take(at.Offset + 1)[0]
}

// rows arranges items one after the other, up to a closing brace or the end of
// the file. The early comments come first; last is the source line of what is
// before the items, 0 where nothing is.
func (a *arranger) rows(items []Item, early []Comment, last int, end diag.Pos) []row {
	var rows []row
	for _, c := range early {
		rows = append(rows, row{note: c.Text})
	}
	notes := func(before int) {
		for _, c := range a.take(before) {
			rows = append(rows, row{note: c.Text, blank: apart(last, c.At.Start.Line)})
			last = c.At.Start.Line
		}
	}
	for i, it := range items {
		at := it.Span()
		notes(at.Start.Offset)
		blank := apart(last, at.Start.Line)
		for _, c := range a.take(inside(it)) {
			rows = append(rows, row{note: c.Text, blank: blank})
			blank = false
		}
		rows = append(rows, a.row(it, blank, startOf(items, i+1, end)))
		last = at.End.Line
	}
	notes(end.Offset)
	return rows
}

// apart tells whether there are blank lines between two lines.
func apart(last, next int) bool { return last > 0 && next-last > 1 }

// inside is the offset up to which comments belong to an item itself.
func inside(it Item) int {
	if b, ok := it.(*Branch); ok {
		return b.ThenAt.Start.Offset
	}
	return it.Span().End.Offset
}

// startOf is the offset at which item i begins, or at which the list ends.
func startOf(items []Item, i int, end diag.Pos) int {
	if i < len(items) {
		return items[i].Span().Start.Offset
	}
	return end.Offset
}

// row arranges one item and what is in it.
func (a *arranger) row(it Item, blank bool, before int) row {
	r := row{item: it, blank: blank}
	if b, ok := it.(*Branch); ok {
		r.head, r.then = a.body(b.Then, b.ThenAt, nil)
		a.otherwise(&r, b)
	}
	r.tail = a.takeTail(it.Span().End, before)
	return r
}

// otherwise arranges the else of a branch. Comments before its { go into it.
func (a *arranger) otherwise(r *row, b *Branch) {
	switch {
	case b.ElseIf:
		next := b.Else[0].(*Branch)
		early := a.take(next.ThenAt.Start.Offset)
		inner := row{item: next}
		inner.head, inner.then = a.body(next.Then, next.ThenAt, early)
		a.otherwise(&inner, next)
		r.els = []row{inner}
	case hasElse(b):
		early := a.take(b.ElseAt.Start.Offset)
		r.mid, r.els = a.body(b.Else, b.ElseAt, early)
	}
}

// hasElse tells a branch with an else and its braces.
func hasElse(b *Branch) bool { return b.ElseAt.End.Offset > 0 }

// body arranges what is between two braces.
func (a *arranger) body(stmts []Stmt, at diag.Span, early []Comment) (*Comment, []row) {
	items := make([]Item, len(stmts))
	for i, s := range stmts {
		items[i] = s
	}
	closing := diag.Pos{Offset: at.End.Offset - 1, Line: at.End.Line}
	head := a.takeTail(at.Start, startOf(items, 0, closing))
	last := 0
	if len(early) > 0 {
		last = at.Start.Line
	}
	return head, a.rows(items, early, last, closing)
}
