package main

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/host/train"
	"github.com/optc-lang/optc/plugins"
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
	var candidates []candidate
	for _, ref := range c.Names {
		found, err := c.candidate(a, ref)
		if err != nil {
			return nil, err
		}
		for _, other := range candidates {
			if other.label == found.label {
				return nil, usageError(fmt.Sprintf("%s is given twice", found.label))
			}
		}
		candidates = append(candidates, found)
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
			return nil, err
		}
		all = append(all, train.Optimizer{Label: found.label, Engine: found.engine, Config: config})
	}
	return all, nil
}

// candidate finds an optimizer; its plugin is compiled where it has to be.
func (c *trainCmd) candidate(a *app, ref string) (candidate, error) {
	if c.Engine == "go" {
		rule, ok := plugins.Find(ref)
		if !ok {
			return candidate{}, fmt.Errorf("%s is not compiled into optc, so --engine go can't run it; leave the flag out", ref)
		}
		return candidate{ref, &rule.Manifest, func() (host.Engine, error) { return host.InProcess(rule), nil }}, nil
	}
	entry, err := a.plugin(ref)
	if err != nil {
		return candidate{}, err
	}
	return candidate{entry.Name, entry.Manifest, func() (host.Engine, error) { return host.Launch(entry.Binary()) }}, nil
}

// distribute gives each candidate the settings that are meant for it:
// LABEL.NAME=VALUE is for one, NAME=VALUE for all.
func distribute(flag string, settings []string, all []candidate) ([][]string, error) {
	out := make([][]string, len(all))
	for _, setting := range settings {
		name, _, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, usageError(fmt.Sprintf("%s %s: write it as NAME=VALUE", flag, setting))
		}
		label, _, one := strings.Cut(name, ".")
		taken := false
		for i, c := range all {
			switch {
			case !one:
				out[i] = append(out[i], setting)
			case label == c.label:
				out[i] = append(out[i], strings.TrimPrefix(setting, label+"."))
			default:
				continue
			}
			taken = true
		}
		if !taken {
			return nil, usageError(fmt.Sprintf("%s %s: %q is none of the optimizers of this command", flag, setting, label))
		}
	}
	return out, nil
}

// config is the host's configuration for one optimizer.
func (c *trainCmd) config(m *abi.Manifest, set, schedules []string, steps int) (host.Config, error) {
	values, choices, err := settings(m, set)
	if err != nil {
		return host.Config{}, err
	}
	config := host.Config{
		DType: abi.F32, Set: values, Choose: choices, Schedules: map[string]host.Schedule{},
		Clip: host.Clip{Norm: c.ClipNorm, Value: c.ClipValue}, NonFinite: host.Policy(c.NonFinite),
	}
	for _, text := range schedules {
		name, what, _ := strings.Cut(text, "=")
		if _, ok := m.HyperIndex(name); !ok {
			return host.Config{}, unknownHyper(m, name)
		}
		s, err := schedule.Parse(withTotal(what, steps))
		if err != nil {
			return host.Config{}, fmt.Errorf("--schedule %s: %w", text, err)
		}
		config.Schedules[name] = s
	}
	return config, nil
}

// withTotal adds the run's length to a schedule that has one and does not name
// it.
func withTotal(text string, steps int) string {
	name, args, _ := strings.Cut(strings.TrimSpace(text), "(")
	name = strings.TrimSpace(name)
	if name != "cosine" && name != "linear" || strings.Contains(args, "total") {
		return text
	}
	args = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(args), ")"))
	if args != "" {
		args += ", "
	}
	return fmt.Sprintf("%s(%stotal=%d)", name, args, steps)
}
