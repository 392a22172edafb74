// Command ratios reads what optc bench --json prints, from standard input, and
// fails where an engine took longer than it may beside another in the same run.
// Absolute times say nothing on a machine that is shared; ratios of turns do.
//
//	GOEXPERIMENT=simd optc bench pnm --size 64K,1M --json | ratios
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"

	"github.com/optc-lang/optc/host/bench"
)

// bound is the most that a step of an engine may take beside a step of another,
// for every rule that was measured at a size. The bounds are far from what is
// usual, which stands beside them, so that they fail for a reason.
type bound struct {
	engine, over string
	elements     int
	most         float64
}

var bounds = []bound{
	{"simd", "go", 64 << 10, 0.5},     // 0.15 or less
	{"plugin", "simd", 64 << 10, 6.0}, // 2 or less; by gRPC calls, 9 and more
	{"simd", "go", 1 << 20, 0.6},      // 0.3 or less, both in threads; 0.8 where they hinder one another
	{"plugin", "simd", 1 << 20, 4.0},  // 1.8 or less
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("ratios: ")
	if err := check(os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// check prints every ratio, and gives an error for those that are too great.
func check(in io.Reader, out io.Writer) error {
	report, err := read(in)
	if err != nil {
		return fmt.Errorf("the input is not what optc bench --json prints: %w", err)
	}
	var failed []error
	for _, b := range bounds {
		for _, rule := range rulesAt(report.Rows, b.elements) {
			ratio, err := b.ratio(report.Rows, rule)
			if err == nil {
				fmt.Fprintf(out, "%s, %d elements: %s takes %.2f of %s, and may take %.2f\n", rule, b.elements, b.engine, ratio, b.over, b.most)
			}
			if err == nil && ratio > b.most {
				err = fmt.Errorf("%s, %d elements: %s takes %.2f times as long as %s; it may take %.2f", rule, b.elements, b.engine, ratio, b.over, b.most)
			}
			failed = append(failed, err)
		}
	}
	if len(failed) == 0 {
		return errors.New("the report has no row to check; measure 64K or 1M elements")
	}
	return errors.Join(failed...)
}

// read is the one report that there must be in the input.
func read(in io.Reader) (*bench.Report, error) {
	report := new(bench.Report)
	text := json.NewDecoder(in)
	text.DisallowUnknownFields()
	if err := text.Decode(report); err != nil {
		return nil, err
	}
	if _, err := text.Token(); err != io.EOF {
		return nil, errors.New("something follows the report")
	}
	return report, sound(report)
}

// sound refuses a report whose rows are not all different, or have samples that are
// not one for each round, or that took no time.
func sound(report *bench.Report) error {
	known := map[string]bool{}
	for _, r := range report.Rows {
		row := fmt.Sprintf("%s, %d elements, engine %s", r.Rule, r.Elements, r.Engine)
		switch {
		case known[row]:
			return fmt.Errorf("%s: there are two rows of it", row)
		case len(r.StepSeconds) == 0 || len(r.StepSeconds) != report.Rounds:
			return fmt.Errorf("%s: it has %d samples, of %d rounds", row, len(r.StepSeconds), report.Rounds)
		case slices.Min(r.StepSeconds) <= 0:
			return fmt.Errorf("%s: a step took %v seconds", row, slices.Min(r.StepSeconds))
		}
		known[row] = true
	}
	return nil
}

// rulesAt are the rules that were measured at a size.
func rulesAt(rows []bench.Row, elements int) (rules []string) {
	for _, r := range rows {
		if r.Elements == elements && !slices.Contains(rules, r.Rule) {
			rules = append(rules, r.Rule)
		}
	}
	return rules
}

// ratio is the median over the rounds of the ratio in a round.
func (b bound) ratio(rows []bench.Row, rule string) (float64, error) {
	find := func(engine string) []float64 {
		for _, r := range rows {
			if r.Rule == rule && r.Engine == engine && r.Elements == b.elements {
				return r.StepSeconds
			}
		}
		return nil
	}
	steps, others := find(b.engine), find(b.over)
	if steps == nil || others == nil {
		return 0, fmt.Errorf("%s, %d elements: the report lacks the engine %s or %s", rule, b.elements, b.engine, b.over)
	}
	ratios := make([]float64, len(steps))
	for i := range steps {
		ratios[i] = steps[i] / others[i]
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2], nil
}
