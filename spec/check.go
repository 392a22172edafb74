package spec

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path"
	"testing"
	"time"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Options say which clauses are checked, and on what data.
type Options struct {
	Seed    uint64        // of all random data
	Clauses []string      // ids, or patterns such as "step-*"; none means all
	Short   bool          // one variant of the rule, the first, where a check goes through all, and less data in step-7, shape-5 and order-4
	Limit   time.Duration // of one clause, where the engine is a process; 0 is none
}

// ErrNoClause is what an error wraps where no clause has a wanted id.
var ErrNoClause = errors.New("no such clause")

// Check holds an engine to the clauses. It is an error where the engine's text
// is no rule, where no clause has a wanted id, where there is no engine to open,
// and where ctx ends before the checks do. After a clause that went over the
// limit no other is checked.
func Check(ctx context.Context, e Engine, o Options) (*Report, error) {
	reference, programs, err := reference(e.Name, e.Source)
	if err != nil {
		return nil, fmt.Errorf("the rule's text can't be compiled: %w", err)
	}
	clauses, err := wanted(o.Clauses)
	if err != nil {
		return nil, err
	}
	opened, err := e.Open()
	if err != nil {
		return nil, err
	}
	if err := opened.Close(); err != nil {
		return nil, fmt.Errorf("the engine can't be closed: %w", err)
	}
	r := &Report{
		Rule: reference.Manifest.Name, Engine: e.Name, Class: reference.Manifest.Class,
		Seed: o.Seed, Short: o.Short && len(programs) > 1, Of: len(Clauses()),
	}
	for i, c := range clauses {
		s := &subject{engine: e, reference: reference, programs: programs, options: o, clause: c.ID}
		result, over := s.limited(ctx, c)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("the checks were ended in %s: %w", c.ID, ctx.Err())
		}
		r.Results = append(r.Results, result)
		if over {
			r.skip(clauses[i+1:], "the engine hung in "+c.ID)
			break
		}
	}
	return r, nil
}

func (r *Report) skip(clauses []Clause, reason string) {
	for _, c := range clauses {
		r.Results = append(r.Results, c.result(Skipped, reason))
	}
}

// Run holds an engine to all clauses, each in a subtest.
func Run(t *testing.T, e Engine) {
	reference, programs, err := reference(e.Name, e.Source)
	if err != nil {
		t.Fatalf("the rule's text can't be compiled: %v", err)
	}
	for _, c := range Clauses() {
		t.Run(c.ID, func(t *testing.T) {
			s := &subject{engine: e, reference: reference, programs: programs, options: Options{Short: testing.Short()}, clause: c.ID}
			switch result := s.result(c); result.Status {
			case Failed:
				t.Errorf("%s: %s\n%s", c.ID, c.Sentence, result.Reason)
			case Skipped:
				t.Skip(result.Reason)
			}
		})
	}
}

// wanted are the clauses that one of the patterns matches.
func wanted(patterns []string) ([]Clause, error) {
	if len(patterns) == 0 {
		return Clauses(), nil
	}
	matched := make([]bool, len(patterns))
	var out []Clause
	for _, c := range Clauses() {
		found := false
		for i, p := range patterns {
			ok, err := path.Match(p, c.ID)
			if err != nil {
				return nil, fmt.Errorf("%w as %q: %w", ErrNoClause, p, err)
			}
			found, matched[i] = found || ok, matched[i] || ok
		}
		if found {
			out = append(out, c)
		}
	}
	for i, ok := range matched {
		if !ok {
			return nil, fmt.Errorf("%w as %q; optc conform --list shows them", ErrNoClause, patterns[i])
		}
	}
	return out, nil
}

// subject is an engine under one clause.
type subject struct {
	engine    Engine
	reference *abi.Rule // the rule with the oracle's kernels
	programs  []*ir.Program
	options   Options
	clause    string
}

// rng makes random numbers that depend on the seed and the clause alone.
func (s *subject) rng() *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(s.clause))
	return rand.New(rand.NewPCG(s.options.Seed, h.Sum64()))
}

// result performs a clause's check. A panic of the engine is a failure.
func (s *subject) result(c Clause) (r Result) {
	r = c.result(Passed, "")
	defer func() {
		if p := recover(); p != nil {
			r.Status, r.Reason = Failed, fmt.Sprintf("the engine panics: %v", p)
		}
	}()
	began := time.Now()
	err := c.check(s)
	r.Took = time.Since(began)
	var skip skipped
	switch {
	case err == nil:
	case errors.As(err, &skip):
		r.Status, r.Reason = Skipped, skip.reason
	default:
		r.Status, r.Reason = Failed, err.Error()
		errors.As(err, &r.Difference)
	}
	return r
}

// manifest is what the rule's text says the engine is.
func (s *subject) manifest() *abi.Manifest { return &s.reference.Manifest }

// variants are the variants that a check goes through.
func (s *subject) variants() []int {
	if s.options.Short {
		return []int{0}
	}
	var all []int
	for v := range s.manifest().Variants {
		all = append(all, v)
	}
	return all
}

// everywhere performs a run in every variant, and where it names no dtype in
// both.
func (s *subject) everywhere(r run) error { return s.each(r, (*subject).lockstep) }

// each performs a check of a run in every variant, and where the run names no
// dtype in both.
func (s *subject) each(r run, check func(*subject, run) error) error {
	for _, v := range s.variants() {
		for _, d := range r.dtypes() {
			r.variant, r.dtype = v, d
			if err := check(s, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// draws tells whether the rule has random numbers.
func (s *subject) draws() bool {
	return s.has(ir.Op.Random)
}

// reduces tells whether the rule has reductions.
func (s *subject) reduces() bool { return s.has(ir.Op.Reduction) }

func (s *subject) has(is func(ir.Op) bool) bool {
	for _, p := range s.programs {
		for _, v := range p.Values {
			if is(v.Op) {
				return true
			}
		}
	}
	return false
}
