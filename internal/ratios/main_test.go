package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/bench"
)

// told is what check says to a report of some rows.
func told(t *testing.T, rows ...bench.Row) (string, error) {
	text, err := json.Marshal(bench.Report{Rounds: len(rows[0].StepSeconds), Rows: rows})
	require.NoError(t, err)
	var out strings.Builder
	err = check(strings.NewReader(string(text)), &out)
	return out.String(), err
}

func row(engine string, elements int, seconds ...float64) bench.Row {
	return bench.Row{Rule: "pnm", Engine: engine, Elements: elements, StepSeconds: seconds}
}

func TestRatios(t *testing.T) {
	out, err := told(t, row("go", 65536, 8, 80, 8), row("simd", 65536, 1, 10, 3), row("plugin", 65536, 2, 20, 3))
	require.NoError(t, err)
	assert.Equal(t, "pnm, 65536 elements: simd takes 0.12 of go, and may take 0.50\n"+
		"pnm, 65536 elements: plugin takes 2.00 of simd, and may take 6.00\n", out)

	_, err = told(t, row("go", 65536, 8, 8, 8), row("simd", 65536, 5, 5, 1), row("plugin", 65536, 35, 40, 1))
	assert.EqualError(t, err, "pnm, 65536 elements: simd takes 0.62 times as long as go; it may take 0.50\n"+
		"pnm, 65536 elements: plugin takes 7.00 times as long as simd; it may take 6.00")
}

func TestReportsThatCannotBeChecked(t *testing.T) {
	_, err := told(t, row("go", 65536, 8))
	assert.EqualError(t, err, "pnm, 65536 elements: the report lacks the engine simd or go\n"+
		"pnm, 65536 elements: the report lacks the engine plugin or simd")
	_, err = told(t, row("go", 100, 8))
	assert.ErrorContains(t, err, "the report has no row to check")
}

func TestOddInput(t *testing.T) {
	for text, says := range map[string]string{
		"":                     "EOF",
		"rule engine":          "invalid character 'r'",
		`[]`:                   "cannot unmarshal array",
		`{"rows": []} {}`:      "something follows the report",
		`{"rows": [], "x": 1}`: `unknown field "x"`,
		`{"rounds": 2, "rows": [{"rule": "pnm", "engine": "go", "elements": 65536, "step_seconds": [1]}]}`:      "pnm, 65536 elements, engine go: it has 1 samples, of 2 rounds",
		`{"rounds": 0, "rows": [{"rule": "pnm", "engine": "go", "elements": 65536}]}`:                           "it has 0 samples, of 0 rounds",
		`{"rounds": 2, "rows": [{"rule": "pnm", "engine": "go", "elements": 65536, "step_seconds": [1, 0]}]}`:   "a step took 0 seconds",
		`{"rounds": 1, "rows": [{"rule": "pnm", "engine": "go", "elements": 65536, "step_seconds": [-1]}]}`:     "a step took -1 seconds",
		`{"rounds": 1, "rows": [{"rule": "pnm", "step_seconds": [1]}, {"rule": "pnm", "step_seconds": [0.1]}]}`: "there are two rows of it",
	} {
		err := check(strings.NewReader(text), &strings.Builder{})
		assert.ErrorContains(t, err, "the input is not what optc bench --json prints: ", text)
		assert.ErrorContains(t, err, says, text)
	}
}
