package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/registry/abi"
)

// run is a Config at work.
type run struct {
	Config
	optimizer    *host.Optimizer
	batches      *data.Batches
	theta, grads [][]float32 // in the optimizer's arena
	notes        []string    // what the recorder is told as the run begins
	progress
}

// progress is what a run has come to: with the optimizer, all that changes. It is
// the extra part of a checkpoint.
type progress struct {
	Rows     []Row         `json:"rows"`
	LossSum  float64       `json:"loss_sum"` // of this epoch's finite losses
	Losses   int           `json:"losses"`   // how many they are
	Spent    time.Duration `json:"spent_ns"` // on steps
	Stepping time.Duration `json:"stepping_ns"`
}

// newRun makes the optimizer, with the first parameters or with those of a
// checkpoint.
func newRun(c Config) (*run, error) {
	if c.Recorder == nil {
		c.Recorder = Recorders{}
	}
	r := &run{Config: c}
	var err error
	if r.batches, err = data.NewBatches(c.Task.Set.Train.Len(), c.Task.Batch, c.Seed); err != nil {
		return nil, err
	}
	if r.optimizer, err = c.Optimizer.open(c.Task.Problem, c.Seed); err != nil {
		return nil, err
	}
	if err := r.fill(); err != nil {
		return nil, errors.Join(err, r.optimizer.Close())
	}
	return r, nil
}

func (r *run) fill() (err error) {
	if r.theta, err = host.Thetas[float32](r.optimizer); err != nil {
		return err
	}
	if r.grads, err = host.Grads[float32](r.optimizer); err != nil {
		return err
	}
	for i, values := range r.Task.Problem.Init(r.Seed) {
		copy(r.theta[i], values)
	}
	return r.resume()
}

// noDecay is the group of the parameters for which weight decay isn't meant.
const (
	noDecay    = "no decay"
	decayHyper = "lambda"
)

// open makes the optimizer, in its groups. The seed is the run's.
func (o Optimizer) open(p Problem, seed uint64) (*host.Optimizer, error) {
	engine, err := o.Engine()
	if err != nil {
		return nil, fmt.Errorf("optimizer %s: %w", o.Label, err)
	}
	apart := !o.DecayBiases && hasDecay(engine.Manifest())
	var params []host.Param
	for _, param := range p.Params() {
		next := host.Param{Name: param.Name, Shape: param.Shape}
		if apart && !param.Decay {
			next.Group = noDecay
		}
		params = append(params, next)
	}
	config := o.Config
	config.Seed = seed
	if apart {
		config.Groups = append(slices.Clone(config.Groups), host.Group{Name: noDecay, Set: map[string]float64{decayHyper: 0}})
	}
	return host.New(engine, params, config)
}

func hasDecay(m *abi.Manifest) bool {
	return slices.ContainsFunc(m.Hypers, func(h abi.Hyper) bool { return h.Name == decayHyper && h.Domain.Contains(0) })
}

// recorded does the run between Begin and End.
func (r *run) recorded(do func() error) error {
	err := r.Recorder.Begin(Plan{r.Optimizer.Label, r.Seed, r.optimizer.Now(), r.total(), r.Task.StepsPerEpoch(), r.notes})
	for _, row := range r.Rows {
		err = errors.Join(err, r.Recorder.Epoch(row))
	}
	if err == nil {
		err = do()
	}
	return errors.Join(err, r.Recorder.End(r.result(err)))
}

func (r *run) result(err error) *Result {
	result := &Result{Optimizer: r.Optimizer.Label, Seed: r.Seed, Steps: r.optimizer.Now(), Skipped: r.optimizer.Skipped(), Rows: slices.Clone(r.Rows)}
	if err != nil {
		result.Failure = err.Error()
	}
	return result
}

// loop takes the steps that are left.
func (r *run) loop(ctx context.Context) error {
	if r.optimizer.Now() >= r.total() {
		return nil
	}
	for r.optimizer.Now() < r.total() {
		if ctx.Err() != nil {
			return r.interrupted(ctx.Err())
		}
		if err := r.step(); err != nil {
			return err
		}
		if now := r.optimizer.Now(); now%r.Task.StepsPerEpoch() == 0 || now == r.total() {
			if err := r.epoch(); err != nil {
				return err
			}
		}
	}
	if r.Checkpoints == "" {
		return nil
	}
	return r.save()
}

// step takes one step.
func (r *run) step() error {
	began := time.Now()
	loss, err := r.gradients(r.optimizer.Now())
	if err != nil {
		return fmt.Errorf("%s, seed %d, step %d: %w", r.Optimizer.Label, r.Seed, r.optimizer.Now()+1, err)
	}
	ready := time.Now()
	if finite(loss) {
		r.LossSum, r.Losses = r.LossSum+loss, r.Losses+1
	} else if r.Optimizer.Config.NonFinite != host.Skip {
		return r.diverged(r.optimizer.Now()+1, "the training loss", loss, nil)
	}
	if err := r.optimizer.Step(); err != nil {
		return r.refused(err)
	}
	r.Spent, r.Stepping = r.Spent+time.Since(began), r.Stepping+time.Since(ready)
	r.Recorder.Step(r.optimizer.Now(), loss)
	return nil
}

func finite(x float64) bool { return x-x == 0 }

// gradients of a step, 0-based.
func (r *run) gradients(step int) (loss float64, err error) {
	t, rows := r.Task, r.batches.At(step)
	if !t.Augment {
		return t.Problem.LossAndGrad(r.theta, rows, r.grads)
	}
	moved, err := t.Set.CropFlip(rows, r.Seed, step)
	if err != nil {
		return 0, err
	}
	return t.Problem.LossAndGradOn(r.theta, moved, r.grads)
}

// refused explains an error of the optimizer's step.
func (r *run) refused(err error) error {
	var bad *host.NonFiniteError
	if errors.As(err, &bad) {
		return r.diverged(r.optimizer.Now()+1, "a gradient", bad.Value, bad)
	}
	return fmt.Errorf("%s, seed %d: %w", r.Optimizer.Label, r.Seed, err)
}

func (r *run) diverged(step int, what string, value float64, cause error) error {
	return &DivergedError{Optimizer: r.Optimizer.Label, Seed: r.Seed, Step: step, What: what, Value: value, LR: r.lr(),
		Skipped: r.optimizer.Skipped(), Cause: cause}
}

// lr is the hyperparameter lr in the last step, or 0 where the rule has none.
func (r *run) lr() float64 {
	lr, err := r.optimizer.Hyper("", "lr")
	if err != nil {
		return 0
	}
	return lr
}

// epoch evaluates, records, and saves a checkpoint where one is due.
func (r *run) epoch() error {
	now, per := r.optimizer.Now(), r.Task.StepsPerEpoch()
	row := Row{Optimizer: r.Optimizer.Label, Seed: r.Seed, Epoch: (now + per - 1) / per, Step: now, LR: r.lr(),
		Seconds: r.Spent.Seconds(), OptimizerSeconds: r.Stepping.Seconds()}
	if r.Losses == 0 {
		return r.diverged(now, "the training loss of every batch of the epoch", math.NaN(), nil)
	}
	row.TrainLoss = r.LossSum / float64(r.Losses)
	var err error
	if row.TestLoss, row.TestAccuracy, err = r.Task.Problem.Evaluate(r.theta, r.Task.Set.Test); err != nil {
		return fmt.Errorf("%s, seed %d, evaluation after step %d: %w", r.Optimizer.Label, r.Seed, now, err)
	}
	if !finite(row.TestLoss) {
		return r.diverged(now, "the test loss", row.TestLoss, nil)
	}
	r.Rows, r.LossSum, r.Losses = append(r.Rows, row), 0, 0
	if err := r.Recorder.Epoch(row); err != nil {
		return err
	}
	if r.CheckpointEvery > 0 && row.Epoch%r.CheckpointEvery == 0 && now < r.total() {
		return r.save()
	}
	return nil
}
