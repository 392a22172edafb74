package train_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/train"
)

// rows are those of two runs.
func rows() []train.Row {
	return []train.Row{
		{Optimizer: "pnm", Seed: 1<<64 - 1, Epoch: 1, Step: 5, TrainLoss: 1.0 / 3, TestLoss: 2.5, TestAccuracy: 0.1, LR: 0.1, Seconds: 1.25, OptimizerSeconds: 0.5},
		{Optimizer: `a, "b"`, Seed: 0, Epoch: 1, Step: 5, TrainLoss: 1e-300, TestLoss: 2, TestAccuracy: 1, Seconds: 0},
	}
}

func record(t *testing.T, r train.Recorder, rows ...train.Row) {
	t.Helper()
	for _, row := range rows {
		require.NoError(t, r.Begin(train.Plan{Optimizer: row.Optimizer, Seed: row.Seed, Steps: 10, StepsPerEpoch: 5}))
		r.Step(1, 1)
		require.NoError(t, r.Epoch(row))
		require.NoError(t, r.End(&train.Result{Optimizer: row.Optimizer, Rows: []train.Row{row}}))
	}
}

func TestJSONL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	record(t, train.JSONL(path), rows()...)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	require.Len(t, lines, 3)
	assert.Equal(t, `{"optimizer":"pnm","seed":18446744073709551615,"epoch":1,"step":5,"train_loss":0.3333333333333333,"test_loss":2.5,`+
		`"test_accuracy":0.1,"lr":0.1,"seconds":1.25,"optimizer_seconds":0.5}`, lines[0])
	for i, want := range rows() {
		var got train.Row
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &got))
		assert.Equal(t, want, got)
	}
}

func TestCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	record(t, train.CSV(path), rows()...)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, [][]string{
		{"optimizer", "seed", "epoch", "step", "train_loss", "test_loss", "test_accuracy", "lr", "seconds", "optimizer_seconds"},
		{"pnm", "18446744073709551615", "1", "5", "0.3333333333333333", "2.5", "0.1", "0.1", "1.25", "0.5"},
		{`a, "b"`, "0", "1", "5", "1e-300", "2", "1", "", "0", "0"},
	}, table)
}

// At every moment a log is the old file or a whole new one.
func TestLogIsNeverHalf(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("old\n"), 0o666))
	log := train.JSONL(path)
	require.NoError(t, log.Begin(train.Plan{}))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old\n", string(text), "the old file stays until the first row")
	reader, err := os.Open(path)
	require.NoError(t, err)
	defer reader.Close()
	record(t, log, rows()...)
	held, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.HasSuffix(held, []byte("}\n")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no temporary file stays")
}

func TestLogThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "log.csv")
	err := train.CSV(path).Epoch(train.Row{})
	require.ErrorContains(t, err, "the log "+path+" can't be written")
	task, _ := task()
	_, err = train.Run(t.Context(), train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1, Recorder: train.JSONL(path)})
	require.ErrorContains(t, err, "can't be written")
}

func TestRecordersTellAll(t *testing.T) {
	a, b := &tape{}, &tape{}
	record(t, train.Recorders{a, b}, rows()...)
	assert.Equal(t, a, b)
	assert.Equal(t, rows(), a.rows)
	assert.Len(t, a.plans, 2)
	assert.Len(t, a.results, 2)
	assert.Equal(t, []int{1, 1}, a.steps)
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	lines := train.Lines(&out)
	require.NoError(t, lines.Begin(train.Plan{Optimizer: "pnm", Seed: 1, Steps: 49, StepsPerEpoch: 5}))
	require.NoError(t, lines.Epoch(train.Row{Epoch: 1, Step: 5, TrainLoss: 1.5, TestLoss: 1.25, TestAccuracy: 0.0625, Seconds: 3}))
	require.NoError(t, lines.End(&train.Result{}))
	require.NoError(t, lines.Begin(train.Plan{Optimizer: "pnm", Seed: 2, From: 5, Steps: 10, StepsPerEpoch: 5}))
	require.NoError(t, lines.Epoch(train.Row{Epoch: 1, Step: 5}))
	require.NoError(t, lines.Epoch(train.Row{Epoch: 2, Step: 10, TestAccuracy: 1, Seconds: 125}))
	require.NoError(t, lines.End(&train.Result{Failure: "x"}))
	require.NoError(t, lines.Begin(train.Plan{Optimizer: "pnm", Seed: 3, From: 10, Steps: 10, StepsPerEpoch: 5}))
	require.NoError(t, lines.End(&train.Result{}))
	assert.Equal(t, `pnm  seed 1  epoch  1/10  train loss 1.5000  test loss 1.2500  test accuracy  6.25 %  3.0 s
pnm  seed 2  resumed after step 5 of 10
pnm  seed 2  epoch 2/2  train loss 0.0000  test loss 0.0000  test accuracy 100.00 %  2m5s
pnm  seed 2  ended early
pnm  seed 3  is done already
`, out.String())
}

// A file is no terminal: it gets the lines.
func TestProgressInAFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer f.Close()
	record(t, train.Progress(f), rows()[0])
	text, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	assert.Equal(t, "pnm  seed 18446744073709551615  epoch 1/2  train loss 0.3333  test loss 2.5000  test accuracy 10.00 %  1.2 s\n", string(text))
}

func TestPlot(t *testing.T) {
	dir := t.TempDir()
	var all []train.Row
	for _, seed := range []uint64{1, 2} {
		for epoch := 1; epoch <= 4; epoch++ {
			for k, label := range []string{"pnm", "adam <&>"} {
				x := float64(epoch) + float64(k) + float64(seed)/3
				all = append(all, train.Row{Optimizer: label, Seed: seed, Epoch: epoch, Step: 5 * epoch, TrainLoss: 3 - x/3, TestAccuracy: x / 8})
			}
		}
	}
	for _, name := range []string{"a.svg", "a.png", "a.pdf"} {
		plot, err := train.Plot(filepath.Join(dir, name))
		require.NoError(t, err)
		record(t, plot, all...)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "a.svg"))
	require.NoError(t, err)
	for _, want := range []string{"<svg", "Training loss", "Test accuracy", "cross-entropy (nats)", "correct (%)", "epochs of training", "> pnm<", "adam &lt;&amp;&gt;", "fill-opacity"} {
		assert.Contains(t, string(svg), want)
	}
	f, err := os.Open(filepath.Join(dir, "a.png"))
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	seen := map[any]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			seen[picture.At(x, y)] = true
		}
	}
	assert.Greater(t, len(seen), 20, "something is drawn")
	again, err := train.Plot(filepath.Join(dir, "b.svg"))
	require.NoError(t, err)
	record(t, again, all...)
	second, err := os.ReadFile(filepath.Join(dir, "b.svg"))
	require.NoError(t, err)
	assert.Equal(t, svg, second, "the same rows give the same file")
}

func TestPlotErrors(t *testing.T) {
	_, err := train.Plot("curves.gif")
	require.EqualError(t, err, `a plot can't be written as "curves.gif"; let the name end in .svg, .png or .pdf`)
	path := filepath.Join(t.TempDir(), "none", "curves.svg")
	plot, err := train.Plot(path)
	require.NoError(t, err)
	require.NoError(t, plot.End(nil), "nothing to draw")
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, plot.Begin(train.Plan{StepsPerEpoch: 1}))
	require.NoError(t, plot.Epoch(train.Row{Step: 1}))
	require.ErrorContains(t, plot.End(nil), "the plot "+path+" can't be written")
}
