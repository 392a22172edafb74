package spec

import (
	"errors"
	"os"
	"slices"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/registry/abi"
)

var hostClauses = []Clause{
	{"schedule-1", "schedules", "A hyperparameter that follows a schedule has, in each step, the value that was set times the schedule's factor.", scheduled},
	{"resume-1", "save and resume", "A run that is saved, and goes on in a fresh instance of the engine, is the run that was never stopped, in every bit.", resumed},
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
