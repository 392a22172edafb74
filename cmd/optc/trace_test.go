package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run is a recording with all that one can have.
const run = `{"note": "for the reader", "theta0": [1, -2.5],
 "gradients": [[0.1, 0.2], null, [0.3, -1], [1e-3, 7]], "schedule": {"lr": [0.1, 0.2, 0.3, 0.1]}}`

func TestTraceIsTheSameOnAllEngines(t *testing.T) {
	place(t, "run.json", run)
	files := []string{"run.json", filepath.Join(here, "..", "..", "spec", "testdata", "golden", "pnm-default.json")}
	for _, in := range files {
		for _, dtype := range []string{"f32", "f64"} {
			args := []string{"trace", "pnm", "--set", "decay=l2", "--set", "lambda=0.01", "--dtype", dtype, "--in", in, "--engine"}
			want := good(t, append(args, "eval")...)
			assert.Equal(t, want, good(t, append(args, "go")...), "%s %s", in, dtype)
			assert.Equal(t, want, good(t, append(args, "plugin")...), "%s %s", in, dtype)
		}
	}
}

// The plugin gets the seed over the wire, to the last bit.
func TestTraceDrawsByTheSeed(t *testing.T) {
	place(t, "run.json", `{"theta0": [1, -2.5], "gradients": [[0.1, 0.2], null, [0.3, -1]]}`)
	trace := func(engine, seed string) string {
		return good(t, words("trace noisysgd --in run.json --engine "+engine+" --seed "+seed)...)
	}
	want := trace("eval", "18446744073709551615")
	assert.Equal(t, want, trace("go", "18446744073709551615"))
	assert.Equal(t, want, trace("plugin", "18446744073709551615"))
	assert.NotEqual(t, want, trace("go", "18446744073709551614"))
	assert.Equal(t, trace("eval", "0"), good(t, words("trace noisysgd --in run.json --engine go")...))
}

// theta is the output of trace.
type theta struct{ Theta [][]*float64 }

func parseTheta(t *testing.T, text string) [][]*float64 {
	t.Helper()
	var out theta
	require.NoError(t, json.Unmarshal([]byte(text), &out))
	return out.Theta
}

func TestTraceReproducesARecordedRun(t *testing.T) {
	in := filepath.Join(here, "..", "..", "spec", "testdata", "golden", "pnm-default.json")
	var recorded theta
	require.NoError(t, json.Unmarshal([]byte(read(t, in)), &recorded))
	got := parseTheta(t, good(t, "trace", "pnm", "--engine", "go", "--in", in))
	// The files begin with theta0 where they have a row more than there are steps.
	want := recorded.Theta[len(recorded.Theta)-len(got):]
	require.NotEmpty(t, got)
	for i := range want {
		for j := range want[i] {
			assert.InEpsilon(t, *want[i][j], *got[i][j], 1e-12, "step %d, element %d", i+1, j)
		}
	}
}

func TestTraceScheduleAndNullRows(t *testing.T) {
	place(t, "run.json", run)
	rows := parseTheta(t, good(t, words("trace sgd --engine go --in run.json --out -")...))
	require.Len(t, rows, 4)
	first := 1 - 0.1*0.1
	third := first - 0.3*0.3
	for i, want := range []float64{first, first, third, third - 0.1*1e-3} {
		assert.InDelta(t, want, *rows[i][0], 1e-15, "step %d", i+1)
	}
	o := optcFrom(run, words("trace sgd --engine go")...)
	assert.Equal(t, rows, parseTheta(t, o.out), "from standard input")
}

func TestTraceOfNumbersThatAreNotFinite(t *testing.T) {
	place(t, "run.json", `{"theta0": [1, 1], "gradients": [[1, 1], [1e308, 1], [1e308, 1]]}`)
	o := optc(words("trace sgd --set lr=10 --engine go --in run.json")...)
	assert.Zero(t, o.code)
	assert.Contains(t, o.err, "not finite from step 2 on")
	rows := parseTheta(t, o.out)
	assert.NotNil(t, rows[0][0])
	assert.Nil(t, rows[1][0], "JSON has no infinity")
	assert.NotNil(t, rows[2][1])
}

func TestTraceWritesAllOrNothing(t *testing.T) {
	place(t, "run.json", run, "old.json", "old", "file", "", "bad.json", `{"theta0": [1], "gradients": [[1], [1]], "schedule": {"lr": [1, -1]}}`)
	require.NoError(t, os.Mkdir("dir", 0o755))
	before := listing(t, ".")
	bad(t, exitFailed, words("trace sgd --engine go --in bad.json --out old.json"), "step 2: lr = -1 is outside its domain (0, inf)")
	assert.Equal(t, "old", read(t, "old.json"))
	for _, out := range []string{"dir", "file/x", "none/x"} {
		bad(t, exitFailed, []string{"trace", "sgd", "--engine", "go", "--in", "run.json", "--out", out}, out)
	}
	assert.Equal(t, before, listing(t, "."))
	assert.Empty(t, good(t, words("trace sgd --engine go --in run.json --out old.json")...))
	assert.Len(t, parseTheta(t, read(t, "old.json")), 4)
	assert.Equal(t, before, listing(t, "."))
}

func TestTraceOfBadRecordings(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "it is not JSON"},
		{"[1]", "it must be an object with theta0 and gradients"},
		{"null", "theta0 must be a list of numbers"},
		{"{}", "theta0 must be a list of numbers"},
		{`{"theta0": [1], "gradients": [[1]]} x`, "it is not JSON"},
		{`{"theta0": [1], "gradients": [[NaN]]}`, "at byte 32; JSON has no NaN or Infinity"},
		{`{"theta0": [1], "gradients": [[-Infinity]]}`, "JSON has no NaN or Infinity"},
		{`{"theta0": [], "gradients": []}`, "theta0 is empty"},
		{`{"theta0": [1]}`, "it has no gradients"},
		{`{"theta0": [1], "gradients": null}`, "it has no gradients"},
		{`{"theta0": [1], "gradients": 3}`, "it has no gradients"},
		{`{"theta0": "1", "gradients": [[1]]}`, "theta0 must be a list of numbers"},
		{`{"theta0": [1], "gradients": [[1], 2]}`, "the row of gradients of step 2 must be a list of numbers"},
		{`{"theta0": [1], "gradients": [[1], ["x"]]}`, "the row of gradients of step 2 must be a list of numbers"},
		{`{"theta0": [1], "gradients": [[1], [1, 2]]}`, "the row of gradients of step 2 has 2 values; theta0 has 1"},
		{`{"theta0": [1], "gradients": [[1], []]}`, "the row of gradients of step 2 has 0 values; theta0 has 1"},
		{`{"theta0": [1, 2], "gradients": [[1, null]]}`, "the row of gradients of step 1: value 2 of 2 is null"},
		{`{"theta0": [1], "gradients": [[1e400]]}`, "the number 1e400 is beyond the greatest one"},
		{`{"theta0": [1], "gradients": [[1]], "schedule": [1]}`, "schedule must be an object"},
		{`{"theta0": [1], "gradients": [[1]], "schedule": {"lr": 1}}`, "the schedule of lr must be a list of numbers"},
		{`{"theta0": [1], "gradients": [[1]], "schedule": {"lr": [null]}}`, "the schedule of lr: value 1 of 1 is null"},
		{`{"theta0": [1], "gradients": [[1]], "schedule": {"lr": [1, 1]}}`, "the schedule of lr has 2 values, and the recording 1 step; it needs one value a step"},
		{`{"theta0": [1], "gradients": [[1]], "schedule": {"lrr": [1]}}`, `pnm has no hyperparameter or option "lrr"; did you mean "lr"?`},
		{`{"theta0": [1], "gradients": [[1]], "schedule": {"decay": [1]}}`, "decay is an option of pnm"},
	} {
		o := optcFrom(c.text, words("trace pnm --engine go")...)
		assert.Equal(t, exitFailed, o.code, c.text)
		assert.Empty(t, o.out, c.text)
		assert.Contains(t, o.err, c.says, c.text)
	}
}

func TestTraceMistakes(t *testing.T) {
	place(t, "run.json", run, "drag.opt", drag(t), "big.json", `{"theta0": [1e300], "gradients": [[1]]}`,
		"steep.json", `{"theta0": [1], "gradients": [[1], [1e39]]}`)
	for _, c := range []struct{ line, says string }{
		{"trace pnm --engine go --in none.json", "the recording none.json can't be read"},
		{"trace pnm --engine go --in .", "the recording . can't be read"},
		{"trace nope --engine eval --in run.json", `there is no optimizer "nope"`},
		{"trace drag.opt --engine go --in run.json", "drag.opt is not compiled into optc; leave --engine out for its plugin, or give --engine eval"},
		{"trace pnm --engine go --in run.json --set lrr=1", `did you mean "lr"?`},
		{"trace pnm --engine go --in run.json --set decay=l3", `has no choice "l3"; it has decoupled, l2`},
		{"trace pnm --engine go --in run.json --set lr=NaN", "lr = NaN is outside its domain (0, inf)"},
		{"trace pnm --engine go --in run.json --set lr=1e300 --dtype f32", "beyond the greatest f32"},
		{"trace pnm --engine go --in big.json --dtype f32", "theta0 has 1e+300, beyond the greatest f32"},
		{"trace pnm --engine go --in steep.json --dtype f32", "step 2 has 1e+39, beyond the greatest f32"},
	} {
		bad(t, exitFailed, words(c.line), c.says)
	}
	o := optcFrom("{", words("trace pnm --engine go")...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.err, "the recording on standard input: it is not JSON")
	bad(t, exitUsage, words("trace pnm --engine go --in run.json --set lr"), "write it as NAME=VALUE")
	assert.Contains(t, good(t, words("trace drag.opt --engine eval --in run.json")...), "theta")
}

// No text makes the reader of recordings panic, and what it takes fits.
func FuzzRecording(f *testing.F) {
	f.Add(run)
	f.Add(`{"theta0": [1], "gradients": [null, [1e400]], "schedule": {"": [null]}}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecording([]byte(text))
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		for _, row := range append([][]float64{r.theta0}, r.gradients...) {
			assert.True(t, row == nil || len(row) == len(r.theta0))
			for _, x := range row {
				assert.False(t, math.IsNaN(x) || math.IsInf(x, 0))
			}
		}
	})
}
