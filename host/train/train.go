// Package train trains a model with an optimizer, and compares optimizers that
// train the same one.
//
// A run is decided by its Config alone: the seed gives the first parameters, the
// order of the batches and the augmentation, the same for every optimizer, and a
// run that was stopped and resumed gives the bits of one that never stopped.
//
// One step goes: the problem writes a batch's gradients into the optimizer's
// arena, the optimizer steps, and the problem reads the parameters there. After
// each epoch the test split is evaluated; that gives a Row, which goes to the
// recorder: a log, a plot, a progress line. Nothing flows back from there.
package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/host/problem"
)

// Problem is a model on a data set; *problem.Problem is one. Its methods are
// called by one goroutine at a time.
type Problem interface {
	// Params describes the parameters, in the order of all slices.
	Params() []problem.Param
	// Init makes the first parameters, which depend on the seed alone.
	Init(seed uint64) [][]float32
	// LossAndGrad is the mean loss over rows of the training split, and writes
	// its gradients over grads.
	LossAndGrad(params [][]float32, batch []int, grads [][]float32) (loss float64, err error)
	// LossAndGradOn is LossAndGrad for rows that were made.
	LossAndGradOn(params [][]float32, rows data.Split, grads [][]float32) (loss float64, err error)
	// Evaluate is the mean loss and the accuracy, from 0 to 1, over a split.
	Evaluate(params [][]float32, split data.Split) (loss, accuracy float64, err error)
}

// Task is what is trained.
type Task struct {
	Problem Problem
	Set     *data.Set // the problem's
	Batch   int       // rows a step, as many as the problem was made for
	Augment bool      // crop and mirror the training images: see data.Set.CropFlip
}

// StepsPerEpoch is the number of whole batches in the training split.
func (t Task) StepsPerEpoch() int {
	if t.Batch < 1 {
		return 0
	}
	return t.Set.Train.Len() / t.Batch
}

// Optimizer is one way to train a task.
type Optimizer struct {
	Label  string                      // its name in logs, tables and plots
	Engine func() (host.Engine, error) // makes a new engine for each run
	Config host.Config
	// DecayBiases applies weight decay to biases too. Without it, parameters for
	// which it isn't meant get a group of their own, in which the rule's
	// hyperparameter "lambda", if it has one, is 0.
	DecayBiases bool
}

// Config is one run.
type Config struct {
	Task      Task
	Optimizer Optimizer
	Seed      uint64
	Epochs    int // length of the run, if Steps is 0
	Steps     int // length of the run in steps, if not 0
	// Checkpoints is a folder for this run's checkpoints, or "" for none. One is
	// saved every CheckpointEvery epochs (0 is none), when the run is stopped by
	// its context, and at its end.
	Checkpoints     string
	CheckpointEvery int
	// Resume goes on from the checkpoint in the folder. Where there is none, the
	// run starts at the beginning. The task, the seed and the rule's options must
	// be those of the checkpoint; hyperparameters, schedules, clipping, the policy
	// for gradients that are not finite and the length may be others. The
	// Recorder's Plan has a note on each that is, and where there is no checkpoint.
	Resume   bool
	Recorder Recorder // nil records nothing
}

// total is the number of steps.
func (c Config) total() int {
	if c.Steps > 0 {
		return c.Steps
	}
	return c.Epochs * c.Task.StepsPerEpoch()
}

// Run trains. A Result is given with an error too: it is what the run came to
// before. The errors that a caller may want to tell from others are
// *InterruptedError, when ctx was cancelled, and *DivergedError.
func Run(ctx context.Context, c Config) (*Result, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r, err := newRun(c)
	if err != nil {
		return nil, err
	}
	err = r.recorded(func() error { return r.loop(ctx) })
	return r.result(err), errors.Join(err, r.optimizer.Close())
}

func (c Config) check() error {
	if err := c.Task.check(); err != nil {
		return err
	}
	switch {
	case c.Optimizer.Engine == nil:
		return fmt.Errorf("optimizer %q: no engine", c.Optimizer.Label)
	case c.Epochs < 0 || c.Steps < 0 || c.total() < 1:
		return fmt.Errorf("a run of %d epochs or %d steps; it must have at least one", c.Epochs, c.Steps)
	case c.CheckpointEvery < 0:
		return fmt.Errorf("a checkpoint every %d epochs; the number must be at least 1, or 0 for none", c.CheckpointEvery)
	case c.Checkpoints == "" && (c.CheckpointEvery > 0 || c.Resume):
		return errors.New("checkpoints need a folder; name one")
	}
	return nil
}

func (t Task) check() error {
	if t.Problem == nil || t.Set == nil {
		return errors.New("the task has no problem or no data set")
	}
	if err := t.Set.Check(); err != nil {
		return err
	}
	if t.Batch < 1 || t.Batch > t.Set.Train.Len() {
		return fmt.Errorf("batches of %d rows from a training split of %d; a batch must have from 1 row to all", t.Batch, t.Set.Train.Len())
	}
	return nil
}
