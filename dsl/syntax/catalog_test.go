package syntax_test

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// codesOf lists the codes of some findings.
func codesOf(ds []diag.Diagnostic) []string {
	var codes []string
	for _, d := range ds {
		codes = append(codes, d.Code)
	}
	return codes
}

func TestEveryCodeShowsItself(t *testing.T) {
	for _, c := range syntax.Codes {
		t.Run(c.Code, func(t *testing.T) {
			if c.Code == "E0101" {
				assert.Empty(t, c.Bad, "a rule of 64 KiB is too long to show")
				return
			}
			_, ds := syntax.Parse("bad.opt", c.Bad)
			assert.Equal(t, []string{c.Code}, slices.Compact(codesOf(ds)), "%v", ds)
			_, ds = syntax.Parse("good.opt", c.Good)
			assert.Empty(t, ds)
		})
	}
}

func TestCodesAreOrderlyAndWritten(t *testing.T) {
	require.True(t, slices.IsSortedFunc(syntax.Codes, func(a, b diag.Code) int { return strings.Compare(a.Code, b.Code) }))
	for i, c := range syntax.Codes {
		assert.Regexp(t, `^E01\d\d$`, c.Code)
		assert.NotEmpty(t, c.Title)
		assert.NotContains(t, c.Title, ".", c.Code)
		assert.Greater(t, len(c.Explain), 40, c.Code)
		assert.True(t, i == 0 || syntax.Codes[i-1].Code != c.Code, "%s stands twice", c.Code)
	}
}

// TestEveryCodeIsDocumented compares the list with the constants of the source.
func TestEveryCodeIsDocumented(t *testing.T) {
	file, err := goparser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var declared, documented []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			declared = append(declared, strings.Trim(lit.Value, `"`))
		}
		return true
	})
	for _, c := range syntax.Codes {
		documented = append(documented, c.Code)
	}
	slices.Sort(declared)
	assert.Equal(t, declared, documented)
}
