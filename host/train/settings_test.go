package train_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/host/train"
)

// halved is a run of 10 steps that was stopped after 5.
func halved(t *testing.T) train.Config {
	task, _ := task()
	c := train.Config{Task: task, Optimizer: optimizer("m", lr(0.01)), Seed: 1, Epochs: 2, Checkpoints: t.TempDir(), CheckpointEvery: 1}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.Recorder = &tape{onStep: func(step int) {
		if step == 5 {
			cancel()
		}
	}}
	_, err := train.Run(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	c.Resume = true
	return c
}

// notes are what a run tells as it begins.
func notes(t *testing.T, c train.Config) []string {
	t.Helper()
	rec := &tape{}
	c.Recorder = rec
	mustRun(t, c)
	require.Len(t, rec.plans, 1)
	return rec.plans[0].Notes
}

func TestResumeTellsWhatHasChanged(t *testing.T) {
	cosine, err := schedule.Parse("cosine(total=10)")
	require.NoError(t, err)
	own := schedule.Func(func(int) float64 { return 1 })
	scheduled := func(s host.Schedule) func(*train.Config) {
		return func(c *train.Config) { c.Optimizer.Config.Schedules = map[string]host.Schedule{"lr": s} }
	}
	for want, change := range map[string]func(*train.Config){
		"":                            func(*train.Config) {},
		"lr was 0.01 … and is 0.5":    func(c *train.Config) { c.Optimizer.Config = lr(0.5) },
		"lr was 0.01 … and is 0.05":   func(c *train.Config) { c.Optimizer.Config = host.Config{} },
		"lambda was 0 … and is 0.001": func(c *train.Config) { c.Optimizer.Config.Set = map[string]float64{"lr": 0.01, "lambda": 0.001} },
		"the schedule of lr was none … and is cosine(total=10, min=0)":              scheduled(cosine),
		"the schedule of lr was none … and is the program's own":                    scheduled(own),
		"weight decay of biases was off … and is on":                                func(c *train.Config) { c.Optimizer.DecayBiases = true },
		"clipping by norm was off … and is 1":                                       func(c *train.Config) { c.Optimizer.Config.Clip.Norm = 1 },
		"clipping by value was off … and is 0.5":                                    func(c *train.Config) { c.Optimizer.Config.Clip.Value = 0.5 },
		"the policy for gradients that are not finite was stop … and is skip":       func(c *train.Config) { c.Optimizer.Config.NonFinite = host.Skip },
		"the number of steps was 10 … and is 15":                                    func(c *train.Config) { c.Epochs = 3 },
		"clipping by norm was off … and is 1|the number of steps was 10 … and is 7": func(c *train.Config) { c.Optimizer.Config.Clip.Norm, c.Steps = 1, 7 },
	} {
		c := halved(t)
		change(&c)
		var told []string
		for _, note := range notes(t, c) {
			assert.Contains(t, note, " when the checkpoint was written and is ")
			assert.True(t, strings.HasSuffix(note, " now"), note)
			note = strings.TrimSuffix(note, " now")
			told = append(told, strings.Replace(note, "when the checkpoint was written", "…", 1))
		}
		assert.Equal(t, want, strings.Join(told, "|"))
		assert.Empty(t, notes(t, c), "from now on the checkpoint has what is new")
	}
}

// The rows of a run that is done are not passed off as those of other settings.
func TestResumeOfADoneRunWithOtherSettings(t *testing.T) {
	c := halved(t)
	done := mustRun(t, c)
	c.Optimizer.Config = lr(0.5)
	assert.Equal(t, []string{
		"lr was 0.01 when the checkpoint was written and is 0.5 now",
		"its steps are done already, as it was set then; to do them as it is set now, name another folder",
	}, notes(t, c))
	assert.Equal(t, done.Rows, mustRun(t, c).Rows)
}

func TestResumeWithoutACheckpoint(t *testing.T) {
	task, _ := task()
	dir := t.TempDir()
	c := train.Config{Task: task, Optimizer: optimizer("m", lr(0.01)), Epochs: 1, Checkpoints: dir, Resume: true}
	assert.Equal(t, []string{"no checkpoint in " + dir + "; it begins at step 0"}, notes(t, c))
	c.Checkpoints, c.Resume = t.TempDir(), false
	assert.Empty(t, notes(t, c), "a new run")
}

// A checkpoint that records no settings, as older ones don't, is taken as it is.
func TestResumeOfAnOlderCheckpoint(t *testing.T) {
	c := halved(t)
	want := mustRun(t, c)
	c = halved(t)
	folder := filepath.Join(c.Checkpoints, "step-0000000005")
	path := filepath.Join(folder, "checkpoint.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, json.Unmarshal(text, &all))
	extra := all["extra"].(map[string]any)
	require.Contains(t, extra, "settings")
	delete(extra, "settings")
	text, err = json.Marshal(all)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o666))
	sum := sha256.Sum256(text)
	latest := filepath.Base(folder) + "\nsha256:" + hex.EncodeToString(sum[:]) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(c.Checkpoints, "latest"), []byte(latest), 0o666))
	assert.Equal(t, timeless(want.Rows), timeless(mustRun(t, c).Rows))

	require.NoError(t, os.WriteFile(filepath.Join(c.Checkpoints, "latest"), []byte(latest), 0o666))
	c.Optimizer.Config = lr(0.5)
	assert.Empty(t, notes(t, c))
}

func TestLinesTellNotes(t *testing.T) {
	var out bytes.Buffer
	plan := train.Plan{Optimizer: "pnm", Seed: 2, From: 10, Steps: 10, StepsPerEpoch: 5, Notes: []string{"a was 1", "b was 2"}}
	require.NoError(t, train.Lines(&out).Begin(plan))
	assert.Equal(t, "pnm, seed 2: a was 1\npnm, seed 2: b was 2\npnm  seed 2  is done already\n", out.String())
}
