package diag_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/diag"
)

// at is the span of the nth occurrence, from 1, of part in text.
func at(text, part string, nth int) diag.Span {
	offset := -1
	for range nth {
		next := strings.Index(text[offset+1:], part)
		if next < 0 {
			panic(part + " is not in the text")
		}
		offset += 1 + next
	}
	return diag.Span{Start: pos(text, offset), End: pos(text, offset+len(part))}
}

func pos(text string, offset int) diag.Pos {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	return diag.Pos{
		Offset: offset, Line: 1 + strings.Count(text[:offset], "\n"),
		Col: 1 + utf8.RuneCountInString(text[start:offset]),
	}
}

func render(text string, color bool, ds ...diag.Diagnostic) string {
	var out strings.Builder
	diag.Render(&out, "x.opt", text, ds, color)
	return out.String()
}

// shown is the source line and the underline of a finding without notes.
func shown(text, part string) []string {
	out := render(text, false, diag.Diagnostic{Code: "E0999", Span: at(text, part, 1), Message: "wrong"})
	var lines []string
	for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n")[1:] {
		_, row, _ := strings.Cut(line, "|")
		lines = append(lines, strings.TrimPrefix(row, " "))
	}
	return lines
}

func TestRender(t *testing.T) {
	text := "one\nhyper a = 1\nx = b + c\n"
	got := render(text, false,
		diag.Diagnostic{
			Code: "E0201", Span: at(text, "b", 1), Message: "there is no `b`",
			Notes: []diag.Note{{Span: at(text, "a", 1), Message: "there is this one"}}, Hint: "did you mean `a`?",
		},
		diag.Diagnostic{Code: "W0601", Severity: diag.Warning, Span: at(text, "c", 1), Message: "look at `c`"})
	assert.Equal(t, `x.opt:3:5: error[E0201]: there is no `+"`b`"+`
  3 | x = b + c
    |     ^
 note: there is this one (x.opt:2:7)
  2 | hyper a = 1
    |       ^
 hint: did you mean `+"`a`"+`?

x.opt:3:9: warning[W0601]: look at `+"`c`"+`
  3 | x = b + c
    |         ^
`, got)
}

func TestUnderline(t *testing.T) {
	cases := []struct{ name, line, part, want string }{
		{"plain", "a + bcd", "bcd", "    ^^^"},
		{"after a tab", "\tx = y", "y", "        ^"},
		{"a tab in the line", "ab\tx", "x", "    ^"},
		{"a tab at the stop", "abcd\tx", "x", "        ^"},
		{"a tab under the span", "a\tb", "a\tb", "^^^^^"},
		{"wide", "学習 = x", "x", "       ^"},
		{"wide under the span", "a学習b", "学習", " ^^^^"},
		{"greek", "β₁·mₜ₋₁ + x", "x", "          ^"},
		{"combining before", "m̂ + x", "x", "    ^"},
		{"combining under the span", "a + m̂", "m̂", "    ^"},
		{"an emoji", "🙂 x", "x", "   ^"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := shown(c.line, c.part)
			require.Len(t, got, 2)
			assert.Equal(t, c.want, got[1])
			assert.NotContains(t, got[0], "\t")
		})
	}
}

func TestEmptySpan(t *testing.T) {
	p := diag.Pos{Line: 1, Col: 6}
	out := render("x = 1", false, diag.Diagnostic{Code: "E1", Span: diag.Span{Start: p, End: p}, Message: "m"})
	assert.Contains(t, out, "    |      ^\n")
}

func TestSpanOfManyLines(t *testing.T) {
	text := "a = (1 +\n\t2 +\n\t\t3 +\n  4)\nb = 1"
	assert.Equal(t, []string{"a = (1 +", "    ^^^^", "    2 +", "    ^"}, shown(text, "(1 +\n\t2"))
	assert.Equal(t, []string{"a = (1 +", "    ^^^^", "    2 +", "    ^^^", "        3 +", "        ^"}, shown(text, "(1 +\n\t2 +\n\t\t3"))
	assert.Equal(t, []string{"a = (1 +", "    ^^^^", "...", "  4)", "  ^^"}, shown(text, "(1 +\n\t2 +\n\t\t3 +\n  4)"))
	assert.Equal(t, []string{"a = (1 +", "    ^^^^"}, shown(text, "(1 +\n"), "a span that ends with its line")
}

// What would move a terminal's cursor or turn its text is shown as a stand-in.
func TestHostileText(t *testing.T) {
	text := "a = \x1b[31m\u202e\u0007x"
	out := render(text, false, diag.Diagnostic{Code: "E1", Span: at(text, "x", 1), Message: "no `\x1b[2J`", Hint: "\u2066"})
	for _, bad := range []string{"\x1b", "\u202e", "\a", "\u2066"} {
		assert.NotContains(t, out, bad)
	}
}

func TestPositionsOutside(t *testing.T) {
	for _, p := range []diag.Pos{{}, {Line: 9, Col: 9}, {Line: 1, Col: 99}, {Line: -1, Col: -1}} {
		for _, q := range []diag.Pos{{}, {Line: 9, Col: 9}, {Line: 1, Col: 1}} {
			out := render("x = 1\n", false, diag.Diagnostic{Code: "E1", Span: diag.Span{Start: p, End: q}, Message: "wrong"})
			assert.Contains(t, out, "wrong")
		}
	}
}

func TestLineEnds(t *testing.T) {
	text := "one\ntwo x\nthree\n"
	for _, end := range []string{"\r\n", "\r"} {
		d := diag.Diagnostic{Code: "E1", Span: at(text, "x", 1), Message: "m"}
		assert.Equal(t, render(text, false, d), render(strings.ReplaceAll(text, "\n", end), false, d), "%q", end)
	}
}

func TestGutter(t *testing.T) {
	text := strings.Repeat("\n", 1233) + "x"
	out := render(text, false, diag.Diagnostic{Code: "E1", Span: at(text, "x", 1), Message: "m"})
	assert.Contains(t, out, " 1234 | x\n      | ^\n")
}

func TestColor(t *testing.T) {
	text := "x = y"
	failure := diag.Diagnostic{Code: "E1", Span: at(text, "y", 1), Message: "m", Hint: "h", Notes: []diag.Note{{Span: at(text, "x", 1), Message: "n"}}}
	warning := failure
	warning.Severity = diag.Warning
	out := render(text, true, failure)
	assert.Contains(t, out, "\x1b[1;31merror[E1]\x1b[0m")
	assert.Contains(t, out, "\x1b[1;31m^\x1b[0m", "the underline has the colour of the severity")
	assert.Contains(t, render(text, true, warning), "\x1b[1;33mwarning[E1]\x1b[0m")
	assert.Equal(t, render(text, false, failure, warning), escapes.ReplaceAllString(render(text, true, failure, warning), ""))
	for _, line := range strings.Split(out, "\n") {
		if i := strings.LastIndex(line, "\x1b["); i >= 0 {
			assert.True(t, strings.HasPrefix(line[i:], "\x1b[0m"), "%q goes on in colour", line)
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestList(t *testing.T) {
	d := func(offset int, code string, s diag.Severity) diag.Diagnostic {
		return diag.Diagnostic{Code: code, Severity: s, Message: "m", Span: diag.Span{Start: diag.Pos{Offset: offset, Line: 1, Col: offset + 1}}}
	}
	list := diag.List{d(5, "A", diag.Error), d(2, "B", diag.Warning), d(2, "C", diag.Error), d(2, "D", diag.Error), d(0, "E", diag.Warning)}
	list.Sort()
	assert.Equal(t, "1:1: warning[E]: m\n1:3: error[C]: m\n1:3: error[D]: m\n1:3: warning[B]: m\n1:6: error[A]: m", list.Error())
	assert.True(t, list.HasErrors())
	assert.EqualError(t, list.Err(), list.Error())
	assert.Len(t, list.Relevant(), 3)
	assert.Len(t, list, 5, "Relevant leaves the list as it is")
	warnings := diag.List{list[0]}
	assert.False(t, warnings.HasErrors())
	assert.NoError(t, warnings.Err())
	assert.Equal(t, warnings, warnings.Relevant())
	assert.NoError(t, diag.List(nil).Err())
}

func TestJSON(t *testing.T) {
	text := "x = y\nz"
	d := diag.Diagnostic{Code: "E1", Span: at(text, "y", 1), Message: "no <`y`>", Hint: "h", Notes: []diag.Note{{Span: at(text, "z", 1), Message: "n"}}}
	got, err := diag.JSON("a.opt", []diag.Diagnostic{d, {Code: "W1", Severity: diag.Warning, Span: at(text, "x", 1)}})
	require.NoError(t, err)
	assert.JSONEq(t, `[
		{"path": "a.opt", "line": 1, "col": 5, "end": {"line": 1, "col": 6}, "code": "E1", "severity": "error",
		 "message": "no <`+"`y`"+`>", "hint": "h", "notes": [{"line": 2, "col": 1, "end": {"line": 2, "col": 2}, "message": "n"}]},
		{"path": "a.opt", "line": 1, "col": 1, "end": {"line": 1, "col": 2}, "code": "W1", "severity": "warning",
		 "message": "", "hint": "", "notes": []}]`, string(got))
	none, err := diag.JSON("a.opt", nil)
	require.NoError(t, err)
	assert.Equal(t, "[]", string(none))
	one, err := json.Marshal(d)
	require.NoError(t, err)
	assert.NotContains(t, string(one), "path")
	assert.Contains(t, string(one), `"line":1`)
}

func TestNearest(t *testing.T) {
	among := []string{"beta1", "beta2", "lr", "lambda", "momentum", "Theta", "x"}
	cases := map[string]string{
		"beta3": "beta1", "bta2": "beta2", "lrr": "lr", "l": "", "lamda": "lambda", "lmda": "", "lambada": "lambda",
		"momemtun": "momentum", "theta": "Theta", "THETA": "Theta", "LR": "lr", "y": "", "": "", "something": "",
		"lambda": "", "X": "x",
	}
	for name, want := range cases {
		assert.Equal(t, want, diag.Nearest(name, among), "%q", name)
	}
	assert.Empty(t, diag.Nearest("beta", nil))
}

func FuzzRender(f *testing.F) {
	f.Add("x = y\n\tz", 1, 1, 2, 3)
	f.Add("学\r\nm̂\u202e", 2, 1, 1, 9)
	f.Fuzz(func(t *testing.T, text string, line, col, endLine, endCol int) {
		span := diag.Span{Start: diag.Pos{Line: line, Col: col}, End: diag.Pos{Line: endLine, Col: endCol}}
		out := render(text, false, diag.Diagnostic{Code: "E1", Span: span, Message: "m"})
		assert.NotContains(t, out, "\x1b")
		assert.LessOrEqual(t, strings.Count(out, "\n"), 7)
	})
}
