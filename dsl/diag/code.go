package diag

// Code is what `optc explain` tells about one kind of diagnostic.
type Code struct {
	Code    string // "E0201"
	Title   string // one line, without a full stop
	Explain string // a paragraph
	Bad     string // a rule that gets this diagnostic
	Good    string // the same rule, put right
}
