package spec

import (
	"errors"
	"math/rand/v2"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// training is an optimizer of the host over an engine, with data of its own.
type training struct {
	*host.Optimizer
	rng *rand.Rand
}

// trainingParams are of several ranks, in two groups.
var trainingParams = []host.Param{
	{Name: "scalar"}, {Name: "vector", Shape: []int{9}}, {Name: "matrix", Shape: []int{4, 5}, Group: "other"},
}

// train makes an optimizer; two with the same rng see the same data.
func (s *subject) train(e host.Engine, c host.Config) (*training, error) {
	c.Groups = append(c.Groups, host.Group{Name: "other"})
	o, err := host.New(e, trainingParams, c)
	if err != nil {
		return nil, err
	}
	t := &training{o, s.rng()}
	for i := range o.Len() {
		t.fill(host.Thetas[float32], i)
	}
	return t, nil
}

func (t *training) fill(of func(*host.Optimizer) ([][]float32, error), i int) {
	all, err := of(t.Optimizer)
	if err != nil {
		return
	}
	for j := range all[i] {
		all[i][j] = float32(t.rng.NormFloat64())
	}
}

// step is a step; the second parameter has no gradient in every third.
func (t *training) step(n int) error {
	for i := range t.Len() {
		t.fill(host.Grads[float32], i)
	}
	if n%3 == 2 {
		return t.StepOnly(0, 2)
	}
	return t.Step()
}

// bits are all parameters.
func (t *training) bits() []float64 {
	var out []float64
	all, err := host.Thetas[float32](t.Optimizer)
	if err != nil {
		return nil
	}
	for _, theta := range all {
		for _, x := range theta {
			out = append(out, float64(x))
		}
	}
	return out
}

// both makes a training of the engine and one of the reference.
func (s *subject) both() (engine, oracle *training, err error) {
	e, err := s.engine.Open()
	if err != nil {
		return nil, nil, err
	}
	if engine, err = s.train(e, host.Config{}); err != nil {
		return nil, nil, err
	}
	oracle, err = s.train(host.InProcess(s.reference), host.Config{})
	if err != nil {
		return nil, nil, errors.Join(err, engine.Close())
	}
	return engine, oracle, nil
}

func sameTraining(step int, got, want *training) error {
	a, b := got.bits(), want.bits()
	for i := range b {
		if differ(a[i], b[i]) {
			d := newDifference(abi.F32, "theta", 0, i, a[i], b[i])
			d.Step = step + 1
			return d
		}
	}
	return nil
}
