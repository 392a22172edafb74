package train_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/host/problem"
	"github.com/optc-lang/optc/host/train"
	"github.com/optc-lang/optc/registry/abi"
)

// momentum is gradient descent with momentum and weight decay, by hand.
func momentum() *abi.Rule {
	positive := abi.Domain{Lo: 0, Hi: math.Inf(1), LoOpen: true, HiOpen: true}
	return &abi.Rule{
		Manifest: abi.Manifest{
			Name: "momentum", Version: "1.0.0", Protocol: abi.Protocol, Class: "exact", Digest: "sha256:momentum",
			Hypers: []abi.Hyper{{Name: "lr", Default: 0.05, Domain: positive}, {Name: "beta", Default: 0.9, Domain: abi.Domain{Hi: 1, HiOpen: true}},
				{Name: "lambda", Default: 0, Domain: abi.Domain{Hi: math.Inf(1), HiOpen: true}}},
			Variants: []abi.Variant{{Class: "exact", Slots: []abi.Slot{{Name: "m", Buffers: 1}}, Values: 5}},
			Numbers:  []string{"f32"},
		},
		Kernels: []abi.Kernel{{F32: func(u *abi.Update[float32]) {
			lr, beta, lambda := float32(u.Hyper[0]), float32(u.Hyper[1]), float32(u.Hyper[2])
			for i, g := range u.Grad {
				u.State[0][i] = float32(beta*u.State[0][i]) + g
				u.Theta[i] -= float32(lr * (u.State[0][i] + float32(lambda*u.Theta[i])))
			}
		}}},
	}
}

func optimizer(label string, c host.Config) train.Optimizer {
	return train.Optimizer{Label: label, Config: c, Engine: func() (host.Engine, error) { return host.InProcess(momentum()), nil }}
}

func lr(x float64) host.Config { return host.Config{Set: map[string]float64{"lr": x}} }

// stripes is a set of 4 x 4 images: class k has a bright row k, and every pixel
// has a bit of a pattern that no class has.
func stripes() *data.Set {
	s := &data.Set{Name: "stripes", Channels: 1, Height: 4, Width: 4, Classes: 4}
	fill := func(n, shift int) (out data.Split) {
		for i := range n {
			for p := range 16 {
				x := float32((i*7+p*5+shift)%11)/11 - 0.5
				if p/4 == i%4 {
					x += 0.4
				}
				out.Images = append(out.Images, x)
			}
			out.Labels = append(out.Labels, int32(i%4))
		}
		return out
	}
	s.Train, s.Test = fill(50, 0), fill(30, 3)
	return s
}

// linear is softmax regression, written by hand: a weight and a bias.
type linear struct {
	set *data.Set
	// loss, if not nil, changes what LossAndGrad returns; calls are counted from 1.
	loss  func(call int, loss float64, grads [][]float32) (float64, error)
	test  func(loss float64) (float64, error) // the same for Evaluate
	calls int
	seen  [][]int      // the batches
	moved []data.Split // what LossAndGradOn was given
}

func (l *linear) Params() []problem.Param {
	return []problem.Param{{Name: "weight", Shape: []int{16, 4}, Decay: true}, {Name: "bias", Shape: []int{4}}}
}

func (l *linear) Init(seed uint64) [][]float32 {
	w := make([]float32, 64)
	for i := range w {
		w[i] = float32((uint64(i)*2654435761+seed*40503)%1000)/5000 - 0.1
	}
	return [][]float32{w, make([]float32, 4)}
}

func (l *linear) LossAndGrad(params [][]float32, batch []int, grads [][]float32) (float64, error) {
	l.seen = append(l.seen, batch)
	rows := data.Split{}
	for _, i := range batch {
		rows.Images = append(rows.Images, l.set.Train.Images[16*i:16*i+16]...)
		rows.Labels = append(rows.Labels, l.set.Train.Labels[i])
	}
	return l.run(params, rows, grads)
}

func (l *linear) LossAndGradOn(params [][]float32, rows data.Split, grads [][]float32) (float64, error) {
	l.moved = append(l.moved, rows)
	return l.run(params, rows, grads)
}

func (l *linear) run(params [][]float32, rows data.Split, grads [][]float32) (float64, error) {
	clear(grads[0])
	clear(grads[1])
	loss, _ := softmax(params, rows, func(row, class int, slope float64) {
		grads[1][class] += float32(slope)
		for p, x := range rows.Images[16*row:][:16] {
			grads[0][4*p+class] += float32(slope * float64(x))
		}
	})
	l.calls++
	if l.loss != nil {
		return l.loss(l.calls, loss, grads)
	}
	return loss, nil
}

func (l *linear) Evaluate(params [][]float32, split data.Split) (loss, accuracy float64, err error) {
	loss, accuracy = softmax(params, split, func(int, int, float64) {})
	if l.test != nil {
		loss, err = l.test(loss)
	}
	return loss, accuracy, err
}

// softmax is the mean loss and the accuracy; slope gets the loss's derivative by
// each logit.
func softmax(params [][]float32, rows data.Split, slope func(row, class int, slope float64)) (loss, accuracy float64) {
	n := float64(rows.Len())
	for i, label := range rows.Labels {
		var logit [4]float64
		best, sum := 0, 0.0
		for c := range logit {
			logit[c] = float64(params[1][c])
			for p, x := range rows.Images[16*i:][:16] {
				logit[c] += float64(x) * float64(params[0][4*p+c])
			}
			if logit[c] > logit[best] {
				best = c
			}
			sum += math.Exp(logit[c])
		}
		if best == int(label) {
			accuracy += 1 / n
		}
		loss += (math.Log(sum) - logit[label]) / n
		for c := range logit {
			d := math.Exp(logit[c]) / sum
			if c == int(label) {
				d--
			}
			slope(i, c, d/n)
		}
	}
	return loss, accuracy
}

// task is softmax regression on stripes: 5 steps an epoch.
func task() (train.Task, *linear) {
	l := &linear{set: stripes()}
	return train.Task{Problem: l, Set: l.set, Batch: 10}, l
}

// tape is a Recorder that keeps all that it is told.
type tape struct {
	plans   []train.Plan
	steps   []int
	losses  []float64
	rows    []train.Row
	results []*train.Result
	onStep  func(step int)
	fail    error // of Epoch
}

func (t *tape) Begin(p train.Plan) error { t.plans = append(t.plans, p); return nil }

func (t *tape) Step(step int, loss float64) {
	t.steps, t.losses = append(t.steps, step), append(t.losses, loss)
	if t.onStep != nil {
		t.onStep(step)
	}
}

func (t *tape) Epoch(row train.Row) error { t.rows = append(t.rows, row); return t.fail }

func (t *tape) End(r *train.Result) error { t.results = append(t.results, r); return nil }

// timeless is rows without what the clock says.
func timeless(rows []train.Row) []train.Row {
	var out []train.Row
	for _, row := range rows {
		row.Seconds, row.OptimizerSeconds = 0, 0
		out = append(out, row)
	}
	return out
}

func mustRun(t *testing.T, c train.Config) *train.Result {
	t.Helper()
	result, err := train.Run(t.Context(), c)
	require.NoError(t, err)
	return result
}
