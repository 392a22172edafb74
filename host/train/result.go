package train

import "slices"

// Row is where a run stands at the end of an epoch, or of the run.
type Row struct {
	Optimizer    string  `json:"optimizer"` // its label
	Seed         uint64  `json:"seed"`
	Epoch        int     `json:"epoch"`         // from 1; the last one may be cut short
	Step         int     `json:"step"`          // steps since the beginning
	TrainLoss    float64 `json:"train_loss"`    // nats; mean over the epoch's batches, each before its step
	TestLoss     float64 `json:"test_loss"`     // nats; mean over the test split
	TestAccuracy float64 `json:"test_accuracy"` // from 0 to 1
	LR           float64 `json:"lr,omitempty"`  // hyperparameter lr of the last step, where the rule has one
	Seconds      float64 `json:"seconds"`       // wall time of all steps so far, evaluation not counted
	// Seconds that the optimizer itself took: checks, clipping and the rule.
	OptimizerSeconds float64 `json:"optimizer_seconds"`
}

// Result is what a run came to.
type Result struct {
	Optimizer string `json:"optimizer"`
	Seed      uint64 `json:"seed"`
	Steps     int    `json:"steps"`             // taken or skipped, since the beginning
	Skipped   int    `json:"skipped,omitempty"` // left out, for a gradient that was not finite
	Rows      []Row  `json:"rows"`
	Failure   string `json:"failure,omitempty"` // why the run ended early
}

// Last is the last row. There is none where a run ended in its first epoch.
func (r *Result) Last() (row Row, ok bool) {
	if len(r.Rows) == 0 {
		return Row{}, false
	}
	return r.Rows[len(r.Rows)-1], true
}

// Best is the first row with the highest test accuracy.
func (r *Result) Best() (row Row, ok bool) {
	if len(r.Rows) == 0 {
		return Row{}, false
	}
	return slices.MaxFunc(r.Rows, func(a, b Row) int {
		switch {
		case a.TestAccuracy < b.TestAccuracy:
			return -1
		case a.TestAccuracy > b.TestAccuracy:
			return 1
		}
		return 0
	}), true
}
