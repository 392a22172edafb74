package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// List is the findings about one rule. As an error it reads one finding a line.
type List []Diagnostic

// HasErrors reports whether any finding stops compilation.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort orders the findings by their place in the text; those of one place keep
// their order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset),
			cmp.Compare(a.Severity, b.Severity),
		)
	})
}

// Relevant is the list without its warnings where it has errors: what is left
// out of a faulty rule can look unused.
func (l List) Relevant() List {
	if !l.HasErrors() {
		return l
	}
	return slices.DeleteFunc(slices.Clone(l), func(d Diagnostic) bool { return d.Severity != Error })
}

// Error lists the findings, one a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// Err is the list where it has errors, else nil.
func (l List) Err() error {
	if l.HasErrors() {
		return l
	}
	return nil
}

// String is the finding on one line: 12:20: error[E0201]: there is no name ...
func (d Diagnostic) String() string {
	return fmt.Sprintf("%d:%d: %s[%s]: %s", d.Span.Start.Line, d.Span.Start.Col, d.Severity, d.Code, d.Message)
}

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}
