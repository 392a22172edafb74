// Package abi is what a host and an optimizer plugin both know: the manifest
// that describes a rule, the compiled rule with its kernels, and the arena of
// shared memory in which parameters, gradients and states lie. Package wire has
// the few gRPC calls that set a plugin up and command its steps.
//
// Tensors never travel by gRPC. The host lays all of them out in one arena,
// writes the hyperparameters and each tensor's step number into the arena,
// and asks for a step; the plugin, which keeps nothing between steps, runs its
// kernel over the arena and answers.
package abi

import (
	"fmt"
	"slices"
	"strings"
)

// Protocol is the version of the contract between host and plugin. A host
// refuses a plugin of another protocol.
const Protocol = 1

// What a plugin can be compiled for.
const (
	TargetGo   = "go"
	TargetCUDA = "cuda"
)

// Manifest describes an optimizer plugin. Its JSON form is what Describe
// answers, what the registry stores beside the binary, and what the command
// line and the HTTP API show.
type Manifest struct {
	Name     string    `json:"name"`
	Title    string    `json:"title,omitempty"`
	Version  string    `json:"version"`  // semantic version
	Protocol int       `json:"protocol"` // Protocol of its compiler
	Paper    []string  `json:"paper,omitempty"`
	Doc      []string  `json:"doc,omitempty"`
	Class    string    `json:"class"` // "exact" or "close": LANGUAGE.md, section 9
	Hypers   []Hyper   `json:"hyperparameters"`
	Options  []Option  `json:"options,omitempty"`
	Variants []Variant `json:"variants"` // one for each choice of all options, the last option fastest
	Digest   string    `json:"digest"`   // "sha256:" and the digest of the rule's text
	Compiler string    `json:"compiler"` // version of optc that made it
	Targets  []string  `json:"targets"`  // TargetGo, and TargetCUDA where the plugin carries kernels for GPUs
	Numbers  []string  `json:"dtypes"`   // "f32", "f64"
}

// Hyper is a hyperparameter: a float64 that may change from step to step.
type Hyper struct {
	Name    string  `json:"name"`
	Default float64 `json:"default"`
	Domain  Domain  `json:"domain"`
	Doc     string  `json:"doc,omitempty"`
}

// Option is a choice made before a run.
type Option struct {
	Name    string   `json:"name"`
	Choices []string `json:"choices"` // the first is the default
	Doc     string   `json:"doc,omitempty"`
}

// Variant is the rule for one choice of every option.
type Variant struct {
	Choices []string `json:"choices,omitempty"` // one for each option, in their order
	Class   string   `json:"class"`
	Slots   []Slot   `json:"state"`
	// Values an element that one step reads and writes, θ and g included: the
	// step's traffic is Values times the size of the dtype.
	Values int `json:"values"`
}

// Slot is the memory of one state: Buffers values an element.
type Slot struct {
	Name    string `json:"name"`
	Buffers int    `json:"buffers"`        // the state's lag
	Init    string `json:"init,omitempty"` // its value before the first step, as the rule has it
}

// Buffers is the number of state values an element.
func (v Variant) Buffers() int {
	n := 0
	for _, s := range v.Slots {
		n += s.Buffers
	}
	return n
}

// StateBytes is the memory of the states, in bytes an element.
func (v Variant) StateBytes(d DType) int { return v.Buffers() * d.Size() }

// BytesPerElement is what one step reads and writes, in bytes an element; θ and
// g are counted.
func (v Variant) BytesPerElement(d DType) int { return v.Values * d.Size() }

// Choices names a variant by the choices of its options, "decay=l2 amsgrad=on";
// "" for a rule without options.
func (m *Manifest) Choices(v Variant) string {
	var all []string
	for i, c := range v.Choices {
		all = append(all, m.Options[i].Name+"="+c)
	}
	return strings.Join(all, " ")
}

// HyperIndex is the place of a hyperparameter in the manifest, 0-based, and
// whether there is one of that name.
func (m *Manifest) HyperIndex(name string) (int, bool) {
	i := slices.IndexFunc(m.Hypers, func(h Hyper) bool { return h.Name == name })
	return i, i >= 0
}

// Defaults are the default values of the hyperparameters, in their order.
func (m *Manifest) Defaults() []float64 {
	values := make([]float64, len(m.Hypers))
	for i, h := range m.Hypers {
		values[i] = h.Default
	}
	return values
}

// CheckHypers reports the first value that is outside its hyperparameter's
// domain, or that there is not one value for each hyperparameter.
func (m *Manifest) CheckHypers(values []float64) error {
	if len(values) != len(m.Hypers) {
		return fmt.Errorf("%s has %d hyperparameters, but there are %d values", m.Name, len(m.Hypers), len(values))
	}
	for i, h := range m.Hypers {
		if !h.Domain.Contains(values[i]) {
			return fmt.Errorf("%s = %s is outside its domain: %s takes it from %s",
				h.Name, bound(values[i]), m.Name, h.Domain)
		}
	}
	return nil
}
