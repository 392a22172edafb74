package mutate

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Score is how a variant's mutants fared. Mutants is the sum of the other
// three counts.
type Score struct {
	Rule       string       `json:"rule"`
	Choices    []string     `json:"choices,omitempty"`
	Mutants    int          `json:"mutants"`
	Killed     int          `json:"killed"`
	Equivalent int          `json:"equivalent"`
	Survived   int          `json:"survived"`
	Equals     []Equivalent `json:"equals,omitempty"`
	Survivors  []Mutant     `json:"survivors,omitempty"`
}

// Equivalent is a mutant that is proved to compute the same bits.
type Equivalent struct {
	Mutant
	Reason string `json:"reason"`
}

// Measure judges all mutants of a program whose hyperparameters have the
// manifest's domains. It asks kill first for what is quick, of a mutant that is
// not proved equivalent then for all that it can do.
func Measure(p *ir.Program, hypers []abi.Hyper, kill func(m *Mutant, quick bool) bool) Score {
	s := Score{Rule: p.Rule, Choices: p.Choices}
	j := NewJudge(p, hypers)
	for _, m := range All(p) {
		s.Mutants++
		if kill(&m, true) {
			s.Killed++
			continue
		}
		if reason, equal := j.Prove(&m); equal {
			s.Equivalent++
			s.Equals = append(s.Equals, Equivalent{m, reason})
			continue
		}
		if kill(&m, false) {
			s.Killed++
			continue
		}
		s.Survived++
		s.Survivors = append(s.Survivors, m)
	}
	return s
}

// Kills tells whether a run tells a mutant from its original: of the quick ones,
// or else of the whole battery.
func (j *Judge) Kills(m *Mutant, quick bool) bool {
	if _, killed := j.try(m, j.first); killed || quick {
		return killed
	}
	if _, killed := j.try(m, j.rest); killed {
		return true
	}
	_, killed := j.killByTies(m)
	return killed
}

// Add counts another score's mutants too; its lists stay with it.
func (s *Score) Add(other Score) {
	s.Mutants += other.Mutants
	s.Killed += other.Killed
	s.Equivalent += other.Equivalent
	s.Survived += other.Survived
}

// Name is the rule's name with its choices.
func (s Score) Name() string { return strings.Join(append([]string{s.Rule}, s.Choices...), " ") }

// String is the score on one line, and the survivors under it.
func (s Score) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-45s %5d mutants: %5d killed, %4d equivalent, %3d survived\n",
		s.Name(), s.Mutants, s.Killed, s.Equivalent, s.Survived)
	for _, m := range s.Survivors {
		b.WriteString(m.Diff())
	}
	return b.String()
}
