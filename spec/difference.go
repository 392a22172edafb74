package spec

import (
	"fmt"
	"math"
	"strings"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// Difference is the first number in which an engine and the reference differ.
type Difference struct {
	Variant  string  `json:"variant,omitempty"` // "decay=l2 amsgrad=on"
	DType    string  `json:"dtype"`
	Step     int     `json:"step"`    // of the run, from 1
	Where    string  `json:"where"`   // "theta", "g", or a state's buffer as "m, buffer 1"
	Tensor   int     `json:"tensor"`  // 0-based
	Element  int     `json:"element"` // 0-based
	Got      float64 `json:"-"`
	Want     float64 `json:"-"`
	GotHex   string  `json:"got"`
	WantHex  string  `json:"want"`
	GotText  string  `json:"got_decimal"`
	WantText string  `json:"want_decimal"`
	ULPs     uint64  `json:"ulps"` // 0 where one is NaN
	// Inputs are what the step had for this element: t, the hyperparameters, θ, g
	// and the states' buffers, as the engine found them.
	Inputs []Input `json:"inputs,omitempty"`
}

// Input is a number that a step had.
type Input struct {
	Name  string `json:"name"`
	Value string `json:"value"` // in decimal; what is a tensor's, in hex too
}

// inputs are those of a difference's element, in the arena before the step.
func inputs(m *abi.Manifest, before *abi.Arena, d *Difference) []Input {
	l := before.Layout()
	all := []Input{{"t", fmt.Sprint(before.Steps()[d.Tensor])}}
	for h, x := range before.Hypers(l.Group[d.Tensor]) {
		all = append(all, Input{m.Hypers[h].Name, fmt.Sprint(x)})
	}
	add := func(name string, of numbers) {
		x := of.at(d.Element)
		all = append(all, Input{name, fmt.Sprintf("%v (%s)", x, hex(l.DType, x))})
	}
	add("theta", thetaOf(before, d.Tensor))
	add("g", gradOf(before, d.Tensor))
	for b, name := range bufferNames(m.Variants[l.Variant]) {
		add(name, stateOf(before, b, d.Tensor))
	}
	return all
}

// From is the inputs on one line.
func (d *Difference) From() string {
	all := make([]string, len(d.Inputs))
	for i, in := range d.Inputs {
		all[i] = in.Name + " = " + in.Value
	}
	return strings.Join(all, ", ")
}

// Error says where, both numbers in decimal and in hex, and how far apart.
func (d *Difference) Error() string {
	variant := ""
	if d.Variant != "" {
		variant = d.Variant + ", "
	}
	return fmt.Sprintf("%s%s, step %d: %s of tensor %d, element %d, is %v (%s); the rule gives %v (%s), %s",
		variant, d.DType, d.Step, d.Where, d.Tensor, d.Element, d.Got, d.GotHex, d.Want, d.WantHex, d.distance())
}

func (d *Difference) distance() string {
	switch {
	case d.Got != d.Got || d.Want != d.Want:
		return "and only one of them is NaN"
	case d.ULPs == 0:
		return "a zero of the other sign"
	case d.ULPs == 1:
		return "1 ULP away"
	}
	return fmt.Sprintf("%d ULPs away", d.ULPs)
}

// differ compares two numbers bit by bit; which NaN a NaN is does not matter.
func differ(got, want float64) bool { return !mutate.Same(got, want) }

func newDifference(d abi.DType, where string, tensor, element int, got, want float64) *Difference {
	out := &Difference{DType: string(d), Where: where, Tensor: tensor, Element: element, Got: got, Want: want}
	out.GotHex, out.WantHex = hex(d, got), hex(d, want)
	out.GotText, out.WantText = fmt.Sprint(got), fmt.Sprint(want)
	if got == got && want == want {
		out.ULPs = ulps(d, got, want)
	}
	return out
}

func hex(d abi.DType, x float64) string {
	if d == abi.F32 {
		return hex32(x)
	}
	return fmt.Sprintf("0x%016x", math.Float64bits(x))
}

func hex32(x float64) string { return fmt.Sprintf("0x%08x", math.Float32bits(float32(x))) }

// ulps counts the steps from one number of a dtype to another.
func ulps(d abi.DType, a, b float64) uint64 {
	x, y := ordered(d, a), ordered(d, b)
	if x < y {
		x, y = y, x
	}
	return uint64(x) - uint64(y)
}

// ordered numbers the values of a dtype in their order, both zeros 0.
func ordered(d abi.DType, x float64) int64 {
	n := int64(math.Float64bits(math.Abs(x)))
	if d == abi.F32 {
		n = int64(math.Float32bits(float32(math.Abs(x))))
	}
	if math.Signbit(x) {
		return -n
	}
	return n
}

// FirstDifference compares the parameters, gradients and states of two arenas
// of one layout, bit by bit: the engine's and the reference's. It is nil where
// all are equal; its Step is for the caller to set.
func FirstDifference(m *abi.Manifest, got, want *abi.Arena) *Difference {
	l := want.Layout()
	for i := range l.Lens {
		d := differing(l.DType, "theta", i, thetaOf(got, i), thetaOf(want, i))
		if d == nil {
			d = differing(l.DType, "g", i, gradOf(got, i), gradOf(want, i))
		}
		for b, name := range bufferNames(m.Variants[l.Variant]) {
			if d == nil {
				d = differing(l.DType, name, i, stateOf(got, b, i), stateOf(want, b, i))
			}
		}
		if d != nil {
			d.Variant = m.Choices(m.Variants[l.Variant])
			return d
		}
	}
	return nil
}

// differing is the first difference in one region of one tensor.
func differing(d abi.DType, where string, tensor int, got, want numbers) *Difference {
	for i := range got.size() {
		if differ(got.at(i), want.at(i)) {
			return newDifference(d, where, tensor, i, got.at(i), want.at(i))
		}
	}
	return nil
}

// bufferNames names the buffers of a variant's states in their order.
func bufferNames(v abi.Variant) []string {
	var all []string
	for _, s := range v.Slots {
		for b := range s.Buffers {
			name := "the state " + s.Name
			if s.Buffers > 1 {
				name += fmt.Sprintf(" (buffer %d)", b)
			}
			all = append(all, name)
		}
	}
	return all
}
