package check_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// findings parses and checks a text. Warnings are for sound rules; beside errors
// they are left away.
func findings(path, text string) (*syntax.File, *check.Info, diag.List) {
	f, ds := syntax.Parse(path, text)
	info, more := check.Check(f)
	all := append(diag.List(ds), more...)
	all.Sort()
	return f, info, all.Relevant()
}

func codesOf(ds diag.List) []string {
	var codes []string
	for _, d := range ds {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func TestCodes(t *testing.T) {
	for _, c := range check.Codes {
		t.Run(c.Code, func(t *testing.T) {
			_, _, bad := findings("bad.opt", c.Bad)
			warnings := slices.DeleteFunc(codesOf(bad), func(code string) bool { return code == c.Code })
			assert.Contains(t, codesOf(bad), c.Code)
			for _, code := range warnings {
				assert.Equal(t, "W", code[:1], "%s comes with %s", c.Code, code)
			}
			_, _, good := findings("good.opt", c.Good)
			assert.Empty(t, good)
		})
	}
}

func TestCodesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range check.Codes {
		require.NotEmpty(t, c.Title, c.Code)
		require.NotEmpty(t, c.Explain, c.Code)
		assert.NotContains(t, c.Title, ".", c.Code)
		assert.False(t, seen[c.Code], c.Code)
		seen[c.Code] = true
	}
}
