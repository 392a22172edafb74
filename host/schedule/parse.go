package schedule

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// maxText bounds a schedule's text, and maxSteps an argument that counts steps.
const (
	maxText  = 1024
	maxSteps = 1 << 40
)

// Parse reads a schedule's text, such as "cosine(total=1000, warmup=50,
// min=0.01)" or "constant". Every mistake is an error that says what to write.
func Parse(text string) (*Schedule, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("a schedule's text has %d bytes; at most %d", len(text), maxText)
	}
	name, args, err := split(text)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", text, err)
	}
	s, err := New(name, args)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", text, err)
	}
	return s, nil
}

// split cuts a text into its name and its arguments.
func split(text string) (string, map[string]float64, error) {
	name, rest, parens := strings.Cut(strings.TrimSpace(text), "(")
	name = strings.TrimSpace(name)
	if !parens {
		return name, nil, nil
	}
	list, after, closed := strings.Cut(rest, ")")
	if !closed {
		return "", nil, fmt.Errorf("there is no ) at the end")
	}
	if after != "" {
		return "", nil, fmt.Errorf("there is more after the ), %q", after)
	}
	args := map[string]float64{}
	if strings.TrimSpace(list) == "" {
		return name, args, nil
	}
	for part := range strings.SplitSeq(list, ",") {
		if err := splitArg(strings.TrimSpace(part), args); err != nil {
			return "", nil, err
		}
	}
	return name, args, nil
}

func splitArg(part string, args map[string]float64) error {
	key, value, equals := strings.Cut(part, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !equals || key == "" {
		return fmt.Errorf("%q is no argument; write name=value, separated by commas", part)
	}
	if _, again := args[key]; again {
		return fmt.Errorf("%s is given twice", key)
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return fmt.Errorf("%s is %q, which is no number", key, value)
	}
	args[key] = x
	return nil
}

// New makes a schedule by its name and arguments. It is an error if the name or
// an argument is not known, a needed one is missing, or a value does not fit.
func New(name string, args map[string]float64) (*Schedule, error) {
	i := slices.IndexFunc(kinds, func(k *kind) bool { return k.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no schedule %q%s", name, among(name, kindNames()))
	}
	s := &Schedule{kind: kinds[i]}
	if err := s.kind.checkNames(args); err != nil {
		return nil, err
	}
	for _, p := range s.kind.params {
		x, err := p.of(s.kind, args)
		if err != nil {
			return nil, err
		}
		s.args = append(s.args, x)
	}
	if err := s.setWarmup(args); err != nil {
		return nil, err
	}
	return s, nil
}

func kindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

func (k *kind) checkNames(args map[string]float64) error {
	var known []string
	for _, p := range k.params {
		known = append(known, p.name)
	}
	known = append(known, warmup)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s takes no %q%s", k.name, name, among(name, known))
		}
	}
	return nil
}

// of is the value of a parameter among the arguments.
func (p param) of(k *kind, args map[string]float64) (float64, error) {
	x, given := args[p.name]
	switch {
	case !given && p.required:
		return 0, fmt.Errorf("%s needs %s, a number of steps, as in %s(%s=1000)", k.name, p.name, k.name, p.name)
	case !given:
		return p.value, nil
	case p.whole:
		return x, checkSteps(p.name, x, 1)
	case x < 0 || math.IsInf(x, 0) || math.IsNaN(x):
		return 0, fmt.Errorf("%s is %v; it must be a number from 0 on", p.name, x)
	}
	return x, nil
}

func checkSteps(name string, x, least float64) error {
	if !(x >= least && x <= maxSteps) || x != math.Floor(x) {
		return fmt.Errorf("%s is %v; it must be a whole number of steps from %v to %v", name, x, least, int64(maxSteps))
	}
	return nil
}

func (s *Schedule) setWarmup(args map[string]float64) error {
	x := args[warmup]
	if err := checkSteps(warmup, x, 0); err != nil {
		return err
	}
	if all := s.kind.params; len(all) > 0 && all[0].name == total && x >= s.args[0] {
		return fmt.Errorf("%s is %v of %v steps; it must be less than %s", warmup, x, s.args[0], total)
	}
	s.warmup = int(x)
	return nil
}

// among ends a sentence about a name that is not known.
func among(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; there are " + strings.Join(known, ", ")
}
