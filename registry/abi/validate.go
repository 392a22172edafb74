package abi

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
)

// Limits of a rule, as LANGUAGE.md has them.
const (
	maxHypers   = 64
	maxOptions  = 8
	maxChoices  = 8
	maxStates   = 16
	maxLag      = 8
	maxVariants = 64
)

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// Validate reports the first thing that makes m no manifest of a rule: what a
// plugin says of itself is not to be trusted before.
func (m *Manifest) Validate() error {
	if m.Protocol != Protocol {
		return fmt.Errorf("the plugin has protocol %d, this program has %d; compile it again with this version of optc",
			m.Protocol, Protocol)
	}
	for _, check := range []func() error{m.validHead, m.validHypers, m.validOptions, m.validVariants} {
		if err := check(); err != nil {
			return fmt.Errorf("the manifest of %.64q is wrong: %w", m.Name, err)
		}
	}
	return nil
}

func (m *Manifest) validHead() error {
	switch {
	case !nameForm.MatchString(m.Name):
		return fmt.Errorf("%.80q is no name; one is a letter, then letters, digits and _, at most 64", m.Name)
	case m.Version == "":
		return errors.New("it has no version")
	case !digestForm.MatchString(m.Digest):
		return fmt.Errorf("its digest %.80q is not sha256: and 64 hexadecimal digits", m.Digest)
	case !validClass(m.Class):
		return fmt.Errorf("its class is %.80q, not exact or close", m.Class)
	case len(m.Numbers) == 0:
		return errors.New("it names no dtypes")
	}
	for _, name := range m.Numbers {
		if _, err := ParseDType(name); err != nil {
			return err
		}
	}
	return nil
}

func validClass(class string) bool { return class == "exact" || class == "close" }

func (m *Manifest) validHypers() error {
	if len(m.Hypers) > maxHypers {
		return fmt.Errorf("it has %d hyperparameters, more than %d", len(m.Hypers), maxHypers)
	}
	for i, h := range m.Hypers {
		if first, _ := m.HyperIndex(h.Name); first != i || !nameForm.MatchString(h.Name) {
			return fmt.Errorf("%.80q is no name for a hyperparameter, or stands twice", h.Name)
		}
		if math.IsInf(h.Default, 0) || !h.Domain.Contains(h.Default) {
			return fmt.Errorf("the default %s of %s is not a finite number in %s", bound(h.Default), h.Name, h.Domain)
		}
	}
	return nil
}

func (m *Manifest) validOptions() error {
	if len(m.Options) > maxOptions {
		return fmt.Errorf("it has %d options, more than %d", len(m.Options), maxOptions)
	}
	names := make([]string, len(m.Options))
	for i, o := range m.Options {
		names[i] = o.Name
		if len(o.Choices) == 0 || len(o.Choices) > maxChoices {
			return fmt.Errorf("the option %.80q has %d choices, not 1 to %d", o.Name, len(o.Choices), maxChoices)
		}
		if err := distinctNames(o.Choices); err != nil {
			return fmt.Errorf("the choices of %.80q: %w", o.Name, err)
		}
	}
	return distinctNames(names)
}

func distinctNames(names []string) error {
	for i, name := range names {
		if !nameForm.MatchString(name) || slices.Index(names, name) != i {
			return fmt.Errorf("%.80q is no name, or stands twice", name)
		}
	}
	return nil
}

// validVariants comes after validOptions: the options are sound.
func (m *Manifest) validVariants() error {
	count := 1
	for _, o := range m.Options {
		count *= len(o.Choices)
	}
	if len(m.Variants) != count || count > maxVariants {
		return fmt.Errorf("it has %d variants; its options make %d, and at most %d are possible",
			len(m.Variants), count, maxVariants)
	}
	for i, v := range m.Variants {
		if want := m.choicesOf(i); !slices.Equal(v.Choices, want) {
			return fmt.Errorf("variant %d has the choices %.200q, its place wants %q", i, v.Choices, want)
		}
		if err := v.valid(); err != nil {
			return fmt.Errorf("variant %d: %w", i, err)
		}
	}
	return nil
}

// maxValues bounds the values an element that a step can move: each of the
// language's 8,192 nodes can be a reduction, and so a pass over all tensors.
const maxValues = 8192 * (maxStates*maxLag + 2)

func (v Variant) valid() error {
	switch {
	case !validClass(v.Class):
		return fmt.Errorf("its class is %.80q, not exact or close", v.Class)
	case len(v.Slots) > maxStates:
		return fmt.Errorf("it has %d states, more than %d", len(v.Slots), maxStates)
	case v.Values < 0 || v.Values > maxValues:
		return fmt.Errorf("it moves %d values an element, which is not possible", v.Values)
	}
	names := make([]string, len(v.Slots))
	for i, s := range v.Slots {
		names[i] = s.Name
		if s.Buffers < 1 || s.Buffers > maxLag {
			return fmt.Errorf("the state %.80q has %d buffers, not 1 to %d", s.Name, s.Buffers, maxLag)
		}
	}
	return distinctNames(names)
}
