package diag

// Code is what `optc explain` tells about one kind of diagnostic.
type Code struct {
	Code    string `json:"code"`           // "E0201"
	Title   string `json:"title"`          // one line, without a full stop
	Explain string `json:"explain"`        // a paragraph
	Bad     string `json:"bad,omitempty"`  // a rule that gets this diagnostic
	Good    string `json:"good,omitempty"` // the same rule, put right
}
