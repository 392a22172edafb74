package bench

import (
	"context"
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
	apart  func() bool // parts the engine from the context that interrupts it
}

// newCell starts an engine and gives it a tensor. The end of ctx interrupts a step
// of the engine, which may hang.
func newCell(ctx context.Context, e Engine, rule Rule, elements int, d abi.DType) (*cell, error) {
	engine, err := e.Start()
	if err != nil {
		return nil, err
	}
	c := &cell{engine: engine, row: Row{Rule: rule.Name, Engine: e.Name, Elements: elements}}
	c.apart = context.AfterFunc(ctx, c.interrupt)
	step, err := c.attach(rule, d)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	c.run = func() error { return inEngine(e, step()) }
	return c, nil
}

func (c *cell) interrupt() {
	if e, ok := c.engine.(host.Interrupter); ok {
		e.Interrupt()
	}
}

func (c *cell) close() error {
	c.apart()
	return c.engine.Close()
}

// inEngine says in which engine an error was, if there is one.
func inEngine(e Engine, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("engine %s: %w", e.Name, err)
}

// attach gives the engine its tensor.
func (c *cell) attach(rule Rule, d abi.DType) (step func() error, err error) {
	m := c.engine.Manifest()
	index, err := m.Variant(rule.Choose)
	if err != nil {
		return nil, err
	}
	v := m.Variants[index]
	c.row.Choices, c.row.BytesPerElement = m.Choices(v), v.BytesPerElement(d)
	c.row.MemoryBytes = walked(v, c.row.Elements, d)
	return Prepare(c.engine, rule, []int{c.row.Elements}, d)
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
