package train_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/train"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// results are those of three optimizers, one of which diverged at once and one
// with one seed.
func results() []*train.Result {
	row := func(label string, seed uint64, epoch int, accuracy float64) train.Row {
		return train.Row{Optimizer: label, Seed: seed, Epoch: epoch, Step: 10 * epoch, TrainLoss: 1 - accuracy, TestLoss: 2 - accuracy,
			TestAccuracy: accuracy, Seconds: 0.05 * float64(epoch), OptimizerSeconds: 0.01 * float64(epoch)}
	}
	return []*train.Result{
		{Optimizer: "pnm", Seed: 1, Steps: 20, Rows: []train.Row{row("pnm", 1, 1, 0.7), row("pnm", 1, 2, 0.6)}},
		{Optimizer: "a longer name", Seed: 1, Steps: 10, Rows: []train.Row{row("a longer name", 1, 1, 0.5)}},
		{Optimizer: "sgd", Seed: 1, Failure: "sgd, seed 1: diverged at step 3"},
		{Optimizer: "pnm", Seed: 2, Steps: 20, Rows: []train.Row{row("pnm", 2, 1, 0.7), row("pnm", 2, 2, 0.8)}},
	}
}

func TestTable(t *testing.T) {
	table := train.NewTable(results())
	golden(t, "table.txt", table.String())
	text, err := json.MarshalIndent(table, "", "  ")
	require.NoError(t, err)
	golden(t, "table.json", string(text)+"\n")
	pnm := table.Lines[0]
	assert.Equal(t, 2, pnm.Runs)
	assert.InDelta(t, 0.7, pnm.Final.Mean, 1e-15)
	assert.InDelta(t, math.Sqrt(0.02), pnm.Final.Deviation, 1e-15)
	assert.InDelta(t, 0.75, pnm.Best.Mean, 1e-15)
	assert.InDelta(t, 0.005, pnm.StepSeconds, 1e-15)
	assert.InDelta(t, 0.2, pnm.OptimizerShare, 1e-15)
}

func TestBestIsTheFirst(t *testing.T) {
	r := train.Result{Rows: []train.Row{{Epoch: 1, TestAccuracy: 0.1}, {Epoch: 2, TestAccuracy: 0.3}, {Epoch: 3, TestAccuracy: 0.3}, {Epoch: 4}}}
	best, ok := r.Best()
	assert.True(t, ok)
	assert.Equal(t, 2, best.Epoch)
	_, ok = (&train.Result{}).Best()
	assert.False(t, ok)
	_, ok = (&train.Result{}).Last()
	assert.False(t, ok)
}

func comparison() train.Comparison {
	task, _ := task()
	return train.Comparison{
		Task: task, Epochs: 3, Seeds: []uint64{1, 2},
		Optimizers: []train.Optimizer{optimizer("slow", lr(0.01)), optimizer("fast", lr(0.2)), optimizer("wild", lr(1e30))},
	}
}

func TestCompare(t *testing.T) {
	c, rec := comparison(), &tape{}
	c.Recorder = rec
	table, err := train.Compare(t.Context(), c)
	require.NoError(t, err)
	var order []string
	for _, p := range rec.plans {
		order = append(order, p.Optimizer+string(rune('0'+p.Seed)))
	}
	assert.Equal(t, []string{"slow1", "fast1", "wild1", "slow2", "fast2", "wild2"}, order)
	require.Len(t, table.Lines, 3)
	assert.Less(t, table.Lines[1].TrainLoss.Mean, table.Lines[0].TrainLoss.Mean)
	assert.Empty(t, table.Lines[1].Failures)
	require.Len(t, table.Lines[2].Failures, 2)
	assert.Contains(t, table.Lines[2].Failures[0], "wild, seed 1: diverged at step")
	alone := mustRun(t, train.Config{Task: c.Task, Optimizer: c.Optimizers[1], Seed: 2, Epochs: 3})
	assert.Equal(t, timeless(alone.Rows), timeless(table.Results[4].Rows), "a run is the same alone")
}

func TestCompareResumes(t *testing.T) {
	c := comparison()
	whole, err := train.Compare(t.Context(), c)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps, rec := 0, &tape{}
	rec.onStep = func(int) {
		if steps++; steps == 22 {
			cancel()
		}
	}
	c.Recorder, c.Checkpoints = rec, filepath.Join(t.TempDir(), "runs")
	part, err := train.Compare(ctx, c)
	var stopped *train.InterruptedError
	require.ErrorAs(t, err, &stopped)
	assert.Equal(t, filepath.Join(c.Checkpoints, "fast-seed-1"), stopped.Checkpoints)
	assert.Len(t, part.Results, 2)
	c.Resume, c.Recorder = true, &tape{}
	again, err := train.Compare(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, []int{15, 7, 0}, []int{c.Recorder.(*tape).plans[0].From, c.Recorder.(*tape).plans[1].From, c.Recorder.(*tape).plans[2].From})
	require.Len(t, again.Results, len(whole.Results))
	for i, r := range whole.Results {
		assert.Equal(t, timeless(r.Rows), timeless(again.Results[i].Rows))
	}
}

func TestCompareErrors(t *testing.T) {
	for want, change := range map[string]func(*train.Comparison){
		"a comparison of 0 optimizers with 2 seeds": func(c *train.Comparison) { c.Optimizers = nil },
		"a comparison of 3 optimizers with 0 seeds": func(c *train.Comparison) { c.Seeds = nil },
		`the optimizer label "Slow!" is empty or`:   func(c *train.Comparison) { c.Optimizers[2].Label = "Slow!" },
		`the optimizer label "é" is empty or too`:   func(c *train.Comparison) { c.Optimizers[2].Label = "é" },
		"the seed 7 is given twice":                 func(c *train.Comparison) { c.Seeds = []uint64{7, 7} },
		"no engine":                                 func(c *train.Comparison) { c.Optimizers[0].Engine = nil },
		"engine 2 is broken": func(c *train.Comparison) {
			c.Optimizers[1].Engine = func() (host.Engine, error) { return nil, errors.New("engine 2 is broken") }
		},
	} {
		c := comparison()
		change(&c)
		_, err := train.Compare(t.Context(), c)
		assert.ErrorContains(t, err, want)
	}
}
