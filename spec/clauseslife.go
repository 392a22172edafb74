package spec

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

var lifeClauses = []Clause{
	{"life-1", "life cycle", "A step before the arena is attached is an error.", func(s *subject) error {
		return s.opened(func(e host.Engine) error { return mustFail(e.Step(), "a step before Attach") })
	}},
	{"life-2", "life cycle", "A step after Close is an error.", func(s *subject) error {
		return s.closed(func(e host.Engine) error { return mustFail(e.Step(), "a step after Close") })
	}},
	{"life-3", "life cycle", "A second Close does nothing.", func(s *subject) error {
		return s.closed(func(e host.Engine) error { return e.Close() })
	}},
	{"life-4", "life cycle", "Attach after Close is an error.", func(s *subject) error {
		return s.closed(func(e host.Engine) error {
			l, err := run{}.filled().layout(s.manifest())
			if err != nil {
				return err
			}
			_, err = e.Attach(l)
			return mustFail(err, "Attach after Close")
		})
	}},
	{"life-5", "life cycle", "A second Attach gives an arena of its own, all zero, and takes the place of the first.", secondAttach},
	{"life-6", "life cycle", "An engine that is a process ends by itself when its host is gone.", orphaned},
	{"life-7", "life cycle", "A process steps an arena in a file as one behind a descriptor, and by a call as by the doorbell.", reachedOtherwise},
}

// closed runs a check on an engine that was attached and closed.
func (s *subject) closed(check func(host.Engine) error) error {
	e, err := s.engine.Open()
	if err != nil {
		return err
	}
	l, err := run{}.filled().layout(s.manifest())
	if err != nil {
		return errors.Join(err, e.Close())
	}
	if _, err := e.Attach(l); err != nil {
		return errors.Join(err, e.Close())
	}
	if err := e.Close(); err != nil {
		return err
	}
	return check(e)
}

func mustFail(err error, what string) error {
	switch {
	case err == nil:
		return errors.New(what + " is taken without a word")
	case len(strings.Fields(err.Error())) < 3:
		return fmt.Errorf("%s fails with %q, which helps nobody", what, err)
	}
	return nil
}

// secondAttach attaches twice: of another variant where there is one, another
// dtype, more and larger tensors in other groups, and another seed.
func secondAttach(s *subject) error {
	p, err := s.pair(run{steps: 2})
	if err != nil {
		return err
	}
	if err := p.all(); err != nil {
		return errors.Join(err, p.close())
	}
	p.run = run{
		steps: 2, variant: len(s.manifest().Variants) - 1, dtype: abi.F64,
		lens: []int{5, 170, 2, 1, 90, 3, 8}, group: []int{2, 1, 0, 0, 2, 1, 0}, seed: 3,
	}.filled()
	return errors.Join(p.attachAgain(), p.close())
}

// attachAgain begins the run anew with the pair's engines, and performs it.
func (p *pair) attachAgain() error {
	p.oracle = host.InProcess(p.reference)
	if err := p.attach(); err != nil {
		return err
	}
	return p.all()
}

// patience is how long a process may live after its host. It is generous: the
// machine may be busy.
const patience = 30 * time.Second

func orphaned(s *subject) error {
	if s.engine.Orphan == nil {
		return skipped{"the engine runs in the host's own process"}
	}
	return s.engine.Orphan(patience)
}

func reachedOtherwise(s *subject) error {
	if len(s.engine.Otherwise) == 0 {
		return skipped{"the engine runs in the host's own process"}
	}
	for _, open := range s.engine.Otherwise {
		other := *s
		other.engine.Open = open
		if err := other.shaped(run{steps: 4}); err != nil {
			return err
		}
	}
	return nil
}
