package pass_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/pass"
)

var update = flag.Bool("update", false, "write the programs after the passes into testdata")

// passes are what a file of testdata can name in its first line. Its program
// stands before the line "-- after --", and what the passes make of it after.
var passes = map[string][]pass.Pass{
	"fold":     {{Name: "fold", Run: pass.Fold}},
	"hoist":    {{Name: "hoist", Run: pass.Hoist}},
	"cse":      {{Name: "cse", Run: pass.CSE}},
	"dead":     {{Name: "dead", Run: pass.Dead}},
	"lags":     {{Name: "lags", Run: pass.Lags}},
	"pipeline": pass.Pipeline,
	"exact":    pass.Exact,
}

const after = "-- after --\n"

func TestPasses(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	tried := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bytes, err := os.ReadFile(file)
			require.NoError(t, err)
			text := strings.ReplaceAll(string(bytes), "\r\n", "\n")
			before, want, _ := strings.Cut(text, after)
			first, _, _ := strings.Cut(text, "\n")
			name, _, _ := strings.Cut(strings.TrimPrefix(first, "# "), ":")
			require.Contains(t, passes, name, "the first line says which pass")
			tried[name] = true
			p, err := ir.Parse(before)
			require.NoError(t, err)
			text = p.String()
			q, err := pass.Run(p, passes[name])
			require.NoError(t, err)
			assert.Equal(t, text, p.String(), "the program that Run is given stays as it is")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(before+after+q.String()), 0o644))
				return
			}
			assert.Equal(t, want, q.String())
		})
	}
	assert.Len(t, tried, len(passes), "a pass has no file")
}

func TestRunRefusesWhatIsNoProgram(t *testing.T) {
	p, err := ir.Parse("program x\nhypers\n%0 = theta : tensor\nstore theta %0\n")
	require.NoError(t, err)
	spoil := pass.Pass{Name: "spoil", Run: func(p *ir.Program) { p.Stores = nil }}
	_, err = pass.Run(p, []pass.Pass{{Name: "dead", Run: pass.Dead}, spoil})
	assert.EqualError(t, err, "after pass spoil: x: the last store isn't the parameter's")
	p.Stores = nil
	_, err = pass.Run(p, pass.Pipeline)
	assert.EqualError(t, err, "before any pass: x: the last store isn't the parameter's")
}

func TestSpecialize(t *testing.T) {
	p, err := ir.Parse(`program x
hypers lr
%0 = const 0 : scalar
%1 = hyper lr : scalar
%2 = lt %0 %1 : scalar-cond
%3 = theta : tensor
%4 = grad : tensor
%5 = select %2 %3 %4 : tensor
%6 = select %2 %4 %5 : tensor
%7 = select %2 %0 %1 : scalar
%8 = round %7 : tensor
%9 = add %6 %8 : tensor
store theta %9
`)
	require.NoError(t, err)
	text := p.String()
	for value, argument := range map[bool]ir.ID{true: 4, false: 4} {
		q := pass.Specialize(p, 2, value)
		require.NoError(t, ir.Verify(q))
		assert.Equal(t, []ir.ID{argument, 8}, q.Values[9].Args)
	}
	p.Stores[0].Value = 5
	assert.Equal(t, ir.ID(3), pass.Specialize(p, 2, true).Stores[0].Value)
	assert.Equal(t, ir.ID(4), pass.Specialize(p, 2, false).Stores[0].Value)
	assert.Equal(t, ir.ID(5), pass.Specialize(p, 8, false).Stores[0].Value, "another condition")
	p.Stores[0].Value = 9
	assert.Equal(t, text, p.String(), "p stays as it is")
}

// A chain of as many values as a rule can have goes through all passes.
func TestLongPrograms(t *testing.T) {
	p := &ir.Program{Rule: "long", Stores: []ir.Store{{State: ir.Theta}}}
	p.Values = append(p.Values, ir.Value{Op: ir.ThetaIn, Type: ir.Tensor})
	for i := range 100_000 {
		p.Values = append(p.Values, ir.Value{Op: ir.Neg, Type: ir.Tensor, Args: []ir.ID{ir.ID(i)}})
	}
	p.Stores[0].Value = ir.ID(len(p.Values) - 1)
	q, err := pass.Run(p, pass.Pipeline)
	require.NoError(t, err)
	assert.Len(t, q.Values, len(p.Values))
}
