package train

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Table sums up the results of a comparison, a line for each optimizer.
type Table struct {
	Lines   []Summary `json:"optimizers"`
	Results []*Result `json:"runs"`
}

// Summary is one optimizer over all of its seeds. Its statistics are of the runs
// that came to their end or diverged after at least one epoch.
type Summary struct {
	Optimizer string   `json:"optimizer"`
	Runs      int      `json:"runs"`
	Failures  []string `json:"failures,omitempty"` // why runs ended early
	Final     Spread   `json:"final_test_accuracy"`
	Best      Spread   `json:"best_test_accuracy"`
	TestLoss  Spread   `json:"test_loss"`  // final, nats
	TrainLoss Spread   `json:"train_loss"` // of the last epoch, nats
	// StepSeconds is the mean wall time of a step; OptimizerShare is the part of it
	// that the optimizer took, from 0 to 1.
	StepSeconds    float64 `json:"step_seconds"`
	OptimizerShare float64 `json:"optimizer_share"`
}

// Spread is the mean and the sample standard deviation, which is 0 for fewer than
// two values.
type Spread struct {
	N         int     `json:"n"`
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

func spread(values []float64) Spread {
	s := Spread{N: len(values)}
	if s.N == 0 {
		return s
	}
	for _, x := range values {
		s.Mean += x / float64(s.N)
	}
	if s.N > 1 {
		squares := 0.0
		for _, x := range values {
			squares += (x - s.Mean) * (x - s.Mean)
		}
		s.Deviation = math.Sqrt(squares / float64(s.N-1))
	}
	return s
}

// NewTable sums up results; optimizers come in the order of their first result.
func NewTable(results []*Result) *Table {
	t := &Table{Results: results}
	groups := map[string][]*Result{}
	var order []string
	for _, r := range results {
		if groups[r.Optimizer] == nil {
			order = append(order, r.Optimizer)
		}
		groups[r.Optimizer] = append(groups[r.Optimizer], r)
	}
	for _, label := range order {
		t.Lines = append(t.Lines, summarise(label, groups[label]))
	}
	return t
}

func summarise(label string, results []*Result) Summary {
	s := Summary{Optimizer: label, Runs: len(results)}
	var final, best, test, train []float64
	var seconds, stepping, steps float64
	for _, r := range results {
		if r.Failure != "" {
			s.Failures = append(s.Failures, r.Failure)
		}
		last, ok := r.Last()
		if !ok {
			continue
		}
		top, _ := r.Best()
		final, best = append(final, last.TestAccuracy), append(best, top.TestAccuracy)
		test, train = append(test, last.TestLoss), append(train, last.TrainLoss)
		seconds, stepping, steps = seconds+last.Seconds, stepping+last.OptimizerSeconds, steps+float64(last.Step)
	}
	s.Final, s.Best, s.TestLoss, s.TrainLoss = spread(final), spread(best), spread(test), spread(train)
	if steps > 0 && seconds > 0 {
		s.StepSeconds, s.OptimizerShare = seconds/steps, stepping/seconds
	}
	return s
}

var tableHead = []string{"optimizer", "final accuracy %", "best accuracy %", "test loss", "train loss", "ms a step", "optimizer's share"}

// String is the table as aligned text: accuracies in percent and losses in nats,
// each mean ± deviation where there are several seeds, on the test split where it
// does not say train. Runs that ended early are told below.
func (t *Table) String() string {
	rows := [][]string{tableHead}
	for _, s := range t.Lines {
		rows = append(rows, s.cells())
	}
	var out strings.Builder
	writeAligned(&out, rows)
	for _, s := range t.Lines {
		if n := len(s.Failures); n > 0 {
			fmt.Fprintf(&out, "\n%s: %d of %d runs ended early:\n", s.Optimizer, n, s.Runs)
		}
		for _, failure := range s.Failures {
			fmt.Fprintf(&out, "  %s\n", failure)
		}
	}
	return out.String()
}

func (s Summary) cells() []string {
	if s.Final.N == 0 {
		return []string{s.Optimizer, "-", "-", "-", "-", "-", "-"}
	}
	return []string{s.Optimizer, s.Final.text(100, 2), s.Best.text(100, 2), s.TestLoss.text(1, 4), s.TrainLoss.text(1, 4),
		fmt.Sprintf("%.2f", 1000*s.StepSeconds), fmt.Sprintf("%.1f %%", 100*s.OptimizerShare)}
}

func (s Spread) text(unit float64, digits int) string {
	if s.N < 2 {
		return fmt.Sprintf("%.*f", digits, unit*s.Mean)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, unit*s.Mean, digits, unit*s.Deviation)
}

// writeAligned writes the first column to the left and the others to the right.
func writeAligned(out *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				out.WriteString(cell + pad)
			} else {
				out.WriteString("  " + pad + cell)
			}
		}
		out.WriteByte('\n')
	}
}
