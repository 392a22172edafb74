package syntax_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// checkDiagnostic checks the form of a finding: a documented code, a sentence,
// a span in the text.
func checkDiagnostic(t *testing.T, f *syntax.File, d diag.Diagnostic) {
	t.Helper()
	require.True(t, slices.ContainsFunc(syntax.Codes, func(c diag.Code) bool { return c.Code == d.Code }), d.Code)
	require.NotEmpty(t, d.Message)
	spans := []diag.Span{d.Span}
	for _, n := range d.Notes {
		spans = append(spans, n.Span)
	}
	for _, s := range spans {
		require.LessOrEqual(t, 0, s.Start.Offset)
		require.LessOrEqual(t, s.Start.Offset, s.End.Offset, d.Message)
		require.LessOrEqual(t, s.End.Offset, len(f.Text), d.Message)
		require.Positive(t, s.Start.Line)
		require.Positive(t, s.Start.Col)
	}
}

// TestErrorsGolden has the errors of whole files as they are shown.
func TestErrorsGolden(t *testing.T) {
	for name, text := range rulesIn(t, "errors") {
		t.Run(name, func(t *testing.T) {
			f, ds := syntax.Parse("rule.opt", text)
			var out strings.Builder
			diag.Render(&out, "rule.opt", f.Text, ds, false)
			out.WriteString("\nbroken: " + strings.Join(f.Broken, " ") + "\n\n" + syntax.Format(f, syntax.ASCII))
			golden(t, name+".txt", out.String())
			for _, d := range ds {
				checkDiagnostic(t, f, d)
			}
		})
	}
}

// TestSteps checks the numbers of steps of an index.
func TestSteps(t *testing.T) {
	for index, offset := range map[string]int{"[t]": 0, "ₜ": 0, "[t-0]": 0, "[t-2]": -2, "ₜ₋₁₂": -12, "[t+1]": 1} {
		e := value(t, "m"+index)
		require.IsType(t, &syntax.Name{}, e)
		require.NotNil(t, e.(*syntax.Name).Index)
		assert.Equal(t, offset, e.(*syntax.Name).Index.Offset, index)
	}
	assert.Nil(t, value(t, "m").(*syntax.Name).Index)
	for _, index := range []string{"[t-1.5]", "[t-1000001]", "[t+99999999999999999999]", "ₜ₋₉₉₉₉₉₉₉", "[t-1e2]"} {
		f, ds := syntax.Parse("x.opt", "optimizer x\na = m"+index)
		assert.Equal(t, []string{"E0153"}, codesOf(ds), index)
		assert.Empty(t, f.Items)
		assert.Equal(t, []string{"a"}, f.Broken)
	}
}

// TestErrorsHideNothing checks that what is sound beside an error is kept.
func TestErrorsHideNothing(t *testing.T) {
	f, ds := syntax.Parse("x.opt", "optimizer x\na = \nb = 1\nif c > {\nd = 1 +\n} else {\ne = 2\n}\nif f > 1 {\ng = *\nh = 3\n}")
	assert.Len(t, ds, 4)
	assert.ElementsMatch(t, []string{"a", "d", "e", "g"}, f.Broken)
	assert.Equal(t, "optimizer x\n\nb = 1\n\nif f > 1 {\n  h = 3\n}\n", syntax.Format(f, syntax.ASCII))
}
