package bench

import (
	"fmt"

	"github.com/optc-lang/optc/registry/abi"
)

// checkMemory refuses a batch for which there is too little memory, before
// anything is measured: Go ends a program that gets none.
func (m meter) checkMemory(rules []Rule, c Config) error {
	there, known := m.memory()
	if !known {
		return nil
	}
	for _, rule := range rules {
		for _, size := range c.Sizes {
			need, err := rule.memory(int(size), c.DType)
			if err != nil {
				return fmt.Errorf("%s with %v elements: %w", rule.Name, size, err)
			}
			if need > there {
				return fmt.Errorf("%s with %v elements takes %.2f GiB of memory, for its %s and the limit together, and %.2f GiB are left; measure fewer elements, or fewer engines at once",
					rule.Name, size, gib(need), engines(len(rule.Engines)), gib(there))
			}
		}
	}
	return nil
}

func engines(n int) string {
	if n == 1 {
		return "engine"
	}
	return fmt.Sprintf("%d engines", n)
}

func gib(bytes int) float64 { return float64(bytes) / (1 << 30) }

// memory is the bytes that a batch takes: the arenas of its engines, and what the
// limit passes over.
func (r Rule) memory(elements int, d abi.DType) (int, error) {
	variant, err := r.Manifest.Variant(r.Choose)
	if err != nil {
		return 0, err
	}
	layout, err := abi.NewLayout(r.Manifest, variant, d, []int{elements}, []int{0})
	if err != nil {
		return 0, err
	}
	return len(r.Engines)*layout.Size() + walked(r.Manifest.Variants[variant], elements, d), nil
}

// walked is the bytes that a step walks over: θ, g and states.
func walked(v abi.Variant, elements int, d abi.DType) int {
	return (2*d.Size() + v.StateBytes(d)) * elements
}
