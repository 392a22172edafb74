package bench

import (
	"fmt"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// Prepare gives an engine tensors of these lengths, filled with numbers, and a
// function that steps all of them. Of the rule only its settings count.
func Prepare(e host.Engine, rule Rule, lens []int, d abi.DType) (step func() error, err error) {
	m := e.Manifest()
	variant, err := m.Variant(rule.Choose)
	if err != nil {
		return nil, err
	}
	layout, err := abi.NewLayout(m, variant, d, lens, make([]int, len(lens)))
	if err != nil {
		return nil, err
	}
	arena, err := e.Attach(layout)
	if err != nil {
		return nil, err
	}
	if err := setHypers(m, arena.Hypers(0), rule.Set); err != nil {
		return nil, err
	}
	for i := range lens {
		if d == abi.F64 {
			Fill(abi.Theta[float64](arena, i), abi.Grad[float64](arena, i))
		} else {
			Fill(abi.Theta[float32](arena, i), abi.Grad[float32](arena, i))
		}
	}
	steps := arena.Steps()
	return func() error {
		for i := range steps {
			steps[i]++
		}
		return e.Step()
	}, nil
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

// Fill gives parameters values around zero, and gradients small ones of both signs
// that are never zero: no average of them decays to a subnormal number, which is
// slow.
func Fill[T abi.Float](theta, grad []T) {
	for i := range theta {
		theta[i] = T(i%2003-1001) / 1000
		grad[i] = T(i%1999)/1e6 - 0.0010005
	}
}
