package bench

import (
	"errors"
	"fmt"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// cell is an engine that steps one tensor.
type cell struct {
	work
	row    Row // without what is measured
	engine host.Engine
	limit  *work
}

// newCell starts an engine and gives it a tensor.
func newCell(e Engine, rule Rule, elements int, d abi.DType) (*cell, error) {
	engine, err := e.Start()
	if err != nil {
		return nil, err
	}
	c := &cell{engine: engine, row: Row{Rule: rule.Name, Engine: e.Name, Elements: elements}}
	if err := c.attach(rule, d); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return c, nil
}

// attach makes the engine's memory and writes what does not change in a run.
func (c *cell) attach(rule Rule, d abi.DType) error {
	m := c.engine.Manifest()
	index, err := m.Variant(rule.Choose)
	if err != nil {
		return err
	}
	layout, err := abi.NewLayout(m, index, d, []int{c.row.Elements}, []int{0})
	if err != nil {
		return err
	}
	arena, err := c.engine.Attach(layout)
	if err != nil {
		return err
	}
	if err := setHypers(m, arena.Hypers(0), rule.Set); err != nil {
		return err
	}
	if d == abi.F64 {
		fill(abi.Theta[float64](arena, 0), abi.Grad[float64](arena, 0))
	} else {
		fill(abi.Theta[float32](arena, 0), abi.Grad[float32](arena, 0))
	}
	v := m.Variants[index]
	c.row.Choices, c.row.BytesPerElement = m.Choices(v), v.BytesPerElement(d)
	c.row.MemoryBytes = (2*d.Size() + v.StateBytes(d)) * c.row.Elements
	steps := arena.Steps()
	c.run = func() error {
		steps[0]++
		return c.engine.Step()
	}
	return nil
}

// setHypers writes the values of a run's hyperparameters.
func setHypers(m *abi.Manifest, values []float64, set map[string]float64) error {
	copy(values, m.Defaults())
	for name, x := range set {
		i, ok := m.HyperIndex(name)
		if !ok {
			return fmt.Errorf("%s has no hyperparameter %q", m.Name, name)
		}
		values[i] = x
	}
	return m.CheckHypers(values)
}

// fill gives parameters and gradients values of every sign and size that training
// sees. None is zero, so that no average of them decays to a subnormal number,
// which is slow.
func fill[T abi.Float](theta, grad []T) {
	for i := range theta {
		theta[i] = T(i%2003-1001) / 1000
		grad[i] = T(i%1999)/1e6 - 0.0010005
	}
}

// result is the cell's row, once all rounds are done.
func (c *cell) result() Row {
	r := c.row
	r.StepSeconds = c.seconds
	bytes := float64(r.BytesPerElement) * float64(r.Elements)
	var ns, rate, limit, share []float64
	for i, s := range c.seconds {
		ceiling := limitTraffic * float64(r.MemoryBytes) / c.limit.seconds[i]
		ns = append(ns, 1e9*s/float64(r.Elements))
		rate = append(rate, bytes/s/1e9)
		limit = append(limit, ceiling/1e9)
		share = append(share, bytes/s/ceiling)
	}
	r.NsPerElement, r.GBPerSecond = spread(ns), spread(rate)
	r.LimitGBPerSecond, r.Share = spread(limit), spread(share)
	return r
}
