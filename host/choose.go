package host

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/registry/abi"
)

// options are the choice of every option: the given one, or the first.
func options(m *abi.Manifest, choose map[string]string) (map[string]string, error) {
	var names []string
	chosen := map[string]string{}
	for _, o := range m.Options {
		names = append(names, o.Name)
		chosen[o.Name] = o.Choices[0]
		if choice, given := choose[o.Name]; given {
			if !slices.Contains(o.Choices, choice) {
				return nil, fmt.Errorf("option %s has no choice %q%s", o.Name, choice, among(choice, o.Choices))
			}
			chosen[o.Name] = choice
		}
	}
	for _, name := range slices.Sorted(maps.Keys(choose)) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("no option %q%s", name, among(name, names))
		}
	}
	return chosen, nil
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
