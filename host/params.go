package host

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// checkParams returns the place of each name, or the first thing that is wrong.
func checkParams(params []Param) (map[string]int, error) {
	if len(params) == 0 {
		return nil, errors.New("no parameters; give at least one")
	}
	byName := make(map[string]int, len(params))
	for i, p := range params {
		if p.Name == "" {
			return nil, fmt.Errorf("parameter %d has no name", i)
		}
		if first, again := byName[p.Name]; again {
			return nil, fmt.Errorf("parameters %d and %d are both named %q; a name must be unique", first, i, p.Name)
		}
		if err := checkShape(p); err != nil {
			return nil, err
		}
		byName[p.Name] = i
	}
	return byName, nil
}

func checkShape(p Param) error {
	n := uint64(1)
	for _, d := range p.Shape {
		if d < 1 {
			return fmt.Errorf("parameter %q has the shape %v; each dimension must be at least 1", p.Name, p.Shape)
		}
		over, product := bits.Mul64(n, uint64(d))
		if over != 0 || product > 1<<46 {
			return fmt.Errorf("parameter %q has the shape %v, which is more elements than any memory holds", p.Name, p.Shape)
		}
		n = product
	}
	return nil
}

func cloneParams(params []Param) []Param {
	params = slices.Clone(params)
	for i := range params {
		params[i].Shape = slices.Clone(params[i].Shape)
	}
	return params
}
