package syntax

import (
	"strings"
)

// Format writes a file in one of the two notations, in the one canonical form:
// a declaration or statement a line, the columns of neighbouring hyperparameters
// and assignments aligned, comments kept, no two blank lines in a row. The file
// must have no errors. Formatting what was formatted changes nothing.
func Format(f *File, n Notation) string {
	w := writer{printer: printer{notation: n, plain: plainNames(f)}}
	w.rows(arrange(f), "")
	return w.text.String()
}

// plainNames are the names of options and choices, which are words rather than
// quantities.
func plainNames(f *File) map[string]bool {
	plain := map[string]bool{}
	for _, it := range f.Items {
		if o, ok := it.(*Option); ok {
			plain[o.Name.Name] = true
			for _, c := range o.Choices {
				plain[c.Name] = true
			}
		}
	}
	return plain
}

// writer writes rows.
type writer struct {
	printer printer
	text    strings.Builder
}

// rows writes rows at an indent.
func (w *writer) rows(rows []row, indent string) {
	columns := w.columns(rows)
	for i, r := range rows {
		if r.blank {
			w.text.WriteByte('\n')
		}
		w.text.WriteString(indent)
		if r.item == nil {
			w.text.WriteString("#" + r.note)
		} else {
			w.item(r, indent, columns[i])
		}
		w.end(r.tail)
	}
}

// end ends a line, with a comment if there is one.
func (w *writer) end(tail *Comment) {
	if tail != nil {
		w.text.WriteString("  #" + tail.Text)
	}
	w.text.WriteByte('\n')
}

// item writes an item without the end of its line.
func (w *writer) item(r row, indent string, c columns) {
	switch it := r.item.(type) {
	case headerItem:
		w.text.WriteString("optimizer " + it.Name.Name + doc(it.Title))
	case *Text:
		w.text.WriteString(it.Kind + " " + quote(it.Text))
	case *Hyper:
		w.text.WriteString(w.hyper(it, c))
	case *Option:
		w.text.WriteString(option(it))
	case *State:
		w.state(it)
	case *Assign:
		left := pad(w.printer.target(it), c.target) + " = "
		w.wrapped(left+w.printer.text(it.Value), indent)
	case *Branch:
		w.branch(r, it, indent)
	}
}

// wrapped writes a text with marks that begins after an indent.
func (w *writer) wrapped(text, indent string) {
	w.text.WriteString(wrap(text, width(indent), indent+continued))
}

func (w *writer) state(s *State) {
	text := "state " + w.printer.name(s.Name.Name)
	if s.Init != nil {
		text += " = " + w.printer.text(s.Init)
	}
	w.wrapped(text, "")
	w.text.WriteString(doc(s.Doc))
}

// bodyIndent is what the body of a branch is indented by.
const bodyIndent = "  "

// branch writes a branch, beginning after its indent.
func (w *writer) branch(r row, b *Branch, indent string) {
	w.wrapped("if "+w.printer.text(b.Cond)+" {", indent)
	w.end(r.head)
	w.rows(r.then, indent+bodyIndent)
	w.text.WriteString(indent + "}")
	switch {
	case b.ElseIf:
		w.text.WriteString(" else ")
		w.branch(r.els[0], b.Else[0].(*Branch), indent)
	case hasElse(b):
		w.text.WriteString(" else {")
		w.end(r.mid)
		w.rows(r.els, indent+bodyIndent)
		w.text.WriteString(indent + "}")
	}
}

// doc is a text after a declaration, or "" for none.
func doc(text string) string {
	if text == "" {
		return ""
	}
	return " " + quote(text)
}

// quote is a text between quotation marks.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func option(o *Option) string {
	choices := make([]string, len(o.Choices))
	for i, c := range o.Choices {
		choices[i] = c.Name
	}
	return "option " + o.Name.Name + " = " + strings.Join(choices, " | ") + doc(o.Doc)
}
