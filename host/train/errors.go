package train

import "fmt"

// InterruptedError says that a run was stopped by its context, which it wraps.
type InterruptedError struct {
	Optimizer   string
	Seed        uint64
	Step, Steps int    // done, and in all
	Checkpoints string // the folder in which the run can go on, or ""
	Cause       error  // the context's
}

func (e *InterruptedError) Error() string {
	head := fmt.Sprintf("%s, seed %d: stopped after %d of %d steps", e.Optimizer, e.Seed, e.Step, e.Steps)
	if e.Checkpoints == "" {
		return head + "; nothing was saved, since no folder for checkpoints was named"
	}
	return fmt.Sprintf("%s; the checkpoint in %s is where a resumed run goes on, bit for bit", head, e.Checkpoints)
}

// Unwrap is the context's error.
func (e *InterruptedError) Unwrap() error { return e.Cause }

// DivergedError says that a run came to a number that is not finite. The
// checkpoints that were saved before stay.
type DivergedError struct {
	Optimizer string
	Seed      uint64
	Step      int     // the step, from 1, that it happened in or after
	What      string  // "the training loss", "the test loss", "a gradient"
	Value     float64 // NaN or infinite
	LR        float64 // the step's learning rate, or 0 where the rule has none
	Skipped   int     // steps that were left out before, for a gradient that was not finite
	Cause     error   // where it was a gradient: the *host.NonFiniteError
}

func (e *DivergedError) Error() string {
	lr := "smaller steps"
	if e.LR > 0 {
		lr = fmt.Sprintf("a smaller learning rate (it was %g)", e.LR)
	}
	text := fmt.Sprintf("%s, seed %d: diverged at step %d%s: %s is %v; try %s, clipping by norm, or a warm-up; a checkpoint saved before, if there is one, is untouched",
		e.Optimizer, e.Seed, e.Step, e.skipped(), e.What, e.Value, lr)
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

func (e *DivergedError) skipped() string {
	switch e.Skipped {
	case 0:
		return ""
	case 1:
		return ", with 1 step skipped"
	}
	return fmt.Sprintf(", with %d steps skipped", e.Skipped)
}

// Unwrap is the cause, or nil.
func (e *DivergedError) Unwrap() error { return e.Cause }
