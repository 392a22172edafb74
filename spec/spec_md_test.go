package spec_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/spec"
)

var update = flag.Bool("update", false, "write the clauses into SPEC.md")

// marker stands in SPEC.md before the clauses.
const marker = "<!-- the clauses; go test ./spec -run TestSpecificationIsWritten -update writes them -->\n"

func TestSpecificationIsWritten(t *testing.T) {
	text, err := os.ReadFile("SPEC.md")
	require.NoError(t, err)
	head, clauses, found := strings.Cut(string(text), marker)
	require.True(t, found, "SPEC.md has lost its marker")
	if *update {
		require.NoError(t, os.WriteFile("SPEC.md", []byte(head+marker+written()), 0o644))
		return
	}
	assert.Equal(t, written(), clauses)
}

func written() string {
	var b strings.Builder
	group := ""
	for _, c := range spec.Clauses() {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n### %s\n\n", strings.ToUpper(group[:1])+group[1:])
		}
		fmt.Fprintf(&b, "- **%s**: %s\n", c.ID, c.Sentence)
	}
	return b.String()
}

// TestClausesAreNumbered: ids are the key of reports, and differ.
func TestClausesAreNumbered(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range spec.Clauses() {
		assert.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
		assert.Regexp(t, `^[a-z]+-[1-9][0-9]*$`, c.ID)
		assert.True(t, strings.HasSuffix(c.Sentence, "."), c.ID)
	}
}
