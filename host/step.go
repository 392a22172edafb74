package host

import "fmt"

// Step performs one step of every parameter that is not frozen. An error says
// why it was refused, and then nothing has changed; after an error of the
// engine itself, the parameters may be half written, and the optimizer is out of
// use: what is left to do is Close.
func (o *Optimizer) Step() error {
	for i := range o.active {
		o.active[i] = !o.frozen[i]
	}
	return o.perform()
}

// StepOnly is Step for some parameters: those that have a gradient in this
// step. The others, their states and their t stay as they are. A frozen
// parameter stays too.
func (o *Optimizer) StepOnly(params ...int) error {
	clear(o.active)
	for _, i := range params {
		if i < 0 || i >= len(o.active) {
			return fmt.Errorf("no parameter %d; they go from 0 to %d", i, len(o.active)-1)
		}
		o.active[i] = !o.frozen[i]
	}
	return o.perform()
}

// perform steps the active tensors.
func (o *Optimizer) perform() error {
	if err := o.ready(); err != nil {
		return err
	}
	for g := range o.groups {
		if err := o.groups[g].at(o.Manifest(), o.DType(), o.step); err != nil {
			return fmt.Errorf("step %d: %w", o.step, err)
		}
	}
	if err := o.checkGrads(); err != nil {
		if o.config.NonFinite == Stop {
			return err
		}
		o.step, o.skipped = o.step+1, o.skipped+1
		return nil
	}
	o.clip()
	return o.command()
}

// ready reports why nothing can be done any more.
func (o *Optimizer) ready() error {
	if o.closed {
		return errClosed
	}
	if o.failed != nil {
		return fmt.Errorf("the optimizer is out of use, since a step failed; make a new one and Restore a checkpoint: %w", o.failed)
	}
	return nil
}

// command writes the arena's command block, has the engine step, and counts.
func (o *Optimizer) command() error {
	for g := range o.groups {
		copy(o.arena.Hypers(g), o.groups[g].next)
	}
	steps := o.arena.Steps()
	for i, active := range o.active {
		steps[i] = 0
		if active {
			steps[i] = o.taken[i] + 1
		}
	}
	if err := o.engine.Step(); err != nil {
		o.failed = err
		return fmt.Errorf("step %d: the engine failed; go on from the last checkpoint: %w", o.step, err)
	}
	for i, t := range steps {
		o.taken[i] = max(o.taken[i], t)
	}
	o.step++
	return nil
}

// Hyper is the value that a hyperparameter of a group had in the last step, or,
// before the first, the value that was set; Restore does not change it. The
// default group's name is "".
func (o *Optimizer) Hyper(group, name string) (float64, error) {
	if o.closed {
		return 0, errClosed
	}
	g := find(o.groups, group)
	if g < 0 {
		return 0, fmt.Errorf("no group %q%s", group, among(group, groupNames(o.groups)))
	}
	i, err := hyperIndex(o.Manifest(), name)
	if err != nil {
		return 0, err
	}
	return o.arena.Hypers(g)[i], nil
}
