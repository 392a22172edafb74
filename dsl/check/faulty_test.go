package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// A file of testdata/faulty says beside each bad line what is found there:
//
//	m[t] = beta3*g  # ! E0201 there is no name `beta3`
//
// Each finding is "! CODE" and a part of its message; there can be several. A
// comment that begins with "#^" speaks of the line above, for lines that can't
// end with a comment.

// expectation is one finding that a file announces.
type expectation struct {
	line       int
	code, part string
}

var (
	marker  = regexp.MustCompile(`#(\^?) (! [EW]\d{4}.*)$`)
	finding = regexp.MustCompile(`^([EW]\d{4})\s*(.*)$`)
)

func expectations(t *testing.T, text string) []expectation {
	var all []expectation
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		m := marker.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		no := i + 1 - len(m[1])
		for _, part := range strings.Split(" "+m[2], " ! ")[1:] {
			f := finding.FindStringSubmatch(part)
			require.NotNil(t, f, "line %d: %q is no expectation", i+1, part)
			all = append(all, expectation{no, f[1], strings.TrimSpace(f[2])})
		}
	}
	return all
}

// meet takes out of list the finding that e announces.
func meet(list diag.List, e expectation) (diag.List, bool) {
	for i, d := range list {
		if d.Span.Start.Line == e.line && d.Code == e.code && strings.Contains(d.Message, e.part) {
			return append(append(diag.List{}, list[:i]...), list[i+1:]...), true
		}
	}
	return list, false
}

// explained are the codes that have an explanation.
func explained() map[string]bool {
	all := map[string]bool{}
	for _, c := range append(append([]diag.Code{}, syntax.Codes...), check.Codes...) {
		all[c.Code] = true
	}
	return all
}

func TestFaulty(t *testing.T) {
	paths, err := filepath.Glob("testdata/faulty/*.opt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 70)
	known := explained()
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".opt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			_, _, list := findings(path, string(text))
			expected := expectations(t, string(text))
			require.NotEmpty(t, expected, "the file announces nothing")
			for _, e := range expected {
				rest, met := meet(list, e)
				assert.True(t, met, "line %d: expected %s %q", e.line, e.code, e.part)
				list = rest
			}
			for _, e := range expected {
				assert.True(t, known[e.code], "%s has no explanation", e.code)
			}
			for _, d := range list {
				assert.Fail(t, "unexpected: "+d.String())
			}
		})
	}
}
