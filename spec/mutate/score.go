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

// Measure judges all mutants of a program.
func Measure(p *ir.Program, hypers []abi.Hyper) Score {
	s := Score{Rule: p.Rule, Choices: p.Choices}
	j := NewJudge(p, hypers)
	for _, m := range All(p) {
		s.Mutants++
		reason, how := j.Judge(&m)
		switch how {
		case Killed:
			s.Killed++
		case Proved:
			s.Equivalent++
			s.Equals = append(s.Equals, Equivalent{m, reason})
		default:
			s.Survived++
			s.Survivors = append(s.Survivors, m)
		}
	}
	return s
}

// Verdict is what became of a mutant.
type Verdict int

// Verdicts.
const (
	Survived Verdict = iota // neither killed nor proved equivalent
	Killed                  // a run tells it from the original
	Proved                  // it computes the same bits
)

// Judge kills a mutant by a quick run, proves it equivalent, or kills it by the
// whole battery, whichever comes first. The text is the killing case or the
// proof's reason.
func (j *Judge) Judge(m *Mutant) (text string, how Verdict) {
	if c, killed := j.try(m, j.first); killed {
		return c.String(), Killed
	}
	if reason, equal := j.Prove(m); equal {
		return reason, Proved
	}
	if c, killed := j.try(m, j.rest); killed {
		return c.String(), Killed
	}
	if c, killed := j.killByTies(m); killed {
		return c.String(), Killed
	}
	return "", Survived
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
