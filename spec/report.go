package spec

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Status is how a clause's check ended.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Result is how an engine stands to one clause.
type Result struct {
	Clause     string        `json:"clause"`
	Group      string        `json:"group"`
	Sentence   string        `json:"sentence"`
	Status     Status        `json:"status"`
	Reason     string        `json:"reason,omitempty"`     // of a failure or a skip
	Difference *Difference   `json:"difference,omitempty"` // the first, where numbers differ
	Again      string        `json:"again,omitempty"`      // of a failure, the command that repeats it
	Took       time.Duration `json:"nanoseconds"`
}

// Report is how an engine stands to the specification.
type Report struct {
	Rule    string   `json:"rule"`
	Engine  string   `json:"engine"`
	Class   string   `json:"class"`
	Seed    uint64   `json:"seed"`
	Short   bool     `json:"short"` // the rule has more variants than were checked
	Of      int      `json:"of"`    // the number of clauses that there are
	Results []Result `json:"clauses"`
}

// Count is the number of clauses with a status.
func (r *Report) Count(s Status) int {
	n := 0
	for _, result := range r.Results {
		if result.Status == s {
			n++
		}
	}
	return n
}

// Conforms tells whether no clause failed.
func (r *Report) Conforms() bool { return r.Count(Failed) == 0 }

// Verdict is "conforms", "does not conform", or where all clauses were skipped
// "was held to nothing".
func (r *Report) Verdict() string {
	switch {
	case !r.Conforms():
		return "does not conform"
	case r.Count(Passed) == 0:
		return "was held to nothing"
	}
	return "conforms"
}

// Badge is one line for a page: "optc: pnm (plugin) conforms, 41 of 41 clauses,
// 2 skipped"; it says where not all was asked for.
func (r *Report) Badge() string {
	text := fmt.Sprintf("optc: %s (%s) %s, %d of %d clauses, %d skipped", r.Rule, r.Engine, r.Verdict(),
		r.Count(Passed), r.Count(Passed)+r.Count(Failed), r.Count(Skipped))
	if len(r.Results) < r.Of {
		text += fmt.Sprintf("; %d of all %d were asked", len(r.Results), r.Of)
	}
	if r.Short {
		text += "; of one variant"
	}
	return text
}

// WriteJSON writes the report as JSON, with the verdict and the counts.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Verdict string `json:"verdict"`
		Passed  int    `json:"passed"`
		Failed  int    `json:"failed"`
		Skipped int    `json:"skipped"`
		*Report
	}{r.Verdict(), r.Count(Passed), r.Count(Failed), r.Count(Skipped), r})
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Seconds string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as JUnit XML, a test case for each clause.
func (r *Report) WriteJUnit(w io.Writer) error {
	suite := junitSuite{Name: r.Rule + "/" + r.Engine, Tests: len(r.Results), Failures: r.Count(Failed), Skipped: r.Count(Skipped)}
	for _, result := range r.Results {
		c := junitCase{Class: "optc." + r.Rule + "." + r.Engine, Name: result.Clause, Seconds: fmt.Sprintf("%.3f", result.Took.Seconds())}
		switch result.Status {
		case Failed:
			c.Failure = &junitMessage{plain(result.Reason), plain(result.Sentence + "\n" + result.Again)}
		case Skipped:
			c.Skipped = &junitMessage{plain(result.Reason), ""}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// plain takes control characters out of a text, which XML can't have.
func plain(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, text)
}
