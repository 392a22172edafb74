package spec

import "slices"

// Clause is one sentence of the specification, with its check.
type Clause struct {
	ID       string `json:"clause"` // "step-1": the group, and a number from 1
	Group    string `json:"group"`
	Sentence string `json:"sentence"`
	check    func(*subject) error
}

// Clauses lists the specification in the order of SPEC.md.
func Clauses() []Clause {
	return slices.Concat(manifestClauses, hyperClauses, stepClauses, stateClauses, tensorClauses,
		gradientClauses, shapeClauses, orderClauses, randomClauses, hostClauses, errorClauses, lifeClauses)
}

func (c Clause) result(s Status, reason string) Result {
	return Result{Clause: c.ID, Group: c.Group, Sentence: c.Sentence, Status: s, Reason: reason}
}

// skipped ends a check that does not apply to an engine, and says why.
type skipped struct{ reason string }

func (s skipped) Error() string { return s.reason }

// first is the first error of several checks.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
