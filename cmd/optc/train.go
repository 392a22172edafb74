package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

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
	Seed    uint64 `default:"1" help:"The first seed: of parameters, order, augmentation and the random numbers of rules."`
	Seeds   int    `default:"1" help:"Number of runs of each optimizer, with seeds from --seed on."`
	Augment bool   `default:"true" negatable:"" help:"Crop and mirror the training images of CIFAR."`

	Set       []string `sep:"none" placeholder:"[OPTIMIZER.]NAME=VALUE" help:"A hyperparameter's value or an option's choice, of all optimizers or of one; may be repeated."`
	Schedule  []string `sep:"none" placeholder:"[OPTIMIZER.]NAME=SCHEDULE" help:"How a hyperparameter changes: constant, step(every=N, factor=F), linear(to=F) or cosine(min=F), all factors of the value that is set, each with warmup=N and total=N; total is the run's length where it is left out."`
	ClipNorm  float64  `placeholder:"N" help:"Bound of the norm of all gradients of a step; 0, or left out, is no bound."`
	ClipValue float64  `placeholder:"X" help:"Bound of each gradient's absolute value; 0, or left out, is no bound."`
	NonFinite string   `enum:"stop,skip" default:"stop" help:"What to do at a gradient that is not finite: stop, or skip the step."`
	Engine    string   `enum:"plugin,go" default:"plugin" help:"What steps: the plugin, or the kernel compiled into optc (go)."`
	Device    string   `default:"cpu" placeholder:"cpu|cuda|cuda:N" help:"Where the optimizers step: cpu, or the first NVIDIA GPU or the GPU of an index, by kernels that their plugins carry."`

	Checkpoints string `placeholder:"DIR" help:"Keep checkpoints in this folder. Without it, Ctrl-C leaves one in a folder of its own under .optc/checkpoints."`
	SaveEvery   int    `placeholder:"N" help:"Save a checkpoint every N epochs."`
	Resume      bool   `help:"Go on from the checkpoints in --checkpoints, and say which settings are others than before."`
	JSONL       string `name:"jsonl" placeholder:"FILE" help:"Record metrics as a line of JSON an epoch."`
	CSV         string `name:"csv" placeholder:"FILE" help:"Record metrics as comma-separated values."`
	Plot        string `placeholder:"FILE" help:"Draw the learning curves into this .svg, .png or .pdf file."`
	JSON        bool   `name:"json" help:"Print the result table as JSON."`
}

// Run trains with each optimizer and prints one table. What can be known to
// fail later is found before the first step.
func (c *trainCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	recorder, err := c.recorders(a)
	if err != nil {
		return err
	}
	set, err := c.open()
	if err != nil {
		return err
	}
	task := train.Task{Set: set, Batch: c.Batch, Augment: c.Augment && c.isCIFAR()}
	optimizers, err := c.optimizers(a, c.steps(task))
	if err != nil {
		return err
	}
	if backend := problem.Unused(); backend != "" {
		fmt.Fprintf(a.err, "optc: GOMLX_BACKEND is %s, but this optc computes gradients in pure Go; build it with -tags xla for XLA\n", backend)
	}
	p, err := problem.New(c.model(), set, c.Batch)
	if err != nil {
		return err
	}
	defer p.Close()
	task.Problem = p
	return c.compare(a, train.Comparison{
		Task: task, Optimizers: optimizers, Seeds: c.seeds(), Epochs: c.Epochs, Steps: c.Steps, Recorder: recorder,
		CheckpointEvery: c.SaveEvery, Resume: c.Resume,
	})
}

// compare does the runs, with a folder for their checkpoints.
func (c *trainCmd) compare(a *app, comparison train.Comparison) error {
	kept, err := c.openCheckpoints()
	if err != nil {
		return err
	}
	comparison.Checkpoints = kept.folder
	table, err := train.Compare(a.ctx, comparison)
	return c.report(a, table, kept.close(a, c, withFlags(err)))
}

// report prints what there is of a table.
func (c *trainCmd) report(a *app, table *train.Table, err error) error {
	if table == nil || !hasRows(table) && a.ctx.Err() != nil {
		return err
	}
	if c.JSON {
		err = errors.Join(a.printJSON(table), err)
	} else if len(table.Results) > 0 {
		fmt.Fprintln(a.err)
		fmt.Fprint(a.out, withoutError(table, err))
	}
	if err == nil && anyFailed(table) {
		return errShown
	}
	return err
}

// withoutError is a table that leaves to the error what it says of the run that
// it stopped, the last one.
func withoutError(table *train.Table, err error) *train.Table {
	results := slices.Clone(table.Results)
	last := *results[len(results)-1]
	if err == nil || last.Failure == "" || !strings.Contains(err.Error(), last.Failure) {
		return table
	}
	last.Failure = fmt.Sprintf("%s, seed %d: stopped after step %d", last.Optimizer, last.Seed, last.Steps)
	results[len(results)-1] = &last
	return train.NewTable(results)
}

// The most that a command does; more is a slip of the finger.
const (
	maxSeeds  = 10_000
	maxEpochs = 1_000_000
	maxSteps  = 1_000_000_000
)

// check reports numbers that no run can have.
func (c *trainCmd) check() error {
	switch {
	case c.Steps < 0 || c.Steps > maxSteps:
		return usagef("--steps must be from 1 to %d, or left out", maxSteps)
	case c.Epochs < 1 || c.Epochs > maxEpochs:
		return usagef("--epochs must be from 1 to %d", maxEpochs)
	case c.Seeds < 1 || c.Seeds > maxSeeds:
		return usagef("--seeds must be from 1 to %d", maxSeeds)
	case c.Batch < 1:
		return usageError("--batch must be at least 1")
	case c.SaveEvery < 0:
		return usageError("--save-every must be at least 1")
	case !(c.ClipNorm >= 0 && c.ClipNorm <= math.MaxFloat64):
		return usageError("--clip-norm must be a positive number, or 0 for no bound")
	case !(c.ClipValue >= 0 && c.ClipValue <= math.MaxFloat64):
		return usageError("--clip-value must be a positive number, or 0 for no bound")
	case c.Device != "cpu" && c.Engine == "go":
		return usagef("--device %s takes the plugin's kernels; leave --engine out", c.Device)
	case c.Checkpoints == "" && c.Resume:
		return usageError("--resume needs the folder to go on from: --checkpoints DIR")
	}
	return nil
}

// open opens the data set.
func (c *trainCmd) open() (*data.Set, error) {
	set, err := data.Open(c.Data, c.Seed)
	if err != nil {
		return nil, err
	}
	if rows := set.Train.Len(); c.Batch > rows {
		return nil, fmt.Errorf("--batch %d is more than the %d training images of %s; make it smaller", c.Batch, rows, c.Data)
	}
	return set, nil
}

func (c *trainCmd) seeds() []uint64 {
	seeds := make([]uint64, c.Seeds)
	for i := range seeds {
		seeds[i] = c.Seed + uint64(i)
	}
	return seeds
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

// steps is the length of a run.
func (c *trainCmd) steps(task train.Task) int {
	if c.Steps > 0 {
		return c.Steps
	}
	return c.Epochs * task.StepsPerEpoch()
}

// recorders are the progress line and the files that were asked for, which must
// be possible to write.
func (c *trainCmd) recorders(a *app) (train.Recorder, error) {
	if err := c.checkFiles(); err != nil {
		return nil, err
	}
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
			return nil, usageError(err.Error())
		}
		all = append(all, plot)
	}
	return all, nil
}

// checkFiles sees that each file can be written, and is not another one as well.
func (c *trainCmd) checkFiles() error {
	files := []struct{ flag, path string }{{"--jsonl", c.JSONL}, {"--csv", c.CSV}, {"--plot", c.Plot}}
	for i, f := range files {
		if f.path == "" {
			continue
		}
		if err := replaceable(f.path); err != nil {
			return err
		}
		for _, other := range files[:i] {
			if other.path != "" && samePlace(other.path, f.path) {
				return usagef("%s and %s would write the same file, %s; give each one of its own", other.flag, f.flag, f.path)
			}
		}
	}
	return nil
}

// anyFailed tells whether a run ended early; the table says why.
func anyFailed(table *train.Table) bool {
	return slices.ContainsFunc(table.Results, func(r *train.Result) bool { return r.Failure != "" })
}

// hasRows tells whether any run came to the end of an epoch.
func hasRows(table *train.Table) bool {
	return slices.ContainsFunc(table.Results, func(r *train.Result) bool { return len(r.Rows) > 0 })
}
