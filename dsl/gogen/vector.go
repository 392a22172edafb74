package gogen

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
)

// vector is a type of package archsimd. In a vector loop each value of a tensor
// is one of these, and its expression is calls of methods in the order of the
// scalar kernel's operators, so that each element gets the same operations.
type vector struct {
	dtype string // of an element
	lanes int    // the number of elements
	shape string // as the names of package vec's functions end
	line  bool   // it is as long as a line of the cache
	// Where a block's lanes are more than one vector, the arguments that tell
	// package vec which vector is added: a whole one, and the rest.
	index, indexRest string
}

// name is the type's in package archsimd.
func (v *vector) name() string { return "Float" + v.shape }

// width is the types that a kernel's dtypes take in vectors of one width.
type width struct {
	bits     int
	f32, f64 *vector
	reduces  bool // package vec has lanes of these
}

// widths are the widths that there is code for, the widest first. A block's
// lanes are two vectors of 256 bits, and reductions keep to this width.
var widths = []*width{
	{
		bits: 512,
		f32:  &vector{dtype: "float32", lanes: 16, shape: "32x16", line: true},
		f64:  &vector{dtype: "float64", lanes: 8, shape: "64x8", line: true},
	},
	{
		bits: 256, reduces: true,
		f32: &vector{dtype: "float32", lanes: 8, shape: "32x8"},
		f64: &vector{dtype: "float64", lanes: 4, shape: "64x4", index: ", i", indexRest: ", i/4"},
	},
}

// methods are the operations on two vectors that package archsimd has.
var methods = map[ir.Op]string{
	ir.Add: "Add", ir.Sub: "Sub", ir.Mul: "Mul", ir.Div: "Div",
	ir.Eq: "Equal", ir.Ne: "NotEqual", ir.Lt: "Less", ir.Le: "LessEqual", ir.Gt: "Greater", ir.Ge: "GreaterEqual",
	ir.And: "And", ir.Or: "Or",
}

// vectorFunctions are the operations that package vec has, under these names
// and the shape of a vector.
var vectorFunctions = map[ir.Op]string{
	ir.Neg: "vec.Neg", ir.Abs: "vec.Abs", ir.Sign: "vec.Sign", ir.Min: "vec.Min", ir.Max: "vec.Max", ir.Not: "vec.Not",
}

// lacks says which operations on the tensors of a program have no vectors of
// this width, or "": the variant then has no kernel of it.
func (w *width) lacks(p *ir.Program) string {
	pl := newPlan(p)
	for i, v := range p.Values {
		switch {
		case !pl.live[i]:
		case elementwise(&v) && (v.Op.Close() || v.Op.Random()):
			return "exp, log, pow or random numbers"
		case v.Op.Reduction() && !w.reduces:
			return "reductions"
		}
	}
	return ""
}

// elementwise tells a value that each element of a tensor has its own of.
func elementwise(v *ir.Value) bool { return v.Type == ir.Tensor || v.Type == ir.TensorCond }

// vectorExpr is the expression that makes a value of a tensor in a vector loop.
func (k *kernel) vectorExpr(v *ir.Value) string {
	if leaf(v.Op) {
		return "archsimd.Load" + k.vector.name() + k.part.of(k.tensor(v))
	}
	args := make([]string, len(v.Args))
	for i, a := range v.Args {
		args[i], _ = k.ref(a)
	}
	switch v.Op {
	case ir.Sqrt:
		return args[0] + ".Sqrt()"
	case ir.Select:
		return fmt.Sprintf("%s.Merge(%s, %s)", args[1], args[2], args[0])
	}
	if method, ok := methods[v.Op]; ok {
		return fmt.Sprintf("%s.%s(%s)", args[0], method, args[1])
	}
	function, ok := vectorFunctions[v.Op]
	if !ok {
		panic(fmt.Sprintf("gogen: no vector code for %s", v.Op))
	}
	text := function + k.vector.shape + "(" + args[0]
	for _, arg := range args[1:] {
		text += ", " + arg
	}
	return text + ")"
}

// widen writes the vectors of the scalars that some values of tensors are made
// of, but for those that are there already.
func (k *kernel) widen(roots []ir.ID) {
	live := k.p.Reach(roots, true)
	for i := range k.p.Values {
		v := &k.p.Values[i]
		if !live[i] || !elementwise(v) {
			continue
		}
		if v.Op == ir.Round {
			k.widenOne(ir.ID(i), "archsimd.Broadcast"+k.vector.name())
			continue
		}
		for _, a := range v.Args {
			if k.p.Values[a].Type == ir.ScalarCond {
				k.widenOne(a, "vec.Mask"+k.vector.shape)
			}
		}
	}
}

func (k *kernel) widenOne(id ir.ID, function string) {
	if k.wide[id] != "" {
		return
	}
	text, _ := k.ref(id)
	if k.names[id] != "" {
		k.wide[id] = k.scope.fresh(vectorName(k.names[id]))
	} else {
		k.wide[id] = k.scope.numbered("c")
	}
	k.printf("%s := %s(%s)\n", k.wide[id], function, text)
}
