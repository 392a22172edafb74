package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/train"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

// candidate is one optimizer of a comparison, before its settings are known.
type candidate struct {
	label    string
	manifest *abi.Manifest
	engine   func() (host.Engine, error)
}

// optimizers resolves the names and their settings.
func (c *trainCmd) optimizers(a *app, steps int) ([]train.Optimizer, error) {
	candidates, err := c.candidates(a)
	if err != nil {
		return nil, err
	}
	sets, err := distribute("--set", c.Set, candidates)
	if err != nil {
		return nil, err
	}
	schedules, err := distribute("--schedule", c.Schedule, candidates)
	if err != nil {
		return nil, err
	}
	var all []train.Optimizer
	for i, found := range candidates {
		config, err := c.config(found.manifest, sets[i], schedules[i], steps)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", found.label, err)
		}
		all = append(all, train.Optimizer{Label: found.label, Engine: found.engine, Config: config})
	}
	return all, nil
}

// candidates finds all optimizers.
func (c *trainCmd) candidates(a *app) ([]candidate, error) {
	var all []candidate
	for _, ref := range c.Names {
		found, err := c.candidate(a, ref)
		if err != nil {
			return nil, err
		}
		if err := unlike(all, found); err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

// unlike refuses an optimizer that is called as another one is.
func unlike(all []candidate, found candidate) error {
	if slices.ContainsFunc(all, func(other candidate) bool { return other.label == found.label }) {
		return usagef("two of the optimizers are called %s; give each once, and different rules different names", found.label)
	}
	return nil
}

func (c *trainCmd) candidate(a *app, ref string) (candidate, error) {
	switch {
	case c.Engine == "go":
		return inProcess(a, ref)
	case c.Device != "cpu":
		return onDevice(a, c.Device, ref)
	}
	return pluggedIn(a, ref)
}

// inProcess is an optimizer that is compiled into optc.
func inProcess(_ *app, ref string) (candidate, error) {
	rule, err := compiledIn(ref, "leave --engine out, and its plugin steps")
	if err != nil {
		return candidate{}, err
	}
	return inThisProcess(ref, rule), nil
}

func inThisProcess(ref string, rule *abi.Rule) candidate {
	return candidate{ref, &rule.Manifest, func() (host.Engine, error) { return host.InProcess(rule), nil }}
}

// pluggedIn is an optimizer's plugin, which is compiled where it has to be.
func pluggedIn(a *app, ref string) (candidate, error) {
	entry, err := a.plugin(ref)
	if err != nil {
		return candidate{}, err
	}
	return candidate{labelOf(entry, ref), entry.Manifest, func() (host.Engine, error) { return host.Start(entry) }}, nil
}

// labelOf is an optimizer's name, with the version where that was given.
func labelOf(entry *registry.Entry, ref string) string {
	if strings.Contains(ref, "@") {
		return ref
	}
	return entry.Name
}

// compiledIn is the rule that optc's own engines run. What to do instead, where
// there is none, depends on the command.
func compiledIn(ref, instead string) (*abi.Rule, error) {
	if rule, ok := builtIn(ref); ok {
		return rule, nil
	}
	return nil, fmt.Errorf("%s is not compiled into optc; %s", ref, instead)
}

// vectorsIn is the rule of optc's own engine with vectors.
func vectorsIn(ref, instead string) (*abi.Rule, error) {
	rule, err := compiledIn(ref, instead)
	if err == nil && len(rule.Vectors) == 0 {
		err = fmt.Errorf("%s has no vector kernels in this optc: build it with GOEXPERIMENT=simd for amd64, and run it on a processor with AVX2; rules that take exp, log or fractional powers of tensors, or draw random numbers, have none at all", ref)
	}
	return rule, err
}

// distribute gives each candidate the settings that are meant for it:
// LABEL.NAME=VALUE is for one, NAME=VALUE for all. Those for one come last, so
// that they count.
func distribute(flag string, settings []string, all []candidate) ([][]string, error) {
	general, own := []string{}, make([][]string, len(all))
	for _, setting := range settings {
		name, _, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, usagef("%s %s: write it as NAME=VALUE", flag, setting)
		}
		dot := strings.LastIndex(name, ".")
		if dot < 0 {
			general = append(general, setting)
			continue
		}
		i := slices.IndexFunc(all, func(c candidate) bool { return c.label == name[:dot] })
		if i < 0 {
			return nil, usagef("%s %s: %q is none of the optimizers of this command", flag, setting, name[:dot])
		}
		own[i] = append(own[i], setting[dot+1:])
	}
	for i := range own {
		own[i] = slices.Concat(general, own[i])
	}
	return own, nil
}

// config is the host's configuration for one optimizer.
func (c *trainCmd) config(m *abi.Manifest, set, schedules []string, steps int) (host.Config, error) {
	values, choices, err := settings(m, abi.F32, set)
	if err != nil {
		return host.Config{}, err
	}
	config := host.Config{
		DType: abi.F32, Set: values, Choose: choices, Schedules: map[string]host.Schedule{},
		Clip: host.Clip{Norm: c.ClipNorm, Value: c.ClipValue}, NonFinite: host.Policy(c.NonFinite),
	}
	for _, text := range schedules {
		name, s, err := parseSchedule(m, values, text, steps)
		if err != nil {
			return host.Config{}, fmt.Errorf("--schedule %s: %w", text, err)
		}
		config.Schedules[name] = s
	}
	return config, nil
}
