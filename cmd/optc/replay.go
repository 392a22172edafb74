package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// trajectory is the parameters after each step.
type trajectory struct {
	rows [][]jsonNumber
	lost int // the first step, from 1, after which one is not finite; 0 where all are
}

// jsonNumber is a number that is null in JSON where it is not finite.
type jsonNumber float64

// MarshalJSON implements json.Marshaler.
func (x jsonNumber) MarshalJSON() ([]byte, error) {
	if x-x != 0 {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// replay steps through a recording.
func (c *traceCmd) replay(ctx context.Context, engine host.Engine, run *recording) (*trajectory, error) {
	dtype, err := abi.ParseDType(c.DType)
	if err != nil {
		return nil, err
	}
	if dtype == abi.F64 {
		return replay[float64](ctx, engine, c, run)
	}
	if err := run.checkF32(); err != nil {
		return nil, err
	}
	return replay[float32](ctx, engine, c, run)
}

func replay[T abi.Float](ctx context.Context, engine host.Engine, c *traceCmd, run *recording) (*trajectory, error) {
	m, dtype := engine.Manifest(), abi.DTypeOf[T]()
	values, choices, err := settings(m, dtype, c.Set)
	if err != nil {
		return nil, err
	}
	variant, err := m.Variant(choices)
	if err != nil {
		return nil, err
	}
	hypers, err := scheduled(m, dtype, values, run)
	if err != nil {
		return nil, err
	}
	layout, err := abi.NewLayout(m, variant, dtype, []int{len(run.theta0)}, []int{0})
	if err != nil {
		return nil, err
	}
	layout.Seed = c.Seed
	arena, err := engine.Attach(layout)
	if err != nil {
		return nil, err
	}
	convert(abi.Theta[T](arena, 0), run.theta0)
	return steps[T](ctx, engine, arena, hypers, run)
}

// scheduled are the hyperparameters of each step, all of them in their domains.
func scheduled(m *abi.Manifest, d abi.DType, values map[string]float64, run *recording) ([][]float64, error) {
	all := make([][]float64, len(run.gradients))
	for step := range all {
		all[step] = m.Defaults()
		for name, x := range values {
			i, _ := m.HyperIndex(name)
			all[step][i] = x
		}
	}
	for _, name := range slices.Sorted(maps.Keys(run.schedule)) {
		i, ok := m.HyperIndex(name)
		if !ok {
			return nil, fmt.Errorf("the schedule of the recording: %w", unscheduled(m, name))
		}
		for step, x := range run.schedule[name] {
			if err := fits(m.Hypers[i], d, x); err != nil {
				return nil, fmt.Errorf("the schedule of the recording, step %d: %w", step+1, err)
			}
			all[step][i] = x
		}
	}
	return all, nil
}

// steps performs the steps; a row without gradients leaves θ as it is.
func steps[T abi.Float](ctx context.Context, engine host.Engine, arena *abi.Arena, hypers [][]float64, run *recording) (*trajectory, error) {
	out := &trajectory{rows: [][]jsonNumber{}}
	taken := int64(0)
	for i, row := range run.gradients {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("stopped after %d of %d steps: %w", i, len(run.gradients), ctx.Err())
		}
		if row != nil {
			taken++
			copy(arena.Hypers(0), hypers[i])
			convert(abi.Grad[T](arena, 0), row)
			arena.Steps()[0] = taken
			if err := engine.Step(); err != nil {
				return nil, fmt.Errorf("step %d: %w", i+1, err)
			}
		}
		out.add(widen(abi.Theta[T](arena, 0)))
	}
	return out, nil
}

func (t *trajectory) add(row []jsonNumber) {
	t.rows = append(t.rows, row)
	if t.lost == 0 && slices.ContainsFunc(row, func(x jsonNumber) bool { return math.IsNaN(float64(x - x)) }) {
		t.lost = len(t.rows)
	}
}

func convert[T abi.Float](to []T, from []float64) {
	for i, x := range from {
		to[i] = T(x)
	}
}

func widen[T abi.Float](values []T) []jsonNumber {
	out := make([]jsonNumber, len(values))
	for i, x := range values {
		out[i] = jsonNumber(x)
	}
	return out
}
