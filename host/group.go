package host

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/optc-lang/optc/registry/abi"
)

// group is the hyperparameters of a set of tensors, in the manifest's order.
type group struct {
	name      string
	base      []float64  // the values that were set
	schedules []Schedule // nil where the value stays
	next      []float64  // the values of the coming step
}

// makeGroups resolves the default group, which comes first, and the others.
func makeGroups(m *abi.Manifest, c Config) ([]group, error) {
	base := group{base: make([]float64, len(m.Hypers)), schedules: make([]Schedule, len(m.Hypers))}
	for i, h := range m.Hypers {
		base.base[i] = h.Default
	}
	first, err := base.with(m, c.DType, Group{Set: c.Set, Schedules: c.Schedules})
	if err != nil {
		return nil, err
	}
	groups := []group{first}
	for _, g := range c.Groups {
		if g.Name == "" {
			return nil, fmt.Errorf("a group has no name; the default group is set by Config.Set and Config.Schedules")
		}
		if find(groups, g.Name) >= 0 {
			return nil, fmt.Errorf("there are two groups %q; a name must be unique", g.Name)
		}
		next, err := first.with(m, c.DType, g)
		if err != nil {
			return nil, fmt.Errorf("group %q: %w", g.Name, err)
		}
		groups = append(groups, next)
	}
	return groups, nil
}

// with is a copy of g with the settings of another group.
func (g group) with(m *abi.Manifest, d abi.DType, set Group) (group, error) {
	g = group{set.Name, slices.Clone(g.base), slices.Clone(g.schedules), make([]float64, len(g.base))}
	for _, name := range slices.Sorted(maps.Keys(set.Set)) {
		i, err := hyperIndex(m, name)
		if err != nil {
			return g, err
		}
		if err := checkHyper(m.Hypers[i], d, set.Set[name]); err != nil {
			return g, err
		}
		g.base[i] = set.Set[name]
	}
	for _, name := range slices.Sorted(maps.Keys(set.Schedules)) {
		i, err := hyperIndex(m, name)
		if err != nil {
			return g, fmt.Errorf("schedule: %w", err)
		}
		g.schedules[i] = set.Schedules[name]
	}
	copy(g.next, g.base)
	return g, nil
}

// hyperIndex is the place of the hyperparameter with a name.
func hyperIndex(m *abi.Manifest, name string) (int, error) {
	names := make([]string, len(m.Hypers))
	for i, h := range m.Hypers {
		if names[i] = h.Name; h.Name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("no hyperparameter %q%s", name, among(name, names))
}

// checkHyper reports why a hyperparameter cannot have a value.
func checkHyper(h abi.Hyper, d abi.DType, x float64) error {
	if !h.Domain.Contains(x) {
		return fmt.Errorf("%s = %v is outside its domain %s", h.Name, x, h.Domain)
	}
	if !finite(x) {
		return fmt.Errorf("%s = %v is not finite", h.Name, x)
	}
	if d == abi.F32 && !finite(float64(float32(x))) {
		return fmt.Errorf("%s = %v is infinite in f32; the greatest f32 is %v", h.Name, x, math.MaxFloat32)
	}
	return nil
}

func finite(x float64) bool { return x-x == 0 }

func find(groups []group, name string) int {
	return slices.IndexFunc(groups, func(g group) bool { return g.name == name })
}

// groupIndex is the place of a parameter's group.
func groupIndex(groups []group, p Param) (int, error) {
	if i := find(groups, p.Group); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("parameter %q is in the group %q, which is not in Config.Groups%s",
		p.Name, p.Group, among(p.Group, groupNames(groups)))
}

// groupNames are the names of the groups after the default group.
func groupNames(groups []group) []string {
	var names []string
	for _, g := range groups[1:] {
		names = append(names, g.name)
	}
	return names
}

// at computes the hyperparameters of a step, 0-based, and checks them.
func (g *group) at(m *abi.Manifest, d abi.DType, step int) error {
	for i, s := range g.schedules {
		if s == nil {
			continue
		}
		factor := s.At(step)
		if err := checkHyper(m.Hypers[i], d, g.base[i]*factor); err != nil {
			return fmt.Errorf("%s: %w; the schedule gives %v times %v", g, err, g.base[i], factor)
		}
		g.next[i] = g.base[i] * factor
	}
	return nil
}

func (g *group) String() string {
	if g.name == "" {
		return "the default group"
	}
	return fmt.Sprintf("group %q", g.name)
}
