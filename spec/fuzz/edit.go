package fuzz

import (
	"slices"

	"github.com/optc-lang/optc/dsl/syntax"
)

// eachItem visits the items of a rule, those in branches too.
func eachItem(f *syntax.File, visit func(syntax.Item)) {
	f.Items = rewritten(f.Items, func(it syntax.Item) []syntax.Item {
		visit(it)
		return []syntax.Item{it}
	})
}

// rewritten puts others in the place of items, first of a branch and then of
// what it has in its arms. A branch of which nothing is left goes.
func rewritten[T syntax.Item](list []T, change func(syntax.Item) []syntax.Item) []T {
	var out []T
	for _, old := range list {
		for _, it := range change(old) {
			if b, ok := it.(*syntax.Branch); ok {
				b.Then, b.Else = rewritten(b.Then, change), rewritten(b.Else, change)
				if len(b.Then)+len(b.Else) == 0 {
					continue
				}
				unchain(b)
			}
			out = append(out, it.(T))
		}
	}
	return out
}

// unchain gives an else braces where it was "else if" and is no longer one branch.
func unchain(b *syntax.Branch) {
	if !b.ElseIf {
		return
	}
	if len(b.Else) == 1 {
		if _, ok := b.Else[0].(*syntax.Branch); ok {
			return
		}
	}
	b.ElseIf, b.ElseAt = false, b.ThenAt
}

// eachExpr visits the places of all expressions, each before its parts.
func eachExpr(f *syntax.File, visit func(*syntax.Expr)) {
	eachItem(f, func(it syntax.Item) {
		switch it := it.(type) {
		case *syntax.State:
			if it.Init != nil {
				each(&it.Init, visit)
			}
		case *syntax.Assign:
			each(&it.Value, visit)
		case *syntax.Branch:
			each(&it.Cond, visit)
		}
	})
}

func each(e *syntax.Expr, visit func(*syntax.Expr)) {
	visit(e)
	for _, part := range parts(*e) {
		each(part, visit)
	}
}

// parts are the places of an expression's operands.
func parts(e syntax.Expr) []*syntax.Expr {
	var all []*syntax.Expr
	switch e := e.(type) {
	case *syntax.Unary:
		all = append(all, &e.X)
	case *syntax.Binary:
		all = append(all, &e.X, &e.Y)
	case *syntax.Cond:
		all = append(all, &e.If, &e.Then, &e.Else)
	case *syntax.Call:
		for i := range e.Args {
			all = append(all, &e.Args[i])
		}
	}
	return all
}

// An expression that stands for any tensor, and those for any scalar.
func anyTensor() syntax.Expr           { return &syntax.Name{Ident: syntax.Ident{Name: "g"}} }
func scalarOf(text string) syntax.Expr { return &syntax.Number{Text: text} }

// itemEdits are edits that take an item away, or all of what has a name.
func itemEdits(f *syntax.File) (edits []func()) {
	without := func(gone func(syntax.Item) bool) func() {
		return func() { replaceItems(f, gone, nil) }
	}
	var items []syntax.Item
	eachItem(f, func(it syntax.Item) { items = append(items, it) })
	for _, name := range names(items) {
		edits = append(edits, nameEdits(f, name)...)
	}
	for _, it := range items {
		same := func(other syntax.Item) bool { return other == it }
		edits = append(edits, without(same))
		switch it := it.(type) {
		case *syntax.Branch:
			edits = append(edits, func() { replaceItems(f, same, it.Then) }, func() { replaceItems(f, same, it.Else) })
		case *syntax.State:
			edits = append(edits, func() { it.Init = nil })
		}
	}
	return append(edits, func() { f.Title = "" })
}

// replaceItems puts statements in the place of some items.
func replaceItems(f *syntax.File, gone func(syntax.Item) bool, by []syntax.Stmt) {
	f.Items = rewritten(f.Items, func(it syntax.Item) []syntax.Item {
		if !gone(it) {
			return []syntax.Item{it}
		}
		var all []syntax.Item
		for _, s := range by {
			all = append(all, s)
		}
		return all
	})
}

// names are the names that items give, each once: of hyperparameters, states
// and values.
func names(items []syntax.Item) []string {
	var all []string
	for _, it := range items {
		if name, ok := given(it); ok && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func given(it syntax.Item) (string, bool) {
	switch it := it.(type) {
	case *syntax.Hyper:
		return it.Name.Name, true
	case *syntax.State:
		return it.Name.Name, true
	case *syntax.Assign:
		return it.Name.Name, it.Name.Name != "theta"
	}
	return "", false
}

// nameEdits are edits that take a name away, with all that gives it, and put
// something else where it is used: its value, its default, or anything.
func nameEdits(f *syntax.File, name string) []func() {
	by := []syntax.Expr{anyTensor(), scalarOf("1")}
	eachItem(f, func(it syntax.Item) {
		switch it := it.(type) {
		case *syntax.Hyper:
			if it.Name.Name == name {
				by = append(by, scalarOf(it.Default.Text))
			}
		case *syntax.Assign:
			if it.Name.Name == name && it.Index == nil {
				by = append(by, it.Value)
			}
		}
	})
	var edits []func()
	for _, e := range by {
		edits = append(edits, func() {
			replaceItems(f, func(it syntax.Item) bool { n, ok := given(it); return ok && n == name }, nil)
			eachExpr(f, func(place *syntax.Expr) {
				if n, ok := (*place).(*syntax.Name); ok && n.Name == name {
					*place = e
				}
			})
		})
	}
	return edits
}

// exprEdits are edits that put something simpler in the place of an expression:
// a name or a number, or one of its operands.
func exprEdits(f *syntax.File) (edits []func()) {
	eachExpr(f, func(place *syntax.Expr) {
		for _, e := range simpler(*place) {
			edits = append(edits, func() { *place = e })
		}
	})
	return edits
}

func simpler(e syntax.Expr) (all []syntax.Expr) {
	if !condition(e) {
		all = append(all, anyTensor(), scalarOf("1"))
	}
	switch e := e.(type) {
	case *syntax.Number:
		all = append(all, scalarOf("0"), scalarOf("2"))
	case *syntax.Name:
		if e.Index != nil && e.Index.Offset < -1 {
			all = append(all, &syntax.Name{Ident: e.Ident, Index: &syntax.Index{Offset: -1}})
		}
	}
	for _, p := range parts(e) {
		if condition(e) || !condition(*p) {
			all = append(all, *p)
		}
	}
	return all
}

// condition tells an expression that is none but a condition.
func condition(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Unary:
		return e.Op == "not"
	case *syntax.Binary:
		return !slices.Contains([]string{"+", "-", "*", "/", "^"}, e.Op)
	}
	return false
}
