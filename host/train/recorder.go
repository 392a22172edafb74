package train

import "errors"

// Recorder is told how runs go. Its methods are called by one goroutine. An error
// of Begin or Epoch ends the run.
type Recorder interface {
	// Begin opens a run. A resumed one is told the rows that it has already by
	// Epoch, right after.
	Begin(Plan) error
	// Step is told of each step when it is done: its number from 1, and the loss
	// of its batch before it, which may be NaN where a step was skipped.
	Step(step int, loss float64)
	// Epoch is told the row of each epoch.
	Epoch(Row) error
	// End closes the run that began last, whatever ended it.
	End(*Result) error
}

// Plan is what a run sets out to do.
type Plan struct {
	Optimizer     string // its label
	Seed          uint64
	From          int // steps that are done already: more than 0 in a resumed run
	Steps         int // steps in all
	StepsPerEpoch int
	// Notes say what a user of Config.Resume should know before the first step:
	// settings that were others when the checkpoint was written, or that there is
	// no checkpoint. Each is a sentence about the run, without its name.
	Notes []string
}

// Epochs is the number of epochs, the last of which may be cut short.
func (p Plan) Epochs() int { return (p.Steps + p.StepsPerEpoch - 1) / p.StepsPerEpoch }

// Recorders tells all of its members everything, in order.
type Recorders []Recorder

// Begin implements Recorder.
func (all Recorders) Begin(p Plan) error {
	return all.each(func(r Recorder) error { return r.Begin(p) })
}

// Step implements Recorder.
func (all Recorders) Step(step int, loss float64) {
	for _, r := range all {
		r.Step(step, loss)
	}
}

// Epoch implements Recorder.
func (all Recorders) Epoch(row Row) error {
	return all.each(func(r Recorder) error { return r.Epoch(row) })
}

// End implements Recorder.
func (all Recorders) End(result *Result) error {
	return all.each(func(r Recorder) error { return r.End(result) })
}

func (all Recorders) each(tell func(Recorder) error) error {
	var failed []error
	for _, r := range all {
		failed = append(failed, tell(r))
	}
	return errors.Join(failed...)
}
