package diag

import "encoding/json"

// The JSON form. Its field names are stable: tools read them.
type (
	jsonDiagnostic struct {
		Path     string     `json:"path,omitempty"`
		Line     int        `json:"line"`
		Col      int        `json:"col"`
		End      jsonPos    `json:"end"`
		Code     string     `json:"code"`
		Severity string     `json:"severity"`
		Message  string     `json:"message"`
		Notes    []jsonNote `json:"notes"`
		Hint     string     `json:"hint"`
	}
	jsonNote struct {
		Line    int     `json:"line"`
		Col     int     `json:"col"`
		End     jsonPos `json:"end"`
		Message string  `json:"message"`
	}
	jsonPos struct {
		Line int `json:"line"`
		Col  int `json:"col"`
	}
)

// MarshalJSON gives the finding without a path; see JSON.
func (d Diagnostic) MarshalJSON() ([]byte, error) { return json.Marshal(jsonForm("", d)) }

// JSON is an array of all findings, each with the path of its file.
func JSON(path string, ds []Diagnostic) ([]byte, error) {
	all := make([]jsonDiagnostic, len(ds))
	for i, d := range ds {
		all[i] = jsonForm(path, d)
	}
	return json.MarshalIndent(all, "", "  ")
}

func jsonForm(path string, d Diagnostic) jsonDiagnostic {
	notes := make([]jsonNote, len(d.Notes))
	for i, n := range d.Notes {
		at := n.Span.Start
		notes[i] = jsonNote{Line: at.Line, Col: at.Col, End: jsonEnd(n.Span), Message: n.Message}
	}
	at := d.Span.Start
	return jsonDiagnostic{
		Path: path, Line: at.Line, Col: at.Col, End: jsonEnd(d.Span),
		Code: d.Code, Severity: d.Severity.String(), Message: d.Message, Notes: notes, Hint: d.Hint,
	}
}

func jsonEnd(s Span) jsonPos { return jsonPos{Line: s.End.Line, Col: s.End.Col} }
