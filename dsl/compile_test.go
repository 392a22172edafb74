package dsl_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/registry/abi"
)

func compileFile(t *testing.T, path string) *dsl.Rule {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	rule, list := dsl.Compile(path, string(text))
	require.NotNil(t, rule, "%v", list)
	return rule
}

// The traffic that the papers' algorithms need, counted by hand: θ read and
// written, g read, and each state read and written.
func TestTrafficAndState(t *testing.T) {
	for _, c := range []struct {
		rule           string
		choose         map[string]string
		traffic, state int // bytes an element in f32
	}{
		{"sgd", nil, 12, 0},
		{"hb", nil, 20, 4},
		{"pnm", nil, 24, 8},
		{"adam", nil, 28, 8},
		{"amsgrad", nil, 36, 12},
		{"adapnm", map[string]string{"amsgrad": "off"}, 32, 12},
		{"adapnm", nil, 40, 16},
	} {
		m := compileFile(t, "../plugins/"+c.rule+"/"+c.rule+".opt").Manifest
		i, err := m.Variant(c.choose)
		require.NoError(t, err)
		assert.Equal(t, c.traffic, m.Variants[i].BytesPerElement(abi.F32), "%s %v", c.rule, c.choose)
		assert.Equal(t, c.state, m.Variants[i].Buffers()*abi.F32.Size(), "%s %v", c.rule, c.choose)
	}
}

func TestTrafficOfReductionsCountsEachPass(t *testing.T) {
	m := compileFile(t, "../plugins/lamb/lamb.opt").Manifest
	// the first pass reads θ, g, m and v; the second too, and writes θ, m and v
	assert.Equal(t, 11, m.Variants[0].Values)
}

func TestClassIsThatOfTheVariants(t *testing.T) {
	assert.Equal(t, "exact", compileFile(t, "../plugins/adam/adam.opt").Manifest.Class)
	assert.Equal(t, "close", compileFile(t, "../plugins/padam/padam.opt").Manifest.Class)
	text := "optimizer x\noption o = off | on\ntheta[t+1] = if o then exp(theta) else g\n"
	rule, _ := dsl.Compile("x.opt", text)
	require.NotNil(t, rule)
	assert.Equal(t, "close", rule.Manifest.Class)
	assert.Equal(t, []string{"exact", "close"}, []string{rule.Manifest.Variants[0].Class, rule.Manifest.Variants[1].Class})
}

func TestErrorsOfParserAndCheckerComeTogether(t *testing.T) {
	rule, list := dsl.Compile("x.opt", "optimizer x\nm[t] = \ntheta[t+1] = theta - rate*g\n")
	assert.Nil(t, rule)
	require.Len(t, list, 2)
	assert.Equal(t, 2, list[0].Span.Start.Line)
	assert.Equal(t, 3, list[1].Span.Start.Line)
	for _, d := range list {
		code, ok := dsl.Explain(d.Code)
		assert.True(t, ok, d.Code)
		assert.Equal(t, d.Code, code.Code)
	}
}

func TestCodesAreUniqueAndTold(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range dsl.Codes() {
		assert.False(t, seen[c.Code], "%s twice", c.Code)
		seen[c.Code] = true
		assert.NotEmpty(t, c.Title, c.Code)
		assert.NotEmpty(t, c.Explain, c.Code)
	}
	_, ok := dsl.Explain("E9999")
	assert.False(t, ok)
}
