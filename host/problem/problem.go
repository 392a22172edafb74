// Package problem joins a model and a data set into something that an optimizer
// can work on: a loss and its gradients for a batch, and an evaluation of a split.
//
// A model is a list of layers, built once as a GoMLX graph for one batch size;
// GoMLX derives the gradients. It runs on GoMLX's backend in pure Go, which needs
// no download and no C compiler, or, in a program built with the tag xla (and cgo),
// on XLA, by the PJRT plugin that the environment variable GOMLX_BACKEND names:
// xla:/absolute/path/to/plugin.so. Parameters and gradients belong to the caller, who
// may keep them in shared memory: they are copied in and out, once a call.
//
// Models:
//
//   - mlp: dense layers of 256 and 128 units with rectifiers, and a dense layer to
//     the classes.
//   - cnn: three 3x3 convolutions with rectifiers, of which each halves the image,
//     and two dense layers.
package problem

import (
	"fmt"

	"github.com/optc-lang/optc/host/data"
)

// Problem is a model on a data set: it gives a loss and gradients for a batch. Not
// safe for concurrent use.
type Problem struct {
	set    *data.Set
	batch  int // rows a call
	net    network
	engine *engine
}

// Param describes one parameter tensor. A model gives its parameters in a fixed
// order, and every [][]float32 of this package has one row-major slice for each.
type Param struct {
	Name  string // "LAYER.weight" or "LAYER.bias", unique in the model
	Shape []int
	Decay bool // whether weight decay is meant for it: false for biases
}

// Len is the number of values, the product of the shape.
func (p Param) Len() int {
	n := 1
	for _, d := range p.Shape {
		n *= d
	}
	return n
}

// New builds a model ("mlp" or "cnn") for a set and for batches of batchSize rows.
// An unknown model, a set that is not consistent (see data.Set.Check) and a batch
// size below 1 are errors. Close frees what New takes.
func New(model string, set *data.Set, batchSize int) (*Problem, error) {
	build, err := lookUp(model)
	if err != nil {
		return nil, err
	}
	if set == nil {
		return nil, fmt.Errorf("problem %q: no data set; open one with data.Open", model)
	}
	if err := set.Check(); err != nil {
		return nil, fmt.Errorf("problem %q: %w", model, err)
	}
	if batchSize < 1 {
		return nil, fmt.Errorf("problem %q: batch size %d; it must be at least 1", model, batchSize)
	}
	net := build(set)
	engine, err := newEngine(net, set, batchSize)
	if err != nil {
		return nil, fmt.Errorf("problem %q: %w", model, err)
	}
	return &Problem{set: set, batch: batchSize, net: net, engine: engine}, nil
}

// Params describes the parameters, in the order of all slices of this package.
func (p *Problem) Params() []Param { return p.net.params() }

// LossAndGrad returns the mean cross-entropy, in nats, over a batch of rows
// (0-based, exactly the batch size of New) of the training split, and writes its
// gradient by every parameter over grads. It changes neither params nor batch. A
// wrong number of rows, a row outside the split and slices that do not have the
// lengths of Params are errors; grads is then as it was. A loss that is not finite
// is not an error.
func (p *Problem) LossAndGrad(params [][]float32, batch []int, grads [][]float32) (loss float64, err error) {
	if err := p.set.CheckRows(batch); err != nil {
		return 0, err
	}
	return p.lossAndGrad(params, batchRows(p.set, batch), grads)
}

// LossAndGradOn is LossAndGrad for rows that the caller made, such as augmented
// ones: as many as the batch size of New, of the set's image size and classes.
func (p *Problem) LossAndGradOn(params [][]float32, rows data.Split, grads [][]float32) (loss float64, err error) {
	if err := p.set.CheckSplit(rows); err != nil {
		return 0, err
	}
	return p.lossAndGrad(params, splitRows(p.set, rows, 0), grads)
}

func (p *Problem) lossAndGrad(params [][]float32, rows rows, grads [][]float32) (float64, error) {
	if rows.n != p.batch {
		return 0, fmt.Errorf("a batch of %d rows; this problem was made for batches of %d", rows.n, p.batch)
	}
	if err := p.checkLengths("params", params); err != nil {
		return 0, err
	}
	if err := p.checkLengths("grads", grads); err != nil {
		return 0, err
	}
	return p.engine.lossAndGrad(params, rows, grads)
}

// Evaluate returns the mean cross-entropy, in nats, and the accuracy, from 0 to 1,
// over a split of the set's image size and classes. The split may have any number
// of rows: the last batch is filled up with rows that do not count. It is an error
// if the split or the lengths of params do not fit.
func (p *Problem) Evaluate(params [][]float32, split data.Split) (loss, accuracy float64, err error) {
	if err := p.set.CheckSplit(split); err != nil {
		return 0, 0, err
	}
	if err := p.checkLengths("params", params); err != nil {
		return 0, 0, err
	}
	if err := p.engine.setParams(params); err != nil {
		return 0, 0, err
	}
	var lossSum, hits float64
	for from := 0; from < split.Len(); from += p.batch {
		l, h, err := p.engine.evaluate(splitRows(p.set, split, from).first(p.batch))
		if err != nil {
			return 0, 0, err
		}
		lossSum, hits = lossSum+l, hits+h
	}
	n := float64(split.Len())
	return lossSum / n, hits / n, nil
}

// Close frees the memory of the model. LossAndGrad and Evaluate are errors after
// it; a second Close does nothing.
func (p *Problem) Close() error { return p.engine.close() }

// checkLengths wants one slice for each parameter, of its length.
func (p *Problem) checkLengths(what string, slices [][]float32) error {
	params := p.Params()
	if len(slices) != len(params) {
		return fmt.Errorf("%s has %d slices; the model has %d parameters (see Params)", what, len(slices), len(params))
	}
	for i, param := range params {
		if len(slices[i]) != param.Len() {
			return fmt.Errorf("%s[%d] has %d values; %s has the shape %v, %d values",
				what, i, len(slices[i]), param.Name, param.Shape, param.Len())
		}
	}
	return nil
}
