package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/registry/abi"
)

// settings sorts NAME=VALUE pairs into hyperparameters and options of a rule,
// for a run in a number format. Of pairs with one name the last counts.
func settings(m *abi.Manifest, d abi.DType, pairs []string) (values map[string]float64, choices map[string]string, err error) {
	values, choices = map[string]float64{}, map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, nil, usagef("--set %s: write it as NAME=VALUE", pair)
		}
		if isOption(m, name) {
			choices[name] = value
			continue
		}
		if values[name], err = hyper(m, d, name, value); err != nil {
			return nil, nil, fmt.Errorf("--set %s: %w", pair, err)
		}
	}
	_, err = m.Variant(choices)
	return values, choices, err
}

// hyper reads the value of a hyperparameter.
func hyper(m *abi.Manifest, d abi.DType, name, value string) (float64, error) {
	i, ok := m.HyperIndex(name)
	if !ok {
		return 0, unknownHyper(m, name)
	}
	x, err := strconv.ParseFloat(value, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is beyond the greatest number, %v", value, math.MaxFloat64)
	case err != nil:
		return 0, fmt.Errorf("%q is not a number", value)
	}
	return x, fits(m.Hypers[i], d, x)
}

// fits reports a value that a hyperparameter can't have in a number format.
func fits(h abi.Hyper, d abi.DType, x float64) error {
	switch {
	case !h.Domain.Contains(x):
		return fmt.Errorf("%s = %v is outside its domain %s", h.Name, x, h.Domain)
	case d == abi.F32 && !inF32(x):
		return fmt.Errorf("%s = %v is beyond the greatest f32, %v", h.Name, x, math.MaxFloat32)
	}
	return nil
}

// inF32 tells whether a number is finite once it is rounded to f32.
func inF32(x float64) bool { return !math.IsInf(float64(float32(x)), 0) }

func isOption(m *abi.Manifest, name string) bool {
	for _, o := range m.Options {
		if o.Name == name {
			return true
		}
	}
	return false
}

// unscheduled says why there can be no schedule for a name.
func unscheduled(m *abi.Manifest, name string) error {
	if isOption(m, name) {
		return fmt.Errorf("%s is an option of %s, chosen before a run, so it has no schedule; use --set", name, m.Name)
	}
	return unknownHyper(m, name)
}

// unknownHyper says which names there are.
func unknownHyper(m *abi.Manifest, name string) error {
	var names []string
	for _, h := range m.Hypers {
		names = append(names, h.Name)
	}
	for _, o := range m.Options {
		names = append(names, o.Name)
	}
	if near := diag.Nearest(name, names); near != "" {
		return fmt.Errorf("%s has no hyperparameter or option %q; did you mean %q?", m.Name, name, near)
	}
	return fmt.Errorf("%s has no hyperparameter or option %q; it has %s", m.Name, name, strings.Join(names, ", "))
}
