// Package diag holds what the compiler says about a rule: positions, spans,
// diagnostics with notes and hints, and the renderer that shows them under the
// source line with a caret.
package diag

// Pos is a place in a source text.
type Pos struct {
	Offset int // bytes from the start, 0-based
	Line   int // 1-based
	Col    int // runes from the start of the line, 1-based
}

// Span is the text from Start up to, not including, End.
type Span struct {
	Start, End Pos
}

// Severity tells an error, which stops compilation, from a warning.
type Severity uint8

// Severities.
const (
	Error Severity = iota
	Warning
)

// Note is a second place that helps to understand a diagnostic.
type Note struct {
	Span    Span
	Message string
}

// Diagnostic is one finding about a rule.
type Diagnostic struct {
	Code     string // stable, "E0201"; see Explain
	Severity Severity
	Span     Span
	Message  string // a sentence in the user's words, without the position
	Notes    []Note
	Hint     string // what to do about it, or ""
}
