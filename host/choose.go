package host

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/registry/abi"
)

// chooseVariant is the place of the variant that a choice of options names; an
// option that is not chosen takes its first choice.
func chooseVariant(m *abi.Manifest, choose map[string]string) (int, error) {
	names := make([]string, len(m.Options))
	chosen := make([]string, len(m.Options))
	for i, o := range m.Options {
		names[i], chosen[i] = o.Name, o.Choices[0]
		choice, ok := choose[o.Name]
		if !ok {
			continue
		}
		if !slices.Contains(o.Choices, choice) {
			return 0, fmt.Errorf("option %s has no choice %q%s", o.Name, choice, among(choice, o.Choices))
		}
		chosen[i] = choice
	}
	for _, name := range slices.Sorted(maps.Keys(choose)) {
		if !slices.Contains(names, name) {
			return 0, fmt.Errorf("no option %q%s", name, among(name, names))
		}
	}
	for i, v := range m.Variants {
		if slices.Equal(v.Choices, chosen) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("the manifest has no variant for the choices %v; the plugin is broken", chosen)
}

// among ends a sentence about a name that is not known: it suggests the nearest
// known one, or lists them all.
func among(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 {
		return "; there are none"
	}
	return "; there are " + strings.Join(known, ", ")
}
