package spec

import (
	"errors"
	"slices"
)

// Clause is one sentence of the specification, with its check.
type Clause struct {
	ID       string // "step-1": the group, and a number from 1
	Group    string
	Sentence string
	check    func(*subject) error
}

// Clauses lists the specification in the order of SPEC.md.
func Clauses() []Clause {
	return slices.Concat(manifestClauses, hyperClauses, stepClauses, stateClauses, tensorClauses,
		gradientClauses, shapeClauses, orderClauses, hostClauses, lifeClauses)
}

// skipped ends a check that does not apply to an engine, and says why.
type skipped struct{ reason string }

func (s skipped) Error() string { return s.reason }

// all performs checks one after another, up to the first failure. Where every
// one is skipped, so is the whole.
func all(checks ...error) error {
	var skip error
	done := false
	for _, err := range checks {
		var s skipped
		switch {
		case err == nil:
			done = true
		case errors.As(err, &s):
			skip = err
		default:
			return err
		}
	}
	if done {
		return nil
	}
	return skip
}
