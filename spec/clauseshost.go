package spec

import (
	"bytes"
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
	{"error-1", "errors", "A hyperparameter that is NaN, infinite or outside its domain is refused with its name.", badHyper},
	{"error-2", "errors", "A layout that does not fit the rule is refused: another rule's digest, a variant or a dtype that there is not, a wrong number of states, hyperparameters or groups. The refusal is a sentence.", badLayout},
	{"error-3", "errors", "A refused layout changes nothing: the arena that is attached stays, every bit of it, and the run goes on; an engine without an arena takes a sound layout then.", afterBadLayout},
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
	e, err := s.engine.Open()
	if err != nil {
		return err
	}
	engine, err := s.train(e, host.Config{Schedules: map[string]host.Schedule{name: halving}})
	if err != nil {
		return err
	}
	oracle, err := s.train(&byHand{Engine: host.InProcess(s.reference), hyper: i, factor: halving}, host.Config{})
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	for step := 0; step < 9 && err == nil; step++ {
		err = errors.Join(engine.step(step), oracle.step(step))
		if err == nil {
			err = sameTraining(step, engine, oracle)
		}
	}
	return errors.Join(err, engine.Close(), oracle.Close())
}

// byHand multiplies a hyperparameter in the arena itself, whatever the host
// wrote there: by the factor of the step, 0-based.
type byHand struct {
	host.Engine
	hyper  int
	factor schedule.Func
	arena  *abi.Arena
	steps  int
}

func (e *byHand) Attach(l *abi.Layout) (arena *abi.Arena, err error) {
	e.arena, err = e.Engine.Attach(l)
	return e.arena, err
}

func (e *byHand) Step() error {
	for g := range e.arena.Layout().Groups {
		e.arena.Hypers(g)[e.hyper] *= e.factor(e.steps)
	}
	e.steps++
	return e.Engine.Step()
}

// resumed saves and goes on in fresh instances, after an odd and an even step.
func resumed(s *subject) error {
	engine, oracle, err := s.both()
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
	{"one state too few", func(l *abi.Layout) { l.Buffers-- }},
	{"one hyperparameter too many", func(l *abi.Layout) { l.Hypers++ }},
	{"one hyperparameter too few", func(l *abi.Layout) { l.Hypers-- }},
	{"no groups", func(l *abi.Layout) { l.Groups = 0 }},
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
			_, err = e.Attach(l)
			if err := mustFail(err, "a layout with "+f.name); err != nil {
				return err
			}
		}
		return nil
	})
}

func afterBadLayout(s *subject) error {
	if err := s.opened(s.refusesFirst); err != nil {
		return err
	}
	p, err := s.pair(run{steps: 4})
	if err != nil {
		return err
	}
	for step := 0; step < p.steps && err == nil; step++ {
		if err = p.next(step); err == nil && step == 1 {
			err = p.refuse()
		}
	}
	return errors.Join(err, p.close())
}

// refusesFirst has an engine without an arena refuse a layout, and take another.
func (s *subject) refusesFirst(e host.Engine) error {
	bad, err := run{}.filled().layout(s.manifest())
	if err != nil {
		return err
	}
	good := *bad
	faultyLayouts[0].spoil(bad)
	if _, err := e.Attach(bad); err == nil {
		return errors.New("a layout with another rule's digest is taken")
	}
	if _, err := e.Attach(&good); err != nil {
		return fmt.Errorf("after a refused layout a sound layout is refused: %w", err)
	}
	return nil
}

// refuse has the engine refuse a layout, and compares the arena that it has.
func (p *pair) refuse() error {
	bad, before := *p.arenas[0].Layout(), bytes.Clone(p.arenas[0].Bytes())
	faultyLayouts[0].spoil(&bad)
	if _, err := p.engine.Attach(&bad); err == nil {
		return errors.New("a layout with another rule's digest is taken")
	}
	if !bytes.Equal(p.arenas[0].Bytes(), before) {
		return errors.New("a refused layout has changed the arena that is attached")
	}
	return nil
}

// attachAgain begins the run anew with the pair's engines, and performs it.
func (p *pair) attachAgain() error {
	p.oracle = host.InProcess(p.reference)
	if err := p.attach(); err != nil {
		return err
	}
	return p.all()
}
