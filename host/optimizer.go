package host

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/tensor"

	"github.com/optc-lang/optc/registry/abi"
)

// Optimizer is a run of an engine over a program's parameters. Parameters are
// named by their place in the list that New was given, 0-based; a number
// outside it panics as it would with a slice, except where a method returns an
// error. Not safe for concurrent use.
type Optimizer struct {
	engine  Engine
	arena   *abi.Arena
	config  Config
	options map[string]string // the choice of every option
	variant int
	params  []Param
	byName  map[string]int
	groups  []group
	views   []view
	taken   []int64 // steps that each tensor has taken
	frozen  []bool
	active  []bool // the tensors of the step under way
	step    int    // calls of Step and StepOnly that were done or skipped
	skipped int
	failed  error // why no step can be taken any more
	closed  bool
}

// view is one parameter's tensors over the arena.
type view struct{ theta, grad *tensor.Dense }

// New attaches an engine to parameters. All values start at zero; write the
// first parameters into Theta before the first step. The optimizer owns the
// engine from here on, and closes it where New fails.
func New(e Engine, params []Param, c Config) (*Optimizer, error) {
	if e == nil {
		return nil, errors.New("no engine; make one with host.InProcess or host.Load")
	}
	o, err := attach(e, params, c)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("optimizer %s: %w", e.Manifest().Name, err), e.Close())
	}
	return o, nil
}

func attach(e Engine, params []Param, c Config) (*Optimizer, error) {
	if err := c.fill(); err != nil {
		return nil, err
	}
	m := e.Manifest()
	if !slices.Contains(m.Numbers, string(c.DType)) {
		return nil, fmt.Errorf("the rule has no kernel for %s; it has %v", c.DType, m.Numbers)
	}
	chosen, err := options(m, c.Choose)
	if err != nil {
		return nil, err
	}
	variant, err := m.Variant(chosen)
	if err != nil {
		return nil, err
	}
	groups, err := makeGroups(m, c)
	if err != nil {
		return nil, err
	}
	byName, err := checkParams(params)
	if err != nil {
		return nil, err
	}
	o := &Optimizer{
		engine: e, config: c, options: chosen, variant: variant,
		params: cloneParams(params), byName: byName, groups: groups,
		taken: make([]int64, len(params)), frozen: make([]bool, len(params)), active: make([]bool, len(params)),
	}
	return o, o.attachArena()
}

func (o *Optimizer) attachArena() error {
	lens, group := make([]int, len(o.params)), make([]int, len(o.params))
	for i, p := range o.params {
		g, err := groupIndex(o.groups, p)
		if err != nil {
			return err
		}
		lens[i], group[i] = p.Len(), g
	}
	layout, err := abi.NewLayout(o.Manifest(), o.variant, o.config.DType, lens, group)
	if err != nil {
		return err
	}
	layout.Groups = len(o.groups) // the last groups may have no parameters
	layout.Seed = o.config.Seed
	o.arena, err = o.engine.Attach(layout)
	if err != nil {
		return err
	}
	o.views = makeViews(o.arena, o.params)
	for g := range o.groups {
		copy(o.arena.Hypers(g), o.groups[g].base)
	}
	return nil
}

// fill puts the defaults in and checks what needs no manifest.
func (c *Config) fill() error {
	if c.DType == "" {
		c.DType = abi.F32
	}
	if c.NonFinite == "" {
		c.NonFinite = Stop
	}
	if c.NonFinite != Stop && c.NonFinite != Skip {
		return fmt.Errorf("%q is no policy for gradients that are not finite; it is %q or %q", c.NonFinite, Stop, Skip)
	}
	if _, err := abi.ParseDType(string(c.DType)); err != nil {
		return err
	}
	return c.Clip.check()
}

// Manifest describes the rule.
func (o *Optimizer) Manifest() *abi.Manifest { return o.engine.Manifest() }

// Variant is the rule's variant that the options chose.
func (o *Optimizer) Variant() abi.Variant { return o.Manifest().Variants[o.variant] }

// Options are the choices of all options, by the options' names.
func (o *Optimizer) Options() map[string]string { return maps.Clone(o.options) }

// DType is the number format of all tensors.
func (o *Optimizer) DType() abi.DType { return o.config.DType }

// Seed is what the random numbers that a rule draws depend on.
func (o *Optimizer) Seed() uint64 { return o.config.Seed }

// Len is the number of parameters.
func (o *Optimizer) Len() int { return len(o.params) }

// Param describes parameter i.
func (o *Optimizer) Param(i int) Param { return o.params[i] }

// Index is the place of the parameter with a name.
func (o *Optimizer) Index(name string) (i int, ok bool) {
	i, ok = o.byName[name]
	return i, ok
}

// Steps is the number of steps that parameter i has taken.
func (o *Optimizer) Steps(i int) int64 { return o.taken[i] }

// Now is the number of calls of Step and StepOnly that were done or skipped:
// the step, 0-based, that schedules see next.
func (o *Optimizer) Now() int { return o.step }

// Skipped is the number of steps that were left out under the policy Skip.
func (o *Optimizer) Skipped() int { return o.skipped }

// Freeze takes parameter i out of all further steps, or puts it back in. A
// frozen parameter, its states and its t stay as they are.
func (o *Optimizer) Freeze(i int, frozen bool) { o.frozen[i] = frozen }

// Close ends the engine. Neither the optimizer's tensors nor its slices may be
// used after it: they may lie in memory that is gone. A second Close does
// nothing.
func (o *Optimizer) Close() error {
	if o.closed {
		return nil
	}
	o.closed = true
	return o.engine.Close()
}

var errClosed = errors.New("the optimizer is closed; make another one with host.New")
