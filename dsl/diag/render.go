package diag

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Render shows findings as a person reads them: where and what, the source
// line with the span underlined, then the notes, each with its own line, and
// the hint.
//
//	pnm.opt:12:30: error[E0201]: there is no name `beta3` here
//	 12 | m[t] = beta1^2*m[t-2] + (1 - beta3^2)*g
//	    |                              ^^^^^
//	 hint: did you mean `beta1`?
//
// The text must be the one that the spans refer to. Columns of the underline
// are counted in terminal cells, so that tabs, wide and combining characters
// keep it in place.
func Render(w io.Writer, path, text string, ds []Diagnostic, color bool) {
	r := renderer{path: path, source: splitLines(text), style: plain}
	if color {
		r.style = ansi
	}
	for i, d := range ds {
		if i > 0 {
			r.out.WriteByte('\n')
		}
		r.diagnostic(d)
	}
	io.WriteString(w, r.out.String()) //nolint:errcheck // as fmt.Fprint to a terminal
}

// style holds the escape sequences of each part; all are empty without color.
type style struct{ error, warning, bold, dim, note, hint, reset string }

var (
	plain style
	ansi  = style{
		error: "\x1b[1;31m", warning: "\x1b[1;33m", bold: "\x1b[1m", dim: "\x1b[34m",
		note: "\x1b[1;36m", hint: "\x1b[1;32m", reset: "\x1b[0m",
	}
)

func (s style) severity(v Severity) string {
	if v == Warning {
		return s.warning
	}
	return s.error
}

type renderer struct {
	path   string
	source []string
	style  style
	out    strings.Builder
	gutter int // digits of the greatest line number that a finding shows
}

func (r *renderer) diagnostic(d Diagnostic) {
	s, paint := r.style, r.style.severity(d.Severity)
	r.gutter = gutter(d)
	fmt.Fprintf(&r.out, "%s%s: %s%s[%s]%s%s: %s%s\n",
		s.bold, r.place(d.Span), s.reset+paint, d.Severity, d.Code, s.reset, s.bold, printable(d.Message), s.reset)
	r.excerpt(d.Span, paint)
	for _, n := range d.Notes {
		fmt.Fprintf(&r.out, " %snote%s: %s (%s)\n", s.note, s.reset, printable(n.Message), r.place(n.Span))
		r.excerpt(n.Span, s.note)
	}
	if d.Hint != "" {
		fmt.Fprintf(&r.out, " %shint%s: %s\n", s.hint, s.reset, printable(d.Hint))
	}
}

func (r *renderer) place(s Span) string {
	return fmt.Sprintf("%s:%d:%d", printable(r.path), s.Start.Line, s.Start.Col)
}

// gutter is the width that the line numbers of a finding and its notes need.
func gutter(d Diagnostic) int {
	last := max(d.Span.Start.Line, d.Span.End.Line)
	for _, n := range d.Notes {
		last = max(last, n.Span.Start.Line, n.Span.End.Line)
	}
	return max(2, len(strconv.Itoa(last)))
}

// excerpt shows a span's lines underlined: all of a short span, the first and
// the last line of a long one.
func (r *renderer) excerpt(s Span, paint string) {
	first, last := s.Start.Line, min(s.End.Line, len(r.source))
	if last > first && s.End.Col <= 1 {
		last-- // the span ends with a line's end
	}
	r.line(first, s, paint)
	if last > first+2 {
		fmt.Fprintf(&r.out, " %*s %s|%s ...\n", r.gutter, "", r.style.dim, r.style.reset)
	} else if last == first+2 {
		r.line(first+1, s, paint)
	}
	if last > first {
		r.line(last, s, paint)
	}
}

// line shows one source line and underlines what of the span lies in it.
func (r *renderer) line(no int, s Span, paint string) {
	if no < 1 || no > len(r.source) {
		return
	}
	row := r.source[no-1]
	from, to := columns(row, no, s)
	text := layout(row)
	start, end := text.cell(from), text.cell(to)
	st := r.style
	fmt.Fprintf(&r.out, " %s%*d |%s %s\n", st.dim, r.gutter, no, st.reset, text.shown)
	fmt.Fprintf(&r.out, " %s%*s |%s %s%s%s%s\n", st.dim, r.gutter, "", st.reset,
		strings.Repeat(" ", start), paint, strings.Repeat("^", max(1, end-start)), st.reset)
}
