// Package host is the trainer's side of an optimizer: it takes an engine, lays a
// program's parameters, gradients and states out in one arena, and steps them.
//
//	o, err := host.New(engine, params, host.Config{Set: map[string]float64{"lr": 0.05}})
//	loop: write the gradients into o.Grad(i), call o.Step(), read o.Theta(i)
//
// An engine is a rule's compiled kernel: in this process (InProcess) or in a
// plugin that the registry finds by name (Load). The host owns all the memory,
// so an engine keeps nothing from step to step; a checkpoint (Save, Restore)
// needs no help from it, and any engine of the rule can go on where another
// stopped.
//
// One step goes: the hyperparameters of each group, schedules applied, are
// checked against their domains; the gradients are checked to be finite; they
// are clipped; and only then is something written and the engine called. So a
// step that is refused has changed nothing.
package host

import "github.com/optc-lang/optc/registry/abi"

// Engine steps the tensors of an arena by a rule. Attach is called once, before
// the first Step; the engine's arena is the one that Attach gives.
type Engine interface {
	// Manifest describes the engine's rule.
	Manifest() *abi.Manifest
	// Attach makes the arena of a run. It is an error if the layout does not fit
	// the rule.
	Attach(*abi.Layout) (*abi.Arena, error)
	// Step performs one step of every tensor whose step number is not 0.
	Step() error
	// Close ends the engine and frees its arena. A second call does nothing.
	Close() error
}

// Remote is an Engine that keeps the states in memory of its own, such as that of
// a GPU. Its Step takes θ and g from the arena and writes θ there; the states in
// the arena are what they were when they were last pulled.
type Remote interface {
	Engine
	// Pull brings the states of all tensors into the arena.
	Pull() error
	// Push takes the states of all tensors from the arena.
	Push() error
}

// Interrupter is an engine whose step can be cut short: a plugin's.
type Interrupter interface {
	// Interrupt has a step that is under way in another goroutine end with an
	// error, and every later one. The engine must still be closed.
	Interrupt()
}

// Param describes one parameter tensor.
type Param struct {
	Name  string // unique among the parameters
	Shape []int  // each at least 1; no dimensions at all make a scalar
	Group string // the name of a group of Config.Groups, or "" for the default group
}

// Len is the number of elements, the product of the shape.
func (p Param) Len() int {
	n := 1
	for _, d := range p.Shape {
		n *= d
	}
	return n
}

// Group is a set of parameters with hyperparameters of its own, such as biases
// that get no weight decay. What it does not set it has from the Config.
type Group struct {
	Name      string              // not ""
	Set       map[string]float64  // values of hyperparameters
	Schedules map[string]Schedule // by hyperparameter; nil takes the Config's schedule away
}

// Schedule changes a hyperparameter from step to step: its value in a step is
// the value that was set, times At. Package host/schedule has the usual ones.
type Schedule interface {
	// At is the factor at a step, 0-based: At(0) holds for the first step. It
	// must depend on the step alone, or a resumed run would differ.
	At(step int) float64
}

// Config says how a run's optimizer is set. The zero value takes every default.
type Config struct {
	DType     abi.DType           // of all tensors; "" is f32
	Choose    map[string]string   // option to choice; the rest take their first choice
	Set       map[string]float64  // hyperparameter to value; the rest have the rule's default
	Schedules map[string]Schedule // by hyperparameter
	Groups    []Group             // beside the default group, which has Set and Schedules alone
	Clip      Clip                // of gradients
	NonFinite Policy              // what happens at a gradient that is NaN or infinite; "" is Stop
	Seed      uint64              // of the random numbers that a rule draws; any number
}

// Clip bounds gradients before a step. They are clipped in place, in the
// arena's own buffer: after Step, Grad holds what the rule was given. A bound
// of 0 does not clip; a negative, infinite or NaN one is an error.
type Clip struct {
	// Value bounds each element: it is brought into [-Value, Value].
	Value float64
	// Norm bounds the Euclidean norm of all gradients of the step together,
	// after Value: where it is greater, each is multiplied by Norm / norm. The
	// product is made in float64 and rounded once. The squares are added in
	// float64 by the tree of LANGUAGE.md, section 8, each tensor by itself, and
	// the tensors' sums one after another in the order of the parameters.
	Norm float64
}

// Policy says what a step does where a gradient is NaN or infinite.
type Policy string

// The policies.
const (
	// Stop makes the step an error, a *NonFiniteError; nothing is changed.
	Stop Policy = "stop"
	// Skip leaves the step out: no tensor and no tensor's t changes, the step
	// is counted in Skipped, and schedules go on as if it had been done.
	Skip Policy = "skip"
)
