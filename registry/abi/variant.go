package abi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Variant is the index of the variant for some choices, by option name. An
// option that is not named takes its default, the first choice.
//
// The variants count the choices as digits, the last option's fastest.
func (m *Manifest) Variant(choices map[string]string) (int, error) {
	if err := m.knowsOptions(choices); err != nil {
		return 0, err
	}
	index := 0
	for _, o := range m.Options {
		digit := 0
		if choice, given := choices[o.Name]; given {
			digit = slices.Index(o.Choices, choice)
		}
		if digit < 0 {
			return 0, fmt.Errorf("the option %s of %s has no choice %q; it has %s",
				o.Name, m.Name, choices[o.Name], strings.Join(o.Choices, ", "))
		}
		index = index*len(o.Choices) + digit
	}
	return index, nil
}

// knowsOptions reports the first name, in the alphabet's order, that is no
// option's.
func (m *Manifest) knowsOptions(choices map[string]string) error {
	names := make([]string, len(m.Options))
	for i, o := range m.Options {
		names[i] = o.Name
	}
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		if len(names) == 0 {
			return fmt.Errorf("%s has no option %q; it has no options", m.Name, name)
		}
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s has no option %q; it has %s", m.Name, name, strings.Join(names, ", "))
		}
	}
	return nil
}

// choicesOf are the choices of the variant of an index, one for each option in
// their order: the inverse of Variant.
func (m *Manifest) choicesOf(index int) []string {
	choices := make([]string, len(m.Options))
	for i := len(m.Options) - 1; i >= 0; i-- {
		n := len(m.Options[i].Choices)
		choices[i] = m.Options[i].Choices[index%n]
		index /= n
	}
	return choices
}
