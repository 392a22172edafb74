package syntax_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/syntax"
)

func TestFormatGolden(t *testing.T) {
	for name, text := range rulesIn(t, "format") {
		t.Run(name, func(t *testing.T) {
			f := mustParse(t, text)
			golden(t, name+".ascii.txt", syntax.Format(f, syntax.ASCII))
			golden(t, name+".math.txt", syntax.Format(f, syntax.Math))
		})
	}
}

// checkRoundTrip formats a sound file in both notations and reads it again.
func checkRoundTrip(t *testing.T, f *syntax.File) {
	t.Helper()
	want := treeOf(f)
	for _, n := range []syntax.Notation{syntax.ASCII, syntax.Math} {
		text := syntax.Format(f, n)
		if len(text) > 65536 {
			continue // a rule near the limit can be beyond it in the other notation
		}
		again, ds := syntax.Parse("again.opt", text)
		if !assert.Empty(t, ds, "formatted:\n%s", text) {
			continue
		}
		assert.Equal(t, want, treeOf(again), "formatted:\n%s", text)
		assert.Equal(t, text, syntax.Format(again, n), "formatting again changes it")
	}
}

func TestFormatRoundTrips(t *testing.T) {
	for name, text := range rulesIn(t, "format") {
		t.Run(name, func(t *testing.T) { checkRoundTrip(t, mustParse(t, text)) })
	}
	for _, c := range syntax.Codes {
		if c.Good != "" {
			t.Run(c.Code, func(t *testing.T) { checkRoundTrip(t, mustParse(t, c.Good)) })
		}
	}
}

func TestCommentsStayWhereTheyAre(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"before the header":  {"# c\n\noptimizer x", "# c\n\noptimizer x\n"},
		"after the header":   {"optimizer x # c", "optimizer x  # c\n"},
		"only at the end":    {"optimizer x\n\n\n# c\n# d", "optimizer x\n\n# c\n# d\n"},
		"two in one line":    {"optimizer x\na = 1 b = 2 # c", "optimizer x\na = 1\nb = 2  # c\n"},
		"inside a statement": {"optimizer x\n\na = 1 + # c\n 2 # d", "optimizer x\n\n# c\na = 1 + 2  # d\n"},
		"after a brace":      {"optimizer x\nif t > 1 { # c\na = 1 # d\n}", "optimizer x\nif t > 1 {  # c\n  a = 1  # d\n}\n"},
		"before a brace":     {"optimizer x\nif t > 1\n# c\n{ a = 1\n\n# d\n} # e", "optimizer x\n# c\nif t > 1 {\n  a = 1\n\n  # d\n}  # e\n"},
		"in an empty body":   {"optimizer x\nif t > 1 {\n# c\n}", "optimizer x\nif t > 1 {\n  # c\n}\n"},
		"before an else": {
			"optimizer x\nif t > 1 {\n} # c\nelse # d\n{ # e\na = 1\n}",
			"optimizer x\nif t > 1 {\n} else {  # e\n  # c\n  # d\n  a = 1\n}\n",
		},
		"before an else if": {
			"optimizer x\nif t > 1 {\n} # c\n\nelse if t > 2 { # d\n\na = 1\n}",
			"optimizer x\nif t > 1 {\n} else if t > 2 {  # d\n  # c\n\n  a = 1\n}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := mustParse(t, c.text)
			assert.Equal(t, c.want, syntax.Format(f, syntax.ASCII))
			checkRoundTrip(t, f)
		})
	}
}

func TestBlankLinesAreKeptAsOne(t *testing.T) {
	f := mustParse(t, "\n\noptimizer x\n\n\n\na = 1\nb = 2\n\nif t > 1 {\n\n\nc = 3\n\n\nd = 4\n\n}\n\n\n")
	assert.Equal(t, "optimizer x\n\na = 1\nb = 2\n\nif t > 1 {\n  c = 3\n\n  d = 4\n}\n", syntax.Format(f, syntax.ASCII))
}

func TestAlignment(t *testing.T) {
	f := mustParse(t, `optimizer x
hyper a = -1 in [-1, 1]
hyper beta1 = 1e-8 in (0, inf) "one"
option o = p | q
hyper c = 2 in [0, 9) "two"

hyper d = 3 in [0, 9) "three"
m[t] = 1
# between
theta[t+1] = 2
if t > 1 { }
e = 3`)
	assert.Equal(t, `optimizer x
hyper a     = -1   in [-1, 1]
hyper beta1 = 1e-8 in (0, inf) "one"
option o = p | q
hyper c     = 2    in [0, 9)   "two"

hyper d = 3 in [0, 9) "three"
m[t]       = 1
# between
theta[t+1] = 2
if t > 1 {
}
e = 3
`, syntax.Format(f, syntax.ASCII))
}
