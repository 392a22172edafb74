package builtin_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/builtin"
)

// The reference lists each function with its parameters and its class.
func TestReference(t *testing.T) {
	text, err := os.ReadFile("../LANGUAGE.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "## 7. Functions")
	require.True(t, ok)
	for _, f := range builtin.Funcs {
		call := "`" + f.Name + "(" + strings.Join(f.Params, ", ") + ")`"
		if f.Name == "pow" {
			call = "`pow(x, y)`"
		}
		row := rowWith(section, call)
		require.NotEmpty(t, row, call)
		assert.Equal(t, f.Close, strings.HasSuffix(strings.TrimSpace(row), "close |") && f.Name != "pow", row)
		assert.Equal(t, f.Reduction, strings.Contains(row, "reductions"), row)
		assert.Equal(t, f.Random, strings.Contains(row, "random"), row)
	}
}

func rowWith(section, text string) string {
	for _, line := range strings.Split(section, "\n") {
		if strings.HasPrefix(line, "|") && strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestFind(t *testing.T) {
	names := map[string]bool{}
	for _, f := range builtin.Funcs {
		got, ok := builtin.Find(f.Name)
		assert.True(t, ok)
		assert.Equal(t, f, got)
		assert.NotEmpty(t, f.Doc, f.Name)
		assert.False(t, names[f.Name] || builtin.IsValue(f.Name), f.Name)
		names[f.Name] = true
	}
	_, ok := builtin.Find("theta")
	assert.False(t, ok)
	assert.True(t, builtin.IsValue("theta") && builtin.IsValue("g") && builtin.IsValue("t"))
	assert.False(t, builtin.IsValue("sqrt"))
	assert.Len(t, builtin.Names(), len(names))
}
