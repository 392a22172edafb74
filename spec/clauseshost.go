package spec

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/registry/abi"
)

var hostClauses = []Clause{
	{"schedule-1", "schedules", "A hyperparameter that follows a schedule has, in each step, the value that was set times the schedule's factor.", scheduled},
	{"resume-1", "save and resume", "A run that is saved, and goes on in a fresh instance of the engine, is the run that was never stopped, in every bit.", resumed},
	{"error-1", "errors", "A hyperparameter that is NaN, infinite or outside its domain is refused with its name, and nothing is changed.", badHyper},
	{"error-2", "errors", "A layout that does not fit the rule is refused: another rule's digest, a variant or a dtype that there is not, a wrong number of states, hyperparameters or groups.", badLayout},
	{"error-3", "errors", "After a refused layout the engine takes a sound one.", afterBadLayout},
	{"error-4", "errors", "A gradient that is not finite is refused by default, and nothing is changed.", badGradient},
}

// scheduled lets the first hyperparameter that may shrink follow a cosine.
func scheduled(s *subject) error {
	i := slices.IndexFunc(s.manifest().Hypers, func(h abi.Hyper) bool {
		return h.Default != 0 && h.Domain.Contains(h.Default/2) && h.Domain.Contains(h.Default/4)
	})
	if i < 0 {
		return skipped{"the rule has no hyperparameter that a schedule could shrink"}
	}
	halving := schedule.Func(func(step int) float64 { return 1 / float64(1+step%4) })
	name := s.manifest().Hypers[i].Name
	if !s.manifest().Hypers[i].Domain.Contains(s.manifest().Hypers[i].Default / 3) {
		return skipped{"the domain of " + name + " is too narrow for a schedule"}
	}
	engine, oracle, err := s.both(host.Config{Schedules: map[string]host.Schedule{name: halving}})
	if err != nil {
		return err
	}
	for step := 0; step < 9 && err == nil; step++ {
		err = errors.Join(engine.step(step), oracle.step(step))
		if err == nil {
			err = sameTraining(step, engine, oracle)
		}
	}
	return errors.Join(err, engine.Close(), oracle.Close())
}

// resumed saves and goes on in fresh instances, after an odd and an even step.
func resumed(s *subject) error {
	engine, oracle, err := s.both(host.Config{})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "optc-spec-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for step := 0; step < 9 && err == nil; step++ {
		if step == 3 || step == 6 {
			if engine, err = s.reopen(engine, dir); err != nil {
				return errors.Join(err, oracle.Close())
			}
		}
		err = errors.Join(engine.step(step), oracle.step(step))
		if err == nil {
			err = sameTraining(step, engine, oracle)
		}
	}
	return errors.Join(err, engine.Close(), oracle.Close())
}

// reopen saves a training and restores it in a fresh instance.
func (s *subject) reopen(old *training, dir string) (*training, error) {
	if err := errors.Join(old.Save(dir, nil), old.Close()); err != nil {
		return nil, err
	}
	e, err := s.engine.Open()
	if err != nil {
		return nil, err
	}
	fresh, err := s.train(e, host.Config{})
	if err != nil {
		return nil, err
	}
	if err := fresh.Restore(dir, nil); err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	fresh.rng = old.rng
	return fresh, nil
}

func badHyper(s *subject) error {
	for _, h := range s.manifest().Hypers {
		for _, bad := range outside(h.Domain) {
			e, err := s.engine.Open()
			if err != nil {
				return err
			}
			o, err := host.New(e, trainingParams[:2], host.Config{Set: map[string]float64{h.Name: bad}})
			if err == nil {
				return errors.Join(fmt.Errorf("%s = %v is taken, though its domain is %s", h.Name, bad, h.Domain), o.Close())
			}
			if !strings.Contains(err.Error(), h.Name) {
				return fmt.Errorf("%s = %v is refused without its name: %w", h.Name, bad, err)
			}
		}
	}
	if len(s.manifest().Hypers) == 0 {
		return skipped{"the rule has no hyperparameters"}
	}
	return nil
}

// outside are numbers that a domain does not contain.
func outside(d abi.Domain) []float64 {
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Nextafter(d.Lo, math.Inf(-1)), math.Nextafter(d.Hi, math.Inf(1)), d.Lo, d.Hi}
	return slices.DeleteFunc(bad, d.Contains)
}

func badGradient(s *subject) error {
	engine, oracle, err := s.both(host.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(engine.Close(), oracle.Close()) }()
	for _, t := range []*training{engine, oracle} {
		if err := t.step(0); err != nil {
			return err
		}
		grads, err := host.Grads[float32](t.Optimizer)
		if err != nil {
			return err
		}
		grads[1][3] = float32(math.NaN())
		var nonFinite *host.NonFiniteError
		if err := t.Step(); !errors.As(err, &nonFinite) {
			return fmt.Errorf("a step with a gradient that is NaN ends with: %v", err)
		}
	}
	return sameTraining(1, engine, oracle)
}

// faultyLayouts spoil a sound layout, each in one way.
var faultyLayouts = []struct {
	name  string
	spoil func(*abi.Layout)
}{
	{"another rule's digest", func(l *abi.Layout) { l.Digest = "sha256:" + strings.Repeat("0", 64) }},
	{"a variant that there is not", func(l *abi.Layout) { l.Variant = 1 << 20 }},
	{"a negative variant", func(l *abi.Layout) { l.Variant = -1 }},
	{"a dtype that there is not", func(l *abi.Layout) { l.DType = "f17" }},
	{"one state too many", func(l *abi.Layout) { l.Buffers++ }},
	{"one hyperparameter too many", func(l *abi.Layout) { l.Hypers++ }},
	{"a group that there is not", func(l *abi.Layout) { l.Group[0] = l.Groups }},
	{"a tensor without a group", func(l *abi.Layout) { l.Group = l.Group[1:] }},
	{"a negative length", func(l *abi.Layout) { l.Lens[0] = -1 }},
	{"another protocol", func(l *abi.Layout) { l.Protocol++ }},
}

func badLayout(s *subject) error {
	return s.opened(func(e host.Engine) error {
		for _, f := range faultyLayouts {
			l, err := run{}.filled().layout(s.manifest())
			if err != nil {
				return err
			}
			l.Lens, l.Group = slices.Clone(l.Lens), slices.Clone(l.Group)
			f.spoil(l)
			if _, err := e.Attach(l); err == nil {
				return fmt.Errorf("a layout with %s is taken", f.name)
			}
		}
		return nil
	})
}

func afterBadLayout(s *subject) error {
	p, err := s.pair(run{steps: 2})
	if err != nil {
		return err
	}
	if err := p.engine.Close(); err != nil {
		return err
	}
	if p.engine, err = s.engine.Open(); err != nil {
		return err
	}
	bad, err := p.layout(s.manifest())
	if err != nil {
		return err
	}
	faultyLayouts[0].spoil(bad)
	if _, err := p.engine.Attach(bad); err == nil {
		return errors.Join(errors.New("a layout with another rule's digest is taken"), p.close())
	}
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
