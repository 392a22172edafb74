package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/host/problem"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/host/train"
)

func TestRunLearns(t *testing.T) {
	task, _ := task()
	rec := &tape{}
	result := mustRun(t, train.Config{Task: task, Optimizer: optimizer("m", lr(0.2)), Seed: 1, Epochs: 30, Recorder: rec})
	last, ok := result.Last()
	require.True(t, ok)
	assert.Greater(t, last.TestAccuracy, 0.9)
	assert.Less(t, last.TrainLoss, rec.rows[0].TrainLoss/2)
	assert.Equal(t, []train.Plan{{Optimizer: "m", Seed: 1, Steps: 150, StepsPerEpoch: 5}}, rec.plans)
	assert.Equal(t, result.Rows, rec.rows)
	require.Len(t, rec.results, 1)
	assert.Equal(t, result, rec.results[0])
	require.Len(t, rec.steps, 150)
	for i, row := range rec.rows {
		assert.Equal(t, i+1, row.Epoch)
		assert.Equal(t, 5*(i+1), row.Step)
		assert.Equal(t, 0.2, row.LR)
		var sum float64
		for _, loss := range rec.losses[5*i:][:5] {
			sum += loss
		}
		assert.Equal(t, sum/5, row.TrainLoss)
		assert.LessOrEqual(t, row.OptimizerSeconds, row.Seconds)
	}
}

// The whole is the same as a loop that is written out.
func TestRunIsTheLoop(t *testing.T) {
	task, l := task()
	result := mustRun(t, train.Config{Task: task, Optimizer: optimizer("m", lr(0.1)), Seed: 3, Steps: 7})
	seen := l.seen
	batches, err := data.NewBatches(50, 10, 3)
	require.NoError(t, err)
	theta, m := l.Init(3), [][]float32{make([]float32, 64), make([]float32, 4)}
	grads := [][]float32{make([]float32, 64), make([]float32, 4)}
	var losses []float64
	for step := range 7 {
		loss, err := l.LossAndGrad(theta, batches.At(step), grads)
		require.NoError(t, err)
		losses = append(losses, loss)
		for i := range theta {
			for j, g := range grads[i] {
				m[i][j] = float32(0.9*m[i][j]) + g
				theta[i][j] -= float32(0.1 * m[i][j])
			}
		}
	}
	assert.Equal(t, l.seen[7:], seen, "the batches")
	require.Len(t, result.Rows, 2)
	last := result.Rows[1]
	assert.Equal(t, []int{2, 7}, []int{last.Epoch, last.Step})
	assert.Equal(t, (losses[5]+losses[6])/2, last.TrainLoss)
	loss, accuracy, err := l.Evaluate(theta, task.Set.Test)
	require.NoError(t, err)
	assert.Equal(t, []float64{loss, accuracy}, []float64{last.TestLoss, last.TestAccuracy})
}

func TestEveryOptimizerSeesTheSameBatches(t *testing.T) {
	task, l := task()
	mustRun(t, train.Config{Task: task, Optimizer: optimizer("a", lr(0.1)), Seed: 5, Epochs: 2})
	mustRun(t, train.Config{Task: task, Optimizer: optimizer("b", lr(0.01)), Seed: 5, Epochs: 2})
	mustRun(t, train.Config{Task: task, Optimizer: optimizer("b", lr(0.01)), Seed: 6, Epochs: 2})
	assert.Equal(t, l.seen[:10], l.seen[10:20])
	assert.NotEqual(t, l.seen[:10], l.seen[20:])
}

func TestBiasesDoNotDecay(t *testing.T) {
	strong := host.Config{Set: map[string]float64{"lr": 0.1, "lambda": 1}}
	task, l := task()
	l.loss = func(_ int, loss float64, grads [][]float32) (float64, error) {
		clear(grads[0])
		for i := range grads[1] {
			grads[1][i] = -1
		}
		return loss, nil
	}
	var bias []float32
	l.test = func(loss float64) (float64, error) { return loss, nil }
	spy := &spyProblem{linear: l, theta: func(theta [][]float32) { bias = append(bias[:0], theta[1]...) }}
	task.Problem = spy
	mustRun(t, train.Config{Task: task, Optimizer: optimizer("m", strong), Steps: 3})
	assert.InDelta(t, 0.1*(1+1.9+2.71), bias[0], 1e-6, "lambda is 0 for the bias")
	all := optimizer("m", strong)
	all.DecayBiases = true
	mustRun(t, train.Config{Task: task, Optimizer: all, Steps: 3})
	assert.Less(t, bias[0], float32(0.53))
}

// spyProblem shows the parameters at each evaluation.
type spyProblem struct {
	*linear
	theta func([][]float32)
}

func (s *spyProblem) Evaluate(params [][]float32, split data.Split) (float64, float64, error) {
	s.theta(params)
	return s.linear.Evaluate(params, split)
}

func TestAugmentation(t *testing.T) {
	task, l := task()
	task.Augment = true
	mustRun(t, train.Config{Task: task, Optimizer: optimizer("m", lr(0.1)), Seed: 6, Steps: 8})
	assert.Empty(t, l.seen)
	batches, err := data.NewBatches(50, 10, 6)
	require.NoError(t, err)
	require.Len(t, l.moved, 8)
	for step, got := range l.moved {
		want, err := task.Set.CropFlip(batches.At(step), 6, step)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestSchedule(t *testing.T) {
	s, err := schedule.Parse("linear(total=10)")
	require.NoError(t, err)
	task, _ := task()
	c := lr(0.1)
	c.Schedules = map[string]host.Schedule{"lr": s}
	result := mustRun(t, train.Config{Task: task, Optimizer: optimizer("m", c), Epochs: 2})
	assert.Equal(t, 0.1*s.At(4), result.Rows[0].LR)
	assert.Equal(t, 0.1*s.At(9), result.Rows[1].LR)
}

// A run that is stopped after any step and resumed is the run that never stopped.
func TestResumeIsBitIdentical(t *testing.T) {
	task, _ := task()
	task.Augment = true
	config := train.Config{Task: task, Optimizer: optimizer("m", lr(0.1)), Seed: 9, Epochs: 3}
	whole := mustRun(t, config)
	for stop := range 15 {
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			c, rec := config, &tape{}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			rec.onStep = func(step int) {
				if step == stop {
					cancel()
				}
			}
			if stop == 0 {
				cancel()
			}
			c.Checkpoints, c.Recorder = filepath.Join(t.TempDir(), "run"), rec
			part, err := train.Run(ctx, c)
			var stopped *train.InterruptedError
			require.ErrorAs(t, err, &stopped)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, []int{stop, 15}, []int{stopped.Step, stopped.Steps})
			assert.Equal(t, c.Checkpoints, stopped.Checkpoints)
			assert.Contains(t, err.Error(), fmt.Sprintf("m, seed 9: stopped after %d of 15 steps; the checkpoint in %s", stop, c.Checkpoints))
			assert.Equal(t, stop, part.Steps)
			c.Resume, c.Recorder = true, &tape{}
			resumed := mustRun(t, c)
			assert.Equal(t, timeless(whole.Rows), timeless(resumed.Rows))
			assert.Equal(t, resumed.Rows, c.Recorder.(*tape).rows, "old rows are told again")
			assert.Equal(t, stop, c.Recorder.(*tape).plans[0].From)
			done := mustRun(t, c)
			assert.Equal(t, resumed.Rows, done.Rows, "a run that is done is not done again")
		})
	}
}

// The same with a network and its compiled graphs.
func TestResumeOfANetwork(t *testing.T) {
	set := stripes()
	p, err := problem.New("mlp", set, 10)
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	config := train.Config{Task: train.Task{Problem: p, Set: set, Batch: 10}, Optimizer: optimizer("m", lr(0.02)), Epochs: 3}
	whole := mustRun(t, config)
	last, _ := whole.Last()
	assert.Greater(t, last.TestAccuracy, 0.5)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	config.Checkpoints = t.TempDir()
	config.Recorder = &tape{onStep: func(step int) {
		if step == 7 {
			cancel()
		}
	}}
	_, err = train.Run(ctx, config)
	require.ErrorIs(t, err, context.Canceled)
	config.Resume = true
	assert.Equal(t, timeless(whole.Rows), timeless(mustRun(t, config).Rows))
}

func TestInterruptedWithoutAFolder(t *testing.T) {
	task, _ := task()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := train.Run(ctx, train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1})
	require.EqualError(t, err, "m, seed 0: stopped after 0 of 5 steps; nothing was saved, since no folder for checkpoints was named")
}

func TestInterruptedAndNotSaved(t *testing.T) {
	task, _ := task()
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(t.Context())
	rec := &tape{onStep: func(int) { cancel(); require.NoError(t, os.WriteFile(dir, nil, 0o666)) }}
	_, err := train.Run(ctx, train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1, Checkpoints: dir, Recorder: rec})
	require.ErrorContains(t, err, "m, seed 0: stopped after 1 of 5 steps, but the checkpoint could not be saved")
	require.ErrorIs(t, err, context.Canceled)
}

func TestCheckpointEvery(t *testing.T) {
	task, _ := task()
	broken := errors.New("broken")
	for every, want := range map[int]int{1: 15, 2: 10, 3: 15, 0: -1} {
		dir, rec := t.TempDir(), &tape{}
		task.Problem.(*linear).calls = 0
		task.Problem.(*linear).loss = func(call int, loss float64, _ [][]float32) (float64, error) {
			if call == 17 {
				return 0, broken
			}
			return loss, nil
		}
		c := train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 4, Checkpoints: dir, CheckpointEvery: every}
		_, err := train.Run(t.Context(), c)
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, "m, seed 0, step 17: broken")
		c.Resume, c.Recorder = true, rec
		mustRun(t, c)
		assert.Equal(t, max(0, want), rec.plans[0].From, "every %d", every)
	}
}

func TestNewRunOverwritesNothing(t *testing.T) {
	task, _ := task()
	c := train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1, Checkpoints: t.TempDir()}
	mustRun(t, c)
	_, err := train.Run(t.Context(), c)
	require.ErrorIs(t, err, train.ErrHasCheckpoint)
	require.EqualError(t, err, "m, seed 0: the folder "+c.Checkpoints+" can't be used: it has the checkpoint of a run already; resume it, or name another folder")
	c.Epochs, c.Resume = 2, true
	longer := mustRun(t, c)
	c.Checkpoints = t.TempDir()
	assert.Equal(t, timeless(mustRun(t, c).Rows), timeless(longer.Rows), "a longer run goes on from a shorter one")
}

func TestResumeWantsTheSameRun(t *testing.T) {
	good, _ := task()
	c := train.Config{Task: good, Optimizer: optimizer("m", host.Config{}), Epochs: 2, Checkpoints: t.TempDir()}
	mustRun(t, c)
	c.Resume = true
	for want, change := range map[string]func(*train.Config){
		"the label was m there and is n now":              func(c *train.Config) { c.Optimizer.Label = "n" },
		"it was made with the seed 0, not 1":              func(c *train.Config) { c.Seed = 1 },
		"the batch size was 10 there and is 5 now":        func(c *train.Config) { c.Task.Batch = 5 },
		"augmentation was false there and is true now":    func(c *train.Config) { c.Task.Augment = true },
		"the data set was stripes there and is other now": func(c *train.Config) { s := *good.Set; s.Name = "other"; c.Task.Set = &s },
		"the number of training rows was 50 there and is 40 now": func(c *train.Config) {
			s := *good.Set
			s.Train.Labels, s.Train.Images = s.Train.Labels[:40], s.Train.Images[:640]
			c.Task.Set = &s
		},
		"has 10 steps, more than the 5 of this run": func(c *train.Config) { c.Epochs = 1 },
	} {
		changed := c
		change(&changed)
		_, err := train.Run(t.Context(), changed)
		assert.ErrorContains(t, err, want)
	}
}

func TestDivergence(t *testing.T) {
	dir := t.TempDir()
	c := train.Config{Optimizer: optimizer("m", lr(0.5)), Seed: 4, Epochs: 4, Checkpoints: dir, CheckpointEvery: 1}
	var l *linear
	c.Task, l = task()
	l.loss = func(call int, loss float64, _ [][]float32) (float64, error) {
		if call == 8 {
			return math.Inf(1), nil
		}
		return loss, nil
	}
	result, err := train.Run(t.Context(), c)
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Equal(t, 8, diverged.Step)
	assert.EqualError(t, err, "m, seed 4: diverged at step 8: the training loss is +Inf; try a smaller learning rate (it was 0.5), "+
		"clipping by norm, or a warm-up; a checkpoint saved before, if there is one, is untouched")
	assert.Equal(t, err.Error(), result.Failure)
	assert.Len(t, result.Rows, 1)
	assert.Equal(t, 7, result.Steps)
	l.loss, c.Resume, c.Recorder = nil, true, &tape{}
	mustRun(t, c)
	assert.Equal(t, 5, c.Recorder.(*tape).plans[0].From, "the checkpoint before")
}

func TestGradientsThatAreNotFinite(t *testing.T) {
	task, l := task()
	l.loss = func(call int, loss float64, grads [][]float32) (float64, error) {
		if call%4 == 3 {
			grads[0][9] = float32(math.NaN())
			loss = math.NaN()
		}
		if call == 20 {
			grads[0][9] = float32(math.NaN())
		}
		return loss, nil
	}
	skip := optimizer("m", host.Config{NonFinite: host.Skip})
	result := mustRun(t, train.Config{Task: task, Optimizer: skip, Epochs: 4})
	assert.Equal(t, []int{20, 6}, []int{result.Steps, result.Skipped})
	assert.Len(t, result.Rows, 4)

	l.calls = 19
	_, err := train.Run(t.Context(), train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1})
	require.ErrorContains(t, err, "diverged at step 1: a gradient is NaN")
	var bad *host.NonFiniteError
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, []int{9}, []int{bad.Index})

	l.loss = func(_ int, _ float64, grads [][]float32) (float64, error) {
		grads[0][9] = float32(math.NaN())
		return math.NaN(), nil
	}
	_, err = train.Run(t.Context(), train.Config{Task: task, Optimizer: skip, Epochs: 1})
	require.ErrorContains(t, err, "diverged at step 5, with 5 steps skipped: the training loss of every batch of the epoch is NaN")
	_, err = train.Run(t.Context(), train.Config{Task: task, Optimizer: skip, Steps: 1})
	require.ErrorContains(t, err, "diverged at step 1, with 1 step skipped: ")
}

func TestEvaluationFails(t *testing.T) {
	task, l := task()
	c := train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 1}
	l.test = func(float64) (float64, error) { return math.Inf(1), nil }
	_, err := train.Run(t.Context(), c)
	require.ErrorContains(t, err, "diverged at step 5: the test loss is +Inf")
	broken := errors.New("broken")
	l.test = func(float64) (float64, error) { return 0, broken }
	_, err = train.Run(t.Context(), c)
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "evaluation after step 5")
}

func TestRecorderEndsTheRun(t *testing.T) {
	task, _ := task()
	full := errors.New("disk full")
	rec := &tape{fail: full}
	_, err := train.Run(t.Context(), train.Config{Task: task, Optimizer: optimizer("m", host.Config{}), Epochs: 3, Recorder: rec})
	require.ErrorIs(t, err, full)
	assert.Len(t, rec.steps, 5)
	assert.Contains(t, rec.results[0].Failure, "disk full")
}

func TestConfigErrors(t *testing.T) {
	good, _ := task()
	for want, change := range map[string]func(*train.Config){
		"no problem or no data set":    func(c *train.Config) { c.Task.Problem = nil },
		"batches of 51 rows":           func(c *train.Config) { c.Task.Batch = 51 },
		"batches of 0 rows":            func(c *train.Config) { c.Task.Batch = 0 },
		"no engine":                    func(c *train.Config) { c.Optimizer.Engine = nil },
		"a run of 0 epochs or 0 steps": func(c *train.Config) { c.Epochs = 0 },
		"a run of -1 epochs":           func(c *train.Config) { c.Epochs = -1 },
		"a checkpoint every -1 epochs": func(c *train.Config) { c.CheckpointEvery = -1 },
		"checkpoints need a folder":    func(c *train.Config) { c.Resume = true },
		`no hyperparameter "lt"`:       func(c *train.Config) { c.Optimizer.Config.Set = map[string]float64{"lt": 1} },
		"optimizer m: no such plugin": func(c *train.Config) {
			c.Optimizer.Engine = func() (host.Engine, error) { return nil, errors.New("no such plugin") }
		},
		`set "stripes" has 1 classes; a clas`: func(c *train.Config) { s := *good.Set; s.Classes = 1; c.Task.Set = &s },
	} {
		c := train.Config{Task: good, Optimizer: optimizer("m", host.Config{}), Epochs: 1}
		change(&c)
		_, err := train.Run(t.Context(), c)
		assert.ErrorContains(t, err, want)
	}
}
