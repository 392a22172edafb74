package spec_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
)

// vector is a run of an independent implementation, by spec/vectors/make.py. A
// null in the place of a row of gradients is a step without a gradient.
type vector struct {
	golden
	Library string `json:"library"`
	Version string `json:"version"`
	Call    string `json:"call"`

	// Wrong says in what the implementation is not its paper's rule, and
	// WrongFrom is the step from which that shows; 0 where it is right.
	Wrong     string `json:"wrong"`
	WrongFrom int    `json:"wrongFrom"`

	// Tolerance is relative; it is above vectorTolerance only for the reason Why.
	Tolerance float64 `json:"tolerance"`
	Why       string  `json:"why"`
}

// Both arithmetics are float64, in different orders of operations.
const vectorTolerance = 1e-12

// vectors reads all runs of spec/vectors; each has its settings.
func vectors(t *testing.T) []vector {
	text, err := os.ReadFile("vectors/vectors.json")
	require.NoError(t, err)
	var all []vector
	require.NoError(t, json.Unmarshal(text, &all))
	files, err := filepath.Glob("vectors/*-*.json")
	require.NoError(t, err)
	require.Len(t, all, len(files), "a file of vectors has no settings in vectors.json")
	for i := range all {
		text, err := os.ReadFile(filepath.Join("vectors", all[i].File))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &all[i]))
		all[i].check(t)
	}
	return all
}

// check holds a file to saying all that it has to say.
func (v *vector) check(t *testing.T) {
	for _, s := range []string{v.Library, v.Version, v.Call} {
		require.NotEmpty(t, s, v.File)
	}
	require.Len(t, v.Theta, len(v.Gradients), v.File)
	require.NotEmpty(t, v.Theta, v.File)
	require.Equal(t, v.Wrong != "", v.WrongFrom > 0, "%s must say both what is wrong and from which step", v.File)
	require.Equal(t, v.Tolerance != 0, v.Why != "", "%s must give the reason of its tolerance", v.File)
	if v.Tolerance == 0 {
		v.Tolerance = vectorTolerance
	}
}

// compressed leaves the steps without a gradient out, where nothing may happen.
func (v *vector) compressed(t *testing.T) golden {
	run := v.golden
	run.Gradients, run.Theta = nil, nil
	last := v.Theta0
	for s, row := range v.Gradients {
		if row == nil {
			require.Equal(t, last, v.Theta[s], "%s moves in step %d, without a gradient", v.File, s+1)
			continue
		}
		last = v.Theta[s]
		run.Gradients, run.Theta = append(run.Gradients, row), append(run.Theta, last)
	}
	return run
}

// farthest is, step by step with a gradient, the greatest relative difference
// of our rule from the run.
func (v *vector) farthest(t *testing.T) []float64 {
	run := v.compressed(t)
	rule, variant, hypers := run.resolve(t)
	var out []float64
	for s, theta := range trajectory[float64](t, rule, variant, hypers, &run) {
		worst := 0.0
		for i, x := range theta {
			worst = max(worst, math.Abs(x-run.Theta[s][i])/max(math.Abs(run.Theta[s][i]), 1e-300))
		}
		out = append(out, worst)
	}
	return out
}

func TestVectorsOfIndependentImplementations(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.File, func(t *testing.T) {
			agree := 0 // steps, those without a gradient included
			off := v.farthest(t)
			for s, row := range v.Gradients {
				if row != nil {
					if off[0] > v.Tolerance {
						break
					}
					off = off[1:]
				}
				agree = s + 1
			}
			if v.Wrong != "" {
				assert.Equal(t, v.WrongFrom, agree+1, "the first step that differs from %s", v.Call)
				return
			}
			require.Equal(t, len(v.Gradients), agree, "%s and our %s differ by %.1e in the step after", v.Call, v.Rule, off)
		})
	}
}

// withoutVectors are the rules that no other implementation can have.
var withoutVectors = map[string]string{
	"noisysgd": "its noise is of our own generator",
}

// TestEveryRuleHasAVector: no rule is checked against our own reading alone.
func TestEveryRuleHasAVector(t *testing.T) {
	right := map[string]bool{}
	for _, v := range vectors(t) {
		right[v.Rule] = right[v.Rule] || v.Wrong == ""
	}
	for _, rule := range plugins.All() {
		name := rule.Manifest.Name
		assert.NotEqual(t, withoutVectors[name] != "", right[name], "a run of an independent implementation of %s", name)
	}
}

// TestWhatIsWrongIsListed: the folder's README has what each file says.
func TestWhatIsWrongIsListed(t *testing.T) {
	readme, err := os.ReadFile("vectors/README.md")
	require.NoError(t, err)
	for _, v := range vectors(t) {
		if v.Wrong != "" {
			assert.Contains(t, string(readme), "| `"+v.File+"` | "+v.Wrong+" |\n")
		}
	}
}
