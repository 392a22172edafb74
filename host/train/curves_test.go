package train

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/figure"
)

func TestCurves(t *testing.T) {
	rows := []Row{
		{Optimizer: "b", Seed: 1, Step: 4, TestAccuracy: 0.25}, {Optimizer: "b", Seed: 1, Step: 2, TestAccuracy: 0.125},
		{Optimizer: "a", Seed: 1, Step: 2, TestAccuracy: 1}, {Optimizer: "b", Seed: 2, Step: 4, TestAccuracy: 0.75},
	}
	got := curves(rows, 4, quantities[1])
	assert.Equal(t, []curve{
		{"b", []spot{{0.5, 12.5, 12.5, 12.5}, {1, 50, 25, 75}}},
		{"a", []spot{{0.5, 100, 100, 100}}},
	}, got)
	assert.True(t, several(got[0]))
	assert.False(t, several(got[1]))
}

// A run of a few steps is short, and does not begin before its beginning.
func TestAxisBeginsWithTraining(t *testing.T) {
	legend := figure.Legend()
	p, err := panel([]curve{{"a", []spot{{0.125, 50, 50, 50}}}}, quantities[1], true, &legend)
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 0.125}, []float64{p.X.Min, p.X.Max})
}
