package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/registry/abi"
)

// settings sorts NAME=VALUE pairs into hyperparameters and options of a rule.
func settings(m *abi.Manifest, pairs []string) (values map[string]float64, choices map[string]string, err error) {
	values, choices = map[string]float64{}, map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, nil, usageError(fmt.Sprintf("--set %s: write it as NAME=VALUE", pair))
		}
		if isOption(m, name) {
			choices[name] = value
			continue
		}
		i, ok := m.HyperIndex(name)
		if !ok {
			return nil, nil, unknownHyper(m, name)
		}
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("--set %s: %q is not a number", pair, value)
		}
		if d := m.Hypers[i].Domain; !d.Contains(x) {
			return nil, nil, fmt.Errorf("%s: %s = %v is outside its domain %s", m.Name, name, x, d)
		}
		values[name] = x
	}
	return values, choices, nil
}

func isOption(m *abi.Manifest, name string) bool {
	for _, o := range m.Options {
		if o.Name == name {
			return true
		}
	}
	return false
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
