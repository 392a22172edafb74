package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/train"
)

// quick begins the command lines of runs of a moment: 8 steps an epoch.
func quick(more string) []string {
	return words("train --engine go --batch 8 --data idx:" + dots + " " + more)
}

func table(t *testing.T, text string) *train.Table {
	t.Helper()
	var out train.Table
	require.NoError(t, json.Unmarshal([]byte(text), &out), text)
	return &out
}

// rows are all rows of a table, without the times.
func rows(t *testing.T, text string) []train.Row {
	t.Helper()
	var all []train.Row
	for _, r := range table(t, text).Results {
		for _, row := range r.Rows {
			row.Seconds, row.OptimizerSeconds = 0, 0
			all = append(all, row)
		}
	}
	return all
}

func TestTrainComparesOnTheSameBatches(t *testing.T) {
	place(t)
	o := optc(quick("pnm hb --steps 4 --seeds 2 --seed 7 --jsonl m.jsonl --csv m.csv --plot m.svg --json")...)
	require.Zero(t, o.code, o.err)
	assert.Contains(t, o.err, "pnm  seed 8", "progress goes to standard error")
	result := table(t, o.out)
	require.Len(t, result.Results, 4)
	assert.Len(t, result.Lines, 2)
	first := map[uint64]float64{}
	for _, r := range result.Results {
		assert.Equal(t, 4, r.Steps)
		first[r.Seed] = r.Rows[0].TrainLoss
	}
	assert.Len(t, first, 2)
	assert.Equal(t, 4, strings.Count(read(t, "m.jsonl"), "\n"))
	assert.Equal(t, 5, strings.Count(read(t, "m.csv"), "\n"))
	assert.Contains(t, read(t, "m.svg"), "<svg")
	assert.ElementsMatch(t, []string{"m.jsonl", "m.csv", "m.svg"}, listing(t, "."), "no checkpoints are left")
}

func TestTrainPrintsOneTable(t *testing.T) {
	place(t)
	text := good(t, quick("pnm pnm@1.0.0 --steps 1")...)
	assert.True(t, strings.HasPrefix(text, "optimizer "), text)
	assert.Equal(t, 3, strings.Count(text, "\n"))
	assert.Contains(t, text, "\npnm@1.0.0 ")
}

// The plugin, which is built and found by name, trains as the kernel that is
// compiled into optc does.
func TestTrainByNameWithThePlugin(t *testing.T) {
	place(t)
	line := "train pnm --steps 3 --json"
	assert.Equal(t, rows(t, good(t, words(line+" --engine go")...)), rows(t, good(t, words(line)...)))
}

func TestTrainSettings(t *testing.T) {
	place(t)
	at := func(more string) []float64 {
		var lr []float64
		for _, row := range rows(t, good(t, quick("pnm hb --steps 2 --json "+more)...)) {
			lr = append(lr, row.LR)
		}
		return lr
	}
	assert.Equal(t, []float64{0.01, 0.01}, at("--set lr=0.01"))
	assert.Equal(t, []float64{0.02, 0.01}, at("--set pnm.lr=0.02 --set lr=0.01"), "that of one optimizer goes before")
	assert.Equal(t, []float64{0.02, 0.005}, at("--set lr=0.02 --schedule hb.lr=step(every=1,factor=0.25)"))
}

func TestTrainMistakes(t *testing.T) {
	place(t, "file", "", "rule.opt", faulty, "cut/data_batch_1.bin", "cut short")
	require.NoError(t, os.Mkdir("dir", 0o755))
	before := listing(t, ".")
	for _, c := range []struct {
		code       int
		line, says string
	}{
		{exitFailed, "nope", "nope is not compiled into optc; leave --engine out, and its plugin steps"},
		{exitFailed, "pnm --set lrr=1", `no hyperparameter or option "lrr"; did you mean "lr"?`},
		{exitFailed, "pnm --set zzzz=1", "it has lr, beta1, beta0, lambda, decay"},
		{exitFailed, "pnm --set lr=NaN", "lr = NaN is outside its domain (0, inf)"},
		{exitFailed, "pnm --set lr=Inf", "lr = +Inf is outside its domain (0, inf)"},
		{exitFailed, "pnm --set lr=-1", "lr = -1 is outside its domain (0, inf)"},
		{exitFailed, "pnm --set lr=1e300", "lr = 1e+300 is beyond the greatest f32"},
		{exitFailed, "pnm --set lr=1e400", "1e400 is beyond the greatest number"},
		{exitFailed, "pnm --set lr=fast", `"fast" is not a number`},
		{exitFailed, "hb pnm --set pnm.lr=1e300", "pnm: --set lr=1e300"},
		{exitFailed, "hb pnm --set pnm.decay=l3", `has no choice "l3"; it has decoupled, l2`},
		{exitFailed, "pnm --schedule lr=cosin", `--schedule lr=cosin: no schedule "cosin"; did you mean "cosine"?`},
		{exitFailed, "pnm --schedule lrr=cosine", `did you mean "lr"?`},
		{exitFailed, "pnm --schedule decay=cosine", "decay is an option of pnm"},
		{exitFailed, "pnm --steps 3 --schedule lr=step(every=2,factor=0)", "in step 3 of 3, lr = 0 is outside its domain"},
		{exitFailed, "pnm --data cifar10:none", "cifar10 needs the file"},
		{exitFailed, "pnm --data cifar10:cut", "cut short or another format"},
		{exitFailed, "pnm --data mnist", `unknown data set "mnist"; the known ones are`},
		{exitFailed, "pnm --model rnn", `unknown model "rnn"`},
		{exitFailed, "pnm --batch 100000000", "more than the 64 training images of idx:"},
		{exitFailed, "pnm --jsonl none/x", "none"},
		{exitFailed, "pnm --csv dir", "dir is a folder"},
		{exitFailed, "pnm --plot file/x.svg", "can't be written"},
		{exitFailed, "pnm --checkpoints file", "checkpoints can't be kept in file"},
		{exitFailed, "pnm --checkpoints dir --resume", "no checkpoint in dir to go on from"},
		{exitUsage, "pnm --set lr", "--set lr: write it as NAME=VALUE"},
		{exitUsage, "pnm --set =1", "write it as NAME=VALUE"},
		{exitUsage, "pnm --schedule lr", "write it as NAME=VALUE"},
		{exitUsage, "pnm hb --set adam.lr=1", `"adam" is none of the optimizers of this command`},
		{exitUsage, "pnm pnm", "two of the optimizers are called pnm"},
		{exitUsage, "pnm --plot x.txt", "let the name end in .svg"},
		{exitUsage, "pnm --resume", "--resume needs the folder to go on from"},
		{exitUsage, "pnm --seeds 0", "--seeds must be from 1"},
		{exitUsage, "pnm --seeds 999999999999", "--seeds must be from 1"},
		{exitUsage, "pnm --epochs 0", "--epochs must be from 1"},
		{exitUsage, "pnm --epochs 9000000000000000", "--epochs must be from 1"},
		{exitUsage, "pnm --steps=-1", "--steps must be from 1"},
		{exitUsage, "pnm --batch 0", "--batch must be at least 1"},
		{exitUsage, "pnm --clip-norm=-1", "--clip-norm must be a positive number"},
		{exitUsage, "pnm --clip-norm NaN", "--clip-norm must be a positive number"},
		{exitUsage, "pnm --clip-value=Inf", "--clip-value must be a positive number"},
		{exitUsage, "pnm --save-every=-1", "--save-every must be at least 1"},
	} {
		bad(t, c.code, quick(c.line), c.says)
	}
	require.NoError(t, os.WriteFile("old", nil, 0o644))
	before = append(before, "old")
	for line, says := range map[string]string{
		"pnm --csv x --jsonl x":               "--jsonl and --csv would write the same file, x; give each one of its own",
		"pnm --csv dir/../x.svg --plot x.svg": "--csv and --plot would write the same file, x.svg",
		"pnm --jsonl ./x.svg --plot x.svg":    "--jsonl and --plot would write the same file",
		"pnm --csv old --jsonl dir/../old":    "--jsonl and --csv would write the same file",
	} {
		bad(t, exitUsage, quick(line), says)
	}
	bad(t, exitFailed, words("train hbb"), `there is no optimizer "hbb"; did you mean "hb"?`)
	bad(t, exitFailed, words("train rule.opt"), "rule.opt:5:22: error[E0201]")
	assert.ElementsMatch(t, before, listing(t, "."))
}

func TestTrainThatDivergesFails(t *testing.T) {
	place(t)
	o := optc(quick("sgd hb --steps 12 --set sgd.lr=1e30 --json")...)
	assert.Equal(t, exitFailed, o.code)
	results := table(t, o.out).Results
	require.Len(t, results, 2, "the other optimizer trains all the same")
	assert.Contains(t, results[0].Failure, "diverged at step")
	assert.Empty(t, results[1].Failure)
	assert.Empty(t, listing(t, "."))
}

// pullAt is a writer that cancels a context once a text has come by.
type pullAt struct {
	bytes.Buffer
	text string
	pull context.CancelFunc
}

func (p *pullAt) Write(b []byte) (int, error) {
	n, err := p.Buffer.Write(b)
	if strings.Contains(p.String(), p.text) {
		p.pull()
	}
	return n, err
}

// interrupted performs a command line with Ctrl-C at the moment when a text
// comes out on standard error.
func interrupted(text string, args []string) outcome {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out bytes.Buffer
	errs := &pullAt{text: text, pull: cancel}
	a := &app{ctx: ctx, in: strings.NewReader(""), out: &out, err: errs}
	code := a.run(args)
	return outcome{code, out.String(), errs.String()}
}

const long = "pnm hb --epochs 3 --set hb.lr=0.03 --schedule lr=cosine(min=0.1) --json"

func TestCtrlCAndResumeGiveTheNumbersOfAnUninterruptedRun(t *testing.T) {
	place(t)
	want := rows(t, good(t, quick(long)...))
	assert.Empty(t, listing(t, "."))

	o := interrupted("hb  seed 1  epoch 2/3", quick(long))
	assert.Equal(t, exitInterrupted, o.code)
	assert.Len(t, rows(t, o.out), 3+2, "what there is is printed")
	assert.Contains(t, o.err, "stopped after 16 of 24 steps")

	// The error ends with the command line that goes on.
	_, command, ok := strings.Cut(o.err, "to go on: optc ")
	require.True(t, ok, o.err)
	args := words(strings.ReplaceAll(command, "'", ""))
	assert.Contains(t, args, "--resume")
	o = optc(args...)
	require.Zero(t, o.code, o.err)
	assert.Contains(t, o.err, "hb  seed 1  resumed after step 16 of 24")
	assert.Equal(t, want, rows(t, o.out))

	again := optc(args...)
	require.Zero(t, again.code, again.err)
	assert.Equal(t, want, rows(t, again.out), "what is done is not done again")
}

// The table leaves what the error says to the error, which comes right after it
// on a terminal.
func TestCtrlCSaysOnceWhereARunStopped(t *testing.T) {
	place(t)
	o := interrupted("hb  seed 1  epoch 2/3", quick("pnm hb --epochs 3"))
	assert.Equal(t, exitInterrupted, o.code)
	assert.Contains(t, o.out, "hb: 1 of 1 runs ended early:\n  hb, seed 1: stopped after step 16\n")
	assert.Contains(t, o.err, "optc: hb, seed 1: stopped after 16 of 24 steps; the checkpoint in ")
	assert.Equal(t, 1, strings.Count(o.out+o.err, "is where a resumed run goes on, bit for bit"))
}

// A run that diverged is no error of the command's: the table alone tells of it.
func TestTheTableTellsOfDivergedRuns(t *testing.T) {
	place(t)
	o := interrupted("hb  seed 1  epoch 2/3", quick("sgd hb --epochs 3 --set sgd.lr=1e30"))
	assert.Equal(t, exitInterrupted, o.code)
	assert.Contains(t, o.out, "sgd, seed 1: diverged at step ")
	assert.NotContains(t, o.err, "diverged at step ")
}

func TestCheckpointsOfAnotherRunAreSafe(t *testing.T) {
	place(t)
	base := "pnm --checkpoints kept "
	good(t, quick(base+"--steps 2")...)
	latest := filepath.Join("kept", "pnm-seed-1", "latest")
	before := read(t, latest)
	for _, c := range []struct{ line, says string }{
		{"--steps 3", "has the checkpoint of a run already; resume it, or name another folder (with --resume, or with another --checkpoints)"},
		{"--steps 3 --resume --batch 4", "the batch size was 8 there and is 4 now"},
		{"--steps 3 --resume --set decay=l2", "it was made with decay = decoupled, not l2; choose decoupled, or name another folder"},
		{"--steps 3 --resume --model cnn", "it has 6 parameters, not 10: these are other parameters than those that were saved; give the same ones, or name another folder (most likely it was made with another --model or --data)"},
		{"--steps 1 --resume", "has 2 steps, more than the 1 of this run"},
	} {
		bad(t, exitFailed, quick(base+c.line), c.says)
		assert.Equal(t, before, read(t, latest), c.line)
	}
	good(t, quick(base+"--steps 3 --resume")...)
	assert.NotEqual(t, before, read(t, latest))
	good(t, quick("hb --checkpoints kept --steps 1")...)
	assert.ElementsMatch(t, []string{"pnm-seed-1", "hb-seed-1"}, listing(t, "kept"))
}

// A resumed run may be set otherwise, but not without a word.
func TestResumeTellsWhatHasChanged(t *testing.T) {
	place(t)
	good(t, quick("hb --checkpoints kept --steps 2 --set lr=0.01")...)
	o := optc(quick("hb pnm --checkpoints kept --steps 4 --resume --set lr=0.5 --schedule lr=cosine --clip-norm 1 --json")...)
	require.Zero(t, o.code, o.err)
	for _, line := range []string{
		"hb, seed 1: lr was 0.01 when the checkpoint was written and is 0.5 now\n",
		"hb, seed 1: the schedule of lr was none when the checkpoint was written and is cosine(total=4, min=0) now\n",
		"hb, seed 1: clipping by norm was off when the checkpoint was written and is 1 now\n",
		"hb, seed 1: the number of steps was 2 when the checkpoint was written and is 4 now\n",
		"pnm, seed 1: no checkpoint in " + filepath.Join("kept", "pnm-seed-1") + "; it begins at step 0\n",
	} {
		assert.Contains(t, o.err, line)
	}
	assert.Len(t, rows(t, o.out), 3)

	o = optc(quick("hb --checkpoints kept --steps 4 --resume --set lr=0.25 --schedule lr=cosine --clip-norm 1")...)
	require.Zero(t, o.code, o.err)
	assert.Contains(t, o.err, "hb, seed 1: lr was 0.5 when the checkpoint was written and is 0.25 now\n"+
		"hb, seed 1: its steps are done already, as it was set then; to do them as it is set now, name another folder\n"+
		"hb  seed 1  is done already\n")
}

func TestResumeWithAnotherTextOfTheRule(t *testing.T) {
	place(t, "drag.opt", drag(t))
	line := words("train drag.opt --batch 8 --steps 1 --checkpoints kept --data idx:" + dots)
	good(t, line...)
	require.NoError(t, os.WriteFile("drag.opt", []byte(drag(t)+"# another one\n"), 0o644))
	bad(t, exitFailed, append(line, "--resume"), "it was made with another text of drag, version",
		"go on with the text that it was made with, or name another folder (put the former text of the .opt file back, "+
			"or name the folder of the former plugin with --plugin-dir)")
}

func TestDefaultCheckpoints(t *testing.T) {
	t.Run("kept where they were asked for", func(t *testing.T) {
		place(t)
		o := optc(quick("pnm --epochs 2 --save-every 1")...)
		require.Zero(t, o.code, o.err)
		_, folder, ok := strings.Cut(o.err, "the checkpoints are in ")
		require.True(t, ok, o.err)
		assert.FileExists(t, filepath.Join(strings.TrimSpace(folder), "pnm-seed-1", "latest"))
	})
	t.Run("each command has its own", func(t *testing.T) {
		place(t)
		for range 2 {
			assert.Equal(t, exitInterrupted, interrupted("epoch 1/2", quick("pnm --epochs 2")).code)
		}
		assert.Len(t, listing(t, defaultCheckpoints), 2)
	})
	t.Run("elsewhere, where the working directory can't be written", func(t *testing.T) {
		place(t, ".optc", "a file")
		good(t, quick("pnm --steps 1")...)
		o := interrupted("epoch 1/2", quick("pnm --epochs 2"))
		assert.Equal(t, exitInterrupted, o.code)
		_, folder, ok := strings.Cut(o.err, "--checkpoints ")
		require.True(t, ok, o.err)
		folder = strings.Trim(words(folder)[0], "'")
		assert.FileExists(t, filepath.Join(folder, "pnm-seed-1", "latest"))
		require.NoError(t, os.RemoveAll(folder))
	})
}

func TestCtrlCWhileReadingStandardInput(t *testing.T) {
	place(t)
	never, w := io.Pipe()
	defer w.Close()
	for _, line := range []string{"check -", "fmt", "trace pnm --engine go"} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var out, errs bytes.Buffer
		a := &app{ctx: ctx, in: never, out: &out, err: &errs}
		assert.Equal(t, exitInterrupted, a.run(words(line)), line)
		assert.Empty(t, out.String(), line)
	}
}
