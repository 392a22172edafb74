package syntax_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/syntax"
)

const maxSource = 65536

func times(s string, n int) string { return strings.Repeat(s, n) }

// TestLimits checks both sides of every limit on the text.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		text func(n int) string
		most int
	}{
		"size":            {"E0101", func(n int) string { return "optimizer x\n#" + times("x", n-13) }, maxSource},
		"name":            {"E0105", func(n int) string { return "optimizer x\n" + times("a", n) + " = 1" }, 64},
		"rule's name":     {"E0105", func(n int) string { return "optimizer " + times("a", n) }, 64},
		"text":            {"E0105", func(n int) string { return "optimizer x\ndoc \"" + times("a", n) + "\"" }, 1024},
		"text of é":       {"E0105", func(n int) string { return "optimizer x\ndoc \"" + times("é", n) + "\"" }, 512},
		"parentheses":     {"E0106", func(n int) string { return "optimizer x\na = " + times("(", n) + "1" + times(")", n) }, 64},
		"calls":           {"E0106", func(n int) string { return "optimizer x\na = " + times("f(", n) + "1" + times(")", n) }, 64},
		"signs":           {"E0106", func(n int) string { return "optimizer x\na = " + times("-", n) + "1" }, 64},
		"roots":           {"E0106", func(n int) string { return "optimizer x\na = " + times("√", n) + "1" }, 64},
		"nots":            {"E0106", func(n int) string { return "optimizer x\na = " + times("not ", n) + "b" }, 64},
		"powers":          {"E0106", func(n int) string { return "optimizer x\na = b" + times("^b", n) }, 64},
		"superscripts":    {"E0106", func(n int) string { return "optimizer x\na = " + times("(", n-1) + "b²" + times(")", n-1) }, 64},
		"choices":         {"E0106", func(n int) string { return "optimizer x\na = " + times("if b then c else ", n) + "d" }, 64},
		"conditions":      {"E0106", func(n int) string { return "optimizer x\na = " + times("if b then ", n) + "c" + times(" else d", n) }, 64},
		"branches":        {"E0106", func(n int) string { return "optimizer x\n" + times("if b {", n) + times("}", n) }, 64},
		"else ifs":        {"E0106", func(n int) string { return "optimizer x\nif b {}" + times(" else if b {}", n-1) }, 64},
		"else ifs of two": {"E0106", func(n int) string { return "optimizer x\nif b {" + times("if b {}"+times(" else if b {}", n), 2) + "}" }, 62},
		"in branches": {"E0106", func(n int) string {
			return "optimizer x\n" + times("if b {", 60) + "a = " + times("-", n) + "1" + times("}", 60)
		}, 4},
		"both in branches": {"E0106", func(n int) string {
			return "optimizer x\nif b {" + times("c = f(1)", 9) + "} else { a = " + times("(", n) + "1" + times(")", n) + "}"
		}, 63},
	} {
		t.Run(name, func(t *testing.T) {
			f, ds := syntax.Parse("x.opt", c.text(c.most))
			assert.Empty(t, ds)
			checkRoundTrip(t, f)
			_, ds = syntax.Parse("x.opt", c.text(c.most+1))
			assert.Equal(t, []string{c.code}, codesOf(ds))
		})
	}
}

func TestErrorsStopAtTwenty(t *testing.T) {
	_, ds := syntax.Parse("x.opt", "optimizer x\n"+times("a = (b\n", 1000))
	assert.Len(t, ds, 20)
}

// TestLongStatement has an error after more tokens than are looked into closely.
func TestLongStatement(t *testing.T) {
	_, ds := syntax.Parse("x.opt", "optimizer x\na = "+times("b + ", 300)+"c d\ne = f g")
	require.Equal(t, []string{"E0140", "E0142"}, codesOf(ds))
	assert.Equal(t, "this does not fit after `c`, found the name `d`", ds[0].Message)
}

// TestHugeTextsEnd parses long texts that repeat one thing, some of them of the
// greatest size. A parser that tries anything twice at each level never ends
// with some of them, and one that recurses without a bound dies.
func TestHugeTextsEnd(t *testing.T) {
	for _, unit := range []string{"(", "-", "√", "{", "if a {", "a=a\n"} {
		checkEnds(t, "optimizer x\na = ", unit, maxSource)
	}
	starts := []string{"optimizer x\n", "optimizer x\na = ", "optimizer x\nif a > b { c = "}
	for i, unit := range []string{
		"(", ")", "[", "]", "}", "then ", "else ", "a+", "a*", "a ", "f(", "a=", "a[t", "1 ", "\"", "\"\"", "'",
		"#", "#\n", "=", "==", "|", "ₜ", "²", "a²", "if a {}", "if a {} else ", "} else {", "if a then ",
		"if a then b else ", "(if ", "(-", "hyper ", "hyper a = ", "hyper a=1 in [0,1)\n", "hypr a\n",
		"option a = b | c\n", "b | ", "state a\n", "optimizer x\n", "paper \"p\"\n", "\u0302", "m̂ ", "\n", "\r\n",
		"\t", "\u200b", "$", "\\", "\\\"", "é", "ж ", "a = b + c\nif d > e {\nf = g }", "x = (y\n", "0x", "1e", ".",
	} {
		checkEnds(t, starts[i%len(starts)], unit, maxSource/8)
	}
}

func checkEnds(t *testing.T, start, unit string, size int) {
	t.Helper()
	f, ds := syntax.Parse("x.opt", start+times(unit, (size-len(start))/len(unit)))
	assert.LessOrEqual(t, len(ds), 20)
	for _, d := range ds {
		checkDiagnostic(t, f, d)
	}
	if len(ds) == 0 {
		checkRoundTrip(t, f)
	}
}

// TestWorkIsLinear compares the allocations for a text with those for one that
// is eight times as long.
func TestWorkIsLinear(t *testing.T) {
	for _, unit := range []string{"a = b*(c + d^2) - √(e)\n", "if a > b {\nc = d }", "a = if b then c else d\n", "a = (b", "+ a", "* a[t-1]"} {
		allocs := func(n int) float64 {
			text := "optimizer x\na = b " + times(unit, n)
			return testing.AllocsPerRun(1, func() {
				if f, ds := syntax.Parse("x.opt", text); len(ds) == 0 {
					syntax.Format(f, syntax.Math)
				}
			})
		}
		small, large := allocs(100), allocs(800)
		assert.Less(t, large, 12*small, unit)
	}
}
