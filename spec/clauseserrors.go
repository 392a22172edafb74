package spec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
)

var errorClauses = []Clause{
	{"error-1", "errors", "A hyperparameter that is NaN, infinite or outside its domain is refused with its name.", badHyper},
	{"error-2", "errors", "A layout that does not fit the rule is refused: another rule's digest, a variant or a dtype that there is not, a wrong number of states, hyperparameters or groups. The refusal is a sentence.", badLayout},
	{"error-3", "errors", "A refused layout changes nothing: the arena that is attached stays, every bit of it, and the run goes on; an engine without an arena takes a sound layout then.", afterBadLayout},
	{"error-4", "errors", "A process looks at every layout itself, though its host has looked at it: it refuses what does not fit its rule, and keeps the arena that it has.", refusesItself},
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
	sound, err := run{}.filled().layout(s.manifest())
	if err != nil {
		return err
	}
	return s.opened(func(e host.Engine) error {
		for _, f := range faultyLayouts {
			_, err := e.Attach(spoilt(sound, f.spoil))
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
	return s.refusing((*pair).refuse)
}

// refusing has an engine refuse the faulty layouts, each after another step of a run.
func (s *subject) refusing(refuse func(p *pair, fault int) error) error {
	p, err := s.pair(run{steps: len(faultyLayouts) + 1})
	if err != nil {
		return err
	}
	for step := 0; step < p.steps && err == nil; step++ {
		if step > 0 {
			err = refuse(p, step-1)
		}
		if err == nil {
			err = p.next(step)
		}
	}
	return errors.Join(err, p.close())
}

// process is an engine beyond a boundary. Offer has it attach a layout at which
// the host's side has not looked; wire.Client has it.
type process interface{ Offer(*abi.Layout) error }

func refusesItself(s *subject) error {
	if s.engine.Orphan == nil {
		return skipped{"the engine runs in the host's own process"}
	}
	return s.refusing((*pair).refuseItself)
}

func (p *pair) refuseItself(fault int) error {
	engine, ok := p.engine.(process)
	if !ok {
		return skipped{"nothing reaches the process but what its host's side has looked at"}
	}
	f := faultyLayouts[fault]
	err := engine.Offer(spoilt(p.arenas[0].Layout(), f.spoil))
	var death *wire.Death
	if errors.As(err, &death) {
		return fmt.Errorf("a layout with %s ends the process: %w", f.name, err)
	}
	return mustFail(err, "a layout with "+f.name)
}

// refusesFirst has an engine without an arena refuse a layout, and take another.
func (s *subject) refusesFirst(e host.Engine) error {
	sound, err := run{}.filled().layout(s.manifest())
	if err != nil {
		return err
	}
	if _, err := e.Attach(spoilt(sound, faultyLayouts[0].spoil)); err == nil {
		return errors.New("a layout with another rule's digest is taken")
	}
	if _, err := e.Attach(sound); err != nil {
		return fmt.Errorf("after a refused layout a sound layout is refused: %w", err)
	}
	return nil
}

// refuse has the engine refuse a faulty layout, and compares the arena that it has.
func (p *pair) refuse(fault int) error {
	f, before := faultyLayouts[fault], bytes.Clone(p.arenas[0].Bytes())
	if _, err := p.engine.Attach(spoilt(p.arenas[0].Layout(), f.spoil)); err == nil {
		return errors.New("a layout with " + f.name + " is taken")
	}
	if !bytes.Equal(p.arenas[0].Bytes(), before) {
		return errors.New("a refused layout has changed the arena that is attached")
	}
	return nil
}

// spoilt is a copy of a layout with a fault.
func spoilt(l *abi.Layout, spoil func(*abi.Layout)) *abi.Layout {
	bad := *l
	bad.Lens, bad.Group = slices.Clone(l.Lens), slices.Clone(l.Group)
	spoil(&bad)
	return &bad
}
