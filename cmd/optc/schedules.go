package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/registry/abi"
)

// parseSchedule reads NAME=SCHEDULE for a run of some steps, and sees that the
// hyperparameter stays in its domain.
func parseSchedule(m *abi.Manifest, values map[string]float64, text string, steps int) (string, host.Schedule, error) {
	name, what, _ := strings.Cut(text, "=")
	i, ok := m.HyperIndex(name)
	if !ok {
		return "", nil, unscheduled(m, name)
	}
	s, err := schedule.Parse(withTotal(what, steps))
	if inner := errors.Unwrap(err); inner != nil {
		err = inner // without the text, which may have a total that the user did not write
	}
	if err != nil {
		return "", nil, err
	}
	base, set := values[name]
	if !set {
		base = m.Hypers[i].Default
	}
	return name, s, staysIn(m.Hypers[i], base, s, steps)
}

// maxLookAhead bounds the steps of a schedule that are looked at before a run.
const maxLookAhead = 1 << 22

// staysIn reports the first step whose scheduled value the hyperparameter can't
// have, so that no run fails there after hours.
func staysIn(h abi.Hyper, base float64, s host.Schedule, steps int) error {
	for step := range min(steps, maxLookAhead) {
		if err := fits(h, abi.F32, base*s.At(step)); err != nil {
			return fmt.Errorf("in step %d of %d, %w", step+1, steps, err)
		}
	}
	return nil
}

// withTotal adds the run's length to a schedule that has one and does not name
// it.
func withTotal(text string, steps int) string {
	name, args, _ := strings.Cut(strings.TrimSpace(text), "(")
	name = strings.TrimSpace(name)
	if name != "cosine" && name != "linear" || strings.Contains(args, "total") {
		return text
	}
	args, closed := strings.CutSuffix(strings.TrimSpace(args), ")")
	if open := strings.Contains(text, "("); open != closed || strings.Contains(args, ")") {
		return text // which Parse refuses in the user's own words
	}
	args = strings.TrimSpace(args)
	if args != "" {
		args += ", "
	}
	return fmt.Sprintf("%s(%stotal=%d)", name, args, steps)
}
