package syntax_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/syntax"
)

// TestExpressions has the canonical text of expressions; its parentheses show
// how they are read.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a-b-c", "a - b - c"},
		{"(a-b)-c", "a - b - c"},
		{"a-(b-c)", "a - (b - c)"},
		{"a/b*c", "a/b*c"},
		{"(a/b)*c", "a/b*c"},
		{"a/(b*c)", "a/(b*c)"},
		{"a^b^c", "a^b^c"},
		{"a^(b^c)", "a^b^c"},
		{"(a^b)^c", "(a^b)^c"},
		{"-x^2", "-x^2"},
		{"-(x^2)", "-x^2"},
		{"(-x)^2", "(-x)^2"},
		{"x^-2", "x^-2"},
		{"x^(-2)", "x^-2"},
		{"x^-y^z", "x^-y^z"},
		{"(x^-y)^z", "(x^-y)^z"},
		{"a*-b", "a*-b"},
		{"a--b", "a - -b"},
		{"-(a+b)", "-(a + b)"},
		{"-(a*b)", "-(a*b)"},
		{"-a*b", "-a*b"},
		{"(a+b)*(c-d)", "(a + b)*(c - d)"},
		{"x²", "x^2"},
		{"xᵗ", "x^t"},
		{"mₜ₋₂²", "m[t-2]^2"},
		{"√a²", "sqrt(a)^2"},
		{"√(a)²", "sqrt(a)^2"},
		{"√√2", "sqrt(sqrt(2))"},
		{"√m[t-1]", "sqrt(m[t-1])"},
		{"√max(a,b)", "sqrt(max(a, b))"},
		{"−β₁·m̂₁ₜ₋₁", "-beta1*m1hat[t-1]"},
		{"if a<b then c else d", "if a < b then c else d"},
		{"(if a<b then c else d)+e", "(if a < b then c else d) + e"},
		{"if a<b then c else (d+e)", "if a < b then c else d + e"},
		{"if a<b then (if e<f then 1 else 2) else 3", "if a < b then if e < f then 1 else 2 else 3"},
		{"not not a and not (b and c)", "not not a and not (b and c)"},
		{"a or (b and c)", "a or b and c"},
		{"(a or b) and c", "(a or b) and c"},
		{"a or (b or c)", "a or (b or c)"},
		{"(a = b) = c", "(a = b) = c"},
		{"a = (b ≠ c)", "a = (b != c)"},
		{"¬(a ∧ b ∨ c ≤ d)", "not (a and b or c <= d)"},
		{"f()", "f()"},
		{"f(a,(b),if c then d else e)", "f(a, b, if c then d else e)"},
	} {
		want := strings.Replace(c.want, "m1hat", "mhat1", 1)
		assert.Equal(t, want, syntax.ExprString(value(t, c.text)), c.text)
		assert.Equal(t, want, syntax.ExprString(value(t, want)), want)
	}
}

func TestStatementString(t *testing.T) {
	f := mustParse(t, "optimizer x\nmₜ = β₁²·mₜ₋₂ + (1−β₁²)·g")
	assert.Equal(t, "m[t] = beta1^2*m[t-2] + (1 - beta1^2)*g", syntax.StmtString(f.Items[0].(*syntax.Assign)))
}

// TestSpans checks that spans cover what they belong to, parentheses included
// where they are inside.
func TestSpans(t *testing.T) {
	f := mustParse(t, "optimizer x\na = (b+c)*√(d) - e[t-1]^2")
	text := func(e syntax.Expr) string { return f.Text[e.Span().Start.Offset:e.Span().End.Offset] }
	sum := f.Items[0].(*syntax.Assign).Value.(*syntax.Binary)
	product, power := sum.X.(*syntax.Binary), sum.Y.(*syntax.Binary)
	assert.Equal(t, "(b+c)*√(d) - e[t-1]^2", text(sum))
	assert.Equal(t, "(b+c)*√(d)", text(product))
	assert.Equal(t, "√(d)", text(product.Y))
	assert.Equal(t, "e[t-1]", text(power.X))
	assert.Equal(t, "-", f.Text[sum.OpAt.Start.Offset:sum.OpAt.End.Offset])
}

func TestNames(t *testing.T) {
	for canonical, math := range map[string]string{
		"eps": "ε", "lr": "η", "theta": "θ", "beta1": "β₁", "m2": "m₂", "mhat": "m̂", "thetabar": "θ̄",
		"mhat1": "m̂₁", "rho_inf": "ρ_∞", "etilde": "ẽ", "psi": "ψ", "phi12": "φ₁₂", "xi": "ξ", "pi": "π",
		"vmax": "vmax", "gd2": "gd2", "epsilon": "epsilon", "beta_1": "beta_1", "vmax_inf": "vmax_∞",
	} {
		assert.Equal(t, math, syntax.MathName(canonical))
		name, ok := syntax.CanonicalName(math)
		require.True(t, ok, math)
		assert.Equal(t, canonical, name)
	}
	for _, bad := range []string{"", "1x", "_x", "ββ", "βx", "m₁̂", "x²", "ж", "x y", "m̂x"} {
		_, ok := syntax.CanonicalName(bad)
		assert.False(t, ok, bad)
	}
}
