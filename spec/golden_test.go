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
	"github.com/optc-lang/optc/registry/abi"
)

// golden is a run of an optimizer's authors' implementation, and the settings
// of ours that mean the same.
type golden struct {
	File   string             `json:"file"`
	Rule   string             `json:"rule"`
	Set    map[string]float64 `json:"set"`
	Choose map[string]string  `json:"choose"`

	Theta0    []float64   `json:"theta0"`
	Gradients [][]float64 `json:"gradients"`
	Theta     [][]float64 `json:"theta"`
}

// goldens reads all runs of testdata/golden; each has its settings.
func goldens(t *testing.T) []golden {
	text, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var all []golden
	require.NoError(t, json.Unmarshal(text, &all))
	files, err := filepath.Glob("testdata/golden/*.json")
	require.NoError(t, err)
	require.Len(t, all, len(files), "a file of testdata/golden has no settings in golden.json")
	for i := range all {
		text, err := os.ReadFile(filepath.Join("testdata/golden", all[i].File))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &all[i]))
		require.NotEmpty(t, all[i].Theta)
	}
	return all
}

// resolve gives the rule, the variant and the hyperparameters of a run.
func (g *golden) resolve(t *testing.T) (rule *abi.Rule, variant int, hypers []float64) {
	rule, ok := plugins.Find(g.Rule)
	require.True(t, ok)
	m := &rule.Manifest
	variant, err := m.Variant(g.Choose)
	require.NoError(t, err)
	hypers = m.Defaults()
	for name, x := range g.Set {
		i, ok := m.HyperIndex(name)
		require.True(t, ok, name)
		hypers[i] = x
	}
	require.NoError(t, m.CheckHypers(hypers))
	return rule, variant, hypers
}

// trajectory steps a kernel through a run and gives θ after each step.
func trajectory[T abi.Float](t *testing.T, rule *abi.Rule, variant int, hypers []float64, g *golden) [][]T {
	layout, err := abi.NewLayout(&rule.Manifest, variant, abi.DTypeOf[T](), []int{len(g.Theta0)}, []int{0})
	require.NoError(t, err)
	arena, err := abi.AllocArena(layout)
	require.NoError(t, err)
	copy(arena.Hypers(0), hypers)
	theta, grad := abi.Theta[T](arena, 0), abi.Grad[T](arena, 0)
	for i, x := range g.Theta0 {
		theta[i] = T(x)
	}
	var out [][]T
	for s, row := range g.Gradients {
		for i, x := range row {
			grad[i] = T(x)
		}
		arena.Steps()[0] = int64(s + 1)
		abi.NewStepper(rule, arena, 1).Step()
		out = append(out, append([]T(nil), theta...))
	}
	return out
}

// The authors' arithmetic is float64 as ours, in another order of operations.
const goldenTolerance = 1e-12

func TestGoldenTrajectoriesInDouble(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.File, func(t *testing.T) {
			rule, variant, hypers := g.resolve(t)
			got := trajectory[float64](t, rule, variant, hypers, &g)
			require.Len(t, got, len(g.Theta))
			worst := 0.0
			for s := range got {
				for i, want := range g.Theta[s] {
					off := math.Abs(got[s][i]-want) / max(math.Abs(want), 1e-300)
					worst = max(worst, off)
					require.LessOrEqual(t, off, goldenTolerance, "step %d, element %d: %v, the authors have %v", s+1, i, got[s][i], want)
				}
			}
			t.Logf("greatest relative difference %.1e", worst)
			assert.Less(t, worst, goldenTolerance)
		})
	}
}
