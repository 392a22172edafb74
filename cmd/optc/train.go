package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/host/problem"
	"github.com/optc-lang/optc/host/train"
)

type trainCmd struct {
	Names []string `arg:"" name:"optimizer" help:"Names, or rules' .opt files; several are compared on the same batches."`

	Data    string `default:"glyphs" help:"The task: glyphs (made from the seed), cifar10:DIR, cifar100:DIR or idx:DIR."`
	Model   string `help:"The network: mlp or cnn; cnn for CIFAR and mlp otherwise, where it is left out."`
	Epochs  int    `default:"10" help:"Length of a run in epochs."`
	Steps   int    `help:"Length of a run in steps, instead of epochs."`
	Batch   int    `default:"64" help:"Images a step."`
	Seed    uint64 `default:"1" help:"The first seed: of parameters, order and augmentation."`
	Seeds   int    `default:"1" help:"Number of runs of each optimizer, with seeds from --seed on."`
	Augment bool   `default:"true" negatable:"" help:"Crop and mirror the training images of CIFAR."`

	Set       []string `sep:"none" placeholder:"[OPTIMIZER.]NAME=VALUE" help:"A hyperparameter's value or an option's choice, of all optimizers or of one; may be repeated."`
	Schedule  []string `sep:"none" placeholder:"[OPTIMIZER.]NAME=SCHEDULE" help:"How a hyperparameter changes: constant, step(every=N, factor=F), linear(to=F) or cosine(min=F), each with warmup=N and total=N; total is the run's length where it is left out."`
	ClipNorm  float64  `placeholder:"N" help:"Bound of the norm of all gradients of a step."`
	ClipValue float64  `placeholder:"X" help:"Bound of each gradient's absolute value."`
	NonFinite string   `enum:"stop,skip" default:"stop" help:"What to do at a gradient that is not finite: stop, or skip the step."`
	Engine    string   `enum:"plugin,go" default:"plugin" help:"What steps: the plugin, or the kernel compiled into optc (go)."`

	Checkpoints string `placeholder:"DIR" help:"Keep checkpoints in this folder. Without it, Ctrl-C leaves one in a folder of its own under .optc/checkpoints."`
	SaveEvery   int    `placeholder:"N" help:"Save a checkpoint every N epochs."`
	Resume      bool   `help:"Go on from the checkpoints in --checkpoints, left by the same command."`
	JSONL       string `name:"jsonl" placeholder:"FILE" help:"Record metrics as a line of JSON an epoch."`
	CSV         string `name:"csv" placeholder:"FILE" help:"Record metrics as comma-separated values."`
	Plot        string `placeholder:"FILE" help:"Draw the learning curves into this .svg, .png or .pdf file."`
	JSON        bool   `name:"json" help:"Print the result table as JSON."`
}

// Run trains with each optimizer and prints one table.
func (c *trainCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	set, err := data.Open(c.Data, c.Seed)
	if err != nil {
		return err
	}
	p, err := problem.New(c.model(), set, c.Batch)
	if err != nil {
		return err
	}
	defer p.Close()
	task := train.Task{Problem: p, Set: set, Batch: c.Batch, Augment: c.Augment && c.isCIFAR()}
	comparison, err := c.comparison(a, task)
	if err != nil {
		return err
	}
	table, err := train.Compare(a.ctx, comparison)
	if c.Checkpoints == "" && err == nil {
		err = os.RemoveAll(comparison.Checkpoints)
	}
	return c.report(a, table, err)
}

// checkpoints is the folder that the user named, or one that no run has yet.
func (c *trainCmd) checkpoints() string {
	if c.Checkpoints != "" {
		return c.Checkpoints
	}
	return filepath.Join(".optc", "checkpoints", fmt.Sprintf("%s-%d", time.Now().Format("20060102-150405"), os.Getpid()))
}

// report prints what there is of a table, and how to go on after Ctrl-C.
func (c *trainCmd) report(a *app, table *train.Table, err error) error {
	if table != nil && len(table.Results) > 0 {
		if c.JSON {
			if err := a.printJSON(table); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(a.out, "\n%s", table)
		}
	}
	var stopped *train.InterruptedError
	if errors.As(err, &stopped) && stopped.Checkpoints != "" {
		return fmt.Errorf("%w\nto go on: the same command with --resume --checkpoints %s", err, filepath.Dir(stopped.Checkpoints))
	}
	if err == nil && anyFailed(table) {
		return errShown
	}
	return err
}

// check reports numbers that no run can have.
func (c *trainCmd) check() error {
	switch {
	case c.Steps < 0 || c.Steps == 0 && c.Epochs < 1:
		return usageError("a run has at least one epoch, or one step")
	case c.Seeds < 1:
		return usageError("--seeds must be at least 1")
	case c.Batch < 1:
		return usageError("--batch must be at least 1")
	case c.SaveEvery < 0:
		return usageError("--save-every must be at least 1")
	case c.Checkpoints == "" && c.Resume:
		return usageError("--resume needs the folder to go on from: --checkpoints DIR")
	}
	return nil
}

func (c *trainCmd) isCIFAR() bool { return strings.HasPrefix(c.Data, "cifar") }

func (c *trainCmd) model() string {
	switch {
	case c.Model != "":
		return c.Model
	case c.isCIFAR():
		return "cnn"
	}
	return "mlp"
}

// comparison is all that the command line asks for.
func (c *trainCmd) comparison(a *app, task train.Task) (train.Comparison, error) {
	optimizers, err := c.optimizers(a, c.steps(task))
	if err != nil {
		return train.Comparison{}, err
	}
	recorder, err := c.recorders(a)
	if err != nil {
		return train.Comparison{}, err
	}
	seeds := make([]uint64, c.Seeds)
	for i := range seeds {
		seeds[i] = c.Seed + uint64(i)
	}
	return train.Comparison{
		Task: task, Optimizers: optimizers, Seeds: seeds, Epochs: c.Epochs, Steps: c.Steps, Recorder: recorder,
		Checkpoints: c.checkpoints(), CheckpointEvery: c.SaveEvery, Resume: c.Resume,
	}, nil
}

// steps is the length of a run.
func (c *trainCmd) steps(task train.Task) int {
	if c.Steps > 0 {
		return c.Steps
	}
	return c.Epochs * task.StepsPerEpoch()
}

func (c *trainCmd) recorders(a *app) (train.Recorder, error) {
	all := train.Recorders{train.Lines(a.err)}
	if f, ok := a.err.(*os.File); ok {
		all = train.Recorders{train.Progress(f)}
	}
	if c.JSONL != "" {
		all = append(all, train.JSONL(c.JSONL))
	}
	if c.CSV != "" {
		all = append(all, train.CSV(c.CSV))
	}
	if c.Plot != "" {
		plot, err := train.Plot(c.Plot)
		if err != nil {
			return nil, err
		}
		all = append(all, plot)
	}
	return all, nil
}

// anyFailed tells whether a run ended early; the table says why.
func anyFailed(table *train.Table) bool {
	for _, r := range table.Results {
		if r.Failure != "" {
			return true
		}
	}
	return false
}
