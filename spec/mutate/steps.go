package mutate

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
)

// kinds are the operations that take each other's place.
var kinds = [][]ir.Op{
	{ir.Add, ir.Sub, ir.Mul, ir.Div},
	{ir.Min, ir.Max},
	{ir.Sqrt, ir.Abs, ir.Sign, ir.Exp, ir.Log},
	{ir.Eq, ir.Ne, ir.Lt, ir.Le, ir.Gt, ir.Ge},
	{ir.And, ir.Or},
	{ir.Sum, ir.Mean, ir.Norm, ir.MaxAbs},
}

// comparisons is the index of the comparisons in kinds.
const comparisons = 3

// ordered are the operations whose operands can't be swapped for nothing;
// comparisons are not here, whose swap is another comparison.
var ordered = []ir.Op{ir.Sub, ir.Div, ir.Min, ir.Max, ir.PowInt, ir.Pow}

// steps are the small steps from a value.
func steps(p *ir.Program, id ir.ID) []step {
	v := &p.Values[id]
	all := slices.Concat(operations(v), drops(p, v), swaps(v), signs(v))
	switch v.Op {
	case ir.Const:
		all = append(all, constants(v)...)
	case ir.Hyper:
		all = append(all, hypers(p, v)...)
	case ir.Step:
		all = append(all, times()...)
	case ir.ThetaIn:
		all = append(all, leaf("theta becomes g", ir.Value{Op: ir.Grad, Type: ir.Tensor}))
	case ir.Grad:
		all = append(all, leaf("g becomes theta", ir.Value{Op: ir.ThetaIn, Type: ir.Tensor}))
	case ir.Load:
		all = append(all, loads(p, v)...)
	case ir.Uniform: // the call keeps its number
		all = append(all, leaf("uniform becomes normal", ir.Value{Op: ir.Normal, Type: ir.Tensor, Ref: v.Ref}))
	case ir.Normal:
		all = append(all, leaf("normal becomes uniform", ir.Value{Op: ir.Uniform, Type: ir.Tensor, Ref: v.Ref}))
	}
	return append(all, earlier(p, id)...)
}

// leaf replaces a value by one without arguments.
func leaf(what string, with ir.Value) step {
	return step{what, func(e *editor, v ir.Value) ir.ID {
		w := with
		w.Line = v.Line
		return e.add(w)
	}}
}

// number replaces a value by a number.
func number(what string, x float64) step {
	text := strconv.FormatFloat(x, 'g', -1, 64)
	return step{what + " " + text, func(e *editor, v ir.Value) ir.ID {
		id := e.add(ir.Value{Op: ir.Const, Type: ir.Scalar, Text: text, Line: v.Line})
		if v.Type == ir.Tensor {
			return e.like(v, ir.Round, id)
		}
		return id
	}}
}

// operations puts each other operation of its kind in the place of a value's.
func operations(v *ir.Value) []step {
	var all []step
	for _, kind := range kinds {
		if !slices.Contains(kind, v.Op) {
			continue
		}
		for _, op := range kind {
			if op != v.Op {
				all = append(all, step{fmt.Sprintf("%s becomes %s", v.Op, op), func(e *editor, v ir.Value) ir.ID {
					return e.like(v, op, v.Args...)
				}})
			}
		}
	}
	return all
}

// drops leaves one argument of an operation and drops the rest.
func drops(p *ir.Program, v *ir.Value) []step {
	var all []step
	for i, a := range v.Args {
		if t := p.Values[a].Type; t != v.Type && !(t.Cond() && v.Type.Cond()) {
			continue
		}
		what := fmt.Sprintf("%s is dropped, operand %d is left", v.Op, i+1)
		all = append(all, step{what, func(_ *editor, v ir.Value) ir.ID { return v.Args[i] }})
	}
	return all
}

// swaps exchanges operands, and the arms of a select.
func swaps(v *ir.Value) []step {
	var all []step
	if slices.Contains(ordered, v.Op) {
		all = append(all, step{fmt.Sprintf("the operands of %s are swapped", v.Op), func(e *editor, v ir.Value) ir.ID {
			return e.like(v, v.Op, v.Args[1], v.Args[0])
		}})
	}
	if v.Op == ir.Select {
		all = append(all, step{"the arms of select are swapped", func(e *editor, v ir.Value) ir.ID {
			return e.like(v, v.Op, v.Args[0], v.Args[2], v.Args[1])
		}})
	}
	return all
}

// signs flips a number's sign and negates a condition.
func signs(v *ir.Value) []step {
	if v.Type.Cond() {
		return []step{{"the condition is negated", func(e *editor, v ir.Value) ir.ID {
			return e.like(v, ir.Not, e.add(v))
		}}}
	}
	if v.Op == ir.Const || v.Op == ir.Neg {
		return nil // the number changes, the operation is dropped
	}
	return []step{{"the sign is flipped", func(e *editor, v ir.Value) ir.ID {
		return e.like(v, ir.Neg, e.add(v))
	}}}
}

func constants(v *ir.Value) []step {
	c, _ := strconv.ParseFloat(v.Text, 64)
	var all []step
	for _, x := range []float64{c + 1, 2 * c, -c, 0} {
		if !math.IsInf(x, 0) && !Same(x, c) {
			all = append(all, number(v.Text+" becomes", x))
		}
	}
	return all
}

// hypers puts each other hyperparameter in the place of one, and its power.
func hypers(p *ir.Program, v *ir.Value) []step {
	var all []step
	for i, name := range p.Hypers {
		if i != v.Ref {
			what := fmt.Sprintf("%s becomes %s", p.Hypers[v.Ref], name)
			all = append(all, leaf(what, ir.Value{Op: ir.Hyper, Type: ir.Scalar, Ref: i}))
		}
	}
	name := p.Hypers[v.Ref]
	return append(all, step{fmt.Sprintf("%s becomes %s^t", name, name), func(e *editor, v ir.Value) ir.ID {
		t := e.add(ir.Value{Op: ir.Step, Type: ir.Scalar, Line: v.Line})
		return e.like(v, ir.PowInt, e.add(v), t)
	}})
}

// times counts the steps from 0 or from 2.
func times() []step {
	beside := func(what string, op ir.Op) step {
		return step{what, func(e *editor, v ir.Value) ir.ID {
			t := e.add(v)
			one := e.add(ir.Value{Op: ir.Const, Type: ir.Scalar, Text: "1", Line: v.Line})
			return e.like(v, op, t, one)
		}}
	}
	return []step{beside("t becomes t - 1", ir.Sub), beside("t becomes t + 1", ir.Add)}
}

// loads reads another lag, another state, and the new value.
func loads(p *ir.Program, v *ir.Value) []step {
	var all []step
	read := func(state, lag int) {
		what := fmt.Sprintf("%s becomes %s", past(p, v.Ref, v.Lag), past(p, state, lag))
		all = append(all, leaf(what, ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: state, Lag: lag}))
	}
	if v.Lag > 1 {
		read(v.Ref, v.Lag-1)
	}
	read(v.Ref, v.Lag+1)
	for s := range p.States {
		if s != v.Ref {
			read(s, v.Lag)
		}
	}
	what := fmt.Sprintf("%s becomes %s[t]", past(p, v.Ref, v.Lag), p.States[v.Ref].Name)
	state := v.Ref
	return append(all, step{what, func(e *editor, _ ir.Value) ir.ID {
		return e.now(e.old.Stores[e.old.StoreOf(state)].Value)
	}})
}

// earlier reads the value that a state had before the step in the place of its
// new value, and the parameter of before.
func earlier(p *ir.Program, id ir.ID) []step {
	var all []step
	for _, s := range p.Stores {
		if s.Value == id && s.State != ir.Theta {
			what := fmt.Sprintf("%s[t] becomes %s", p.States[s.State].Name, past(p, s.State, 1))
			all = append(all, leaf(what, ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: s.State, Lag: 1}))
			what = fmt.Sprintf("%s[t] becomes theta", p.States[s.State].Name)
			all = append(all, leaf(what, ir.Value{Op: ir.ThetaIn, Type: ir.Tensor}))
		}
	}
	return all
}

// storeSteps drops a store, so that what is stored stays as it is, and stores
// another state's new value.
func storeSteps(p *ir.Program, store int) []step {
	s := p.Stores[store]
	if s.State == ir.Theta {
		return []step{leaf("theta stays", ir.Value{Op: ir.ThetaIn, Type: ir.Tensor})}
	}
	name := p.States[s.State].Name
	all := []step{leaf(name+" stays", ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: s.State, Lag: 1})}
	for _, other := range p.Stores {
		if other.State != s.State && other.State != ir.Theta {
			what := fmt.Sprintf("%s takes the new value of %s", name, p.States[other.State].Name)
			all = append(all, step{what, func(e *editor, _ ir.Value) ir.ID { return e.now(other.Value) }})
		}
	}
	return all
}

// initSteps begins a state at 0, at 1, and at the first gradient.
func initSteps(p *ir.Program, state int) []step {
	name := p.States[state].Name + "[0] becomes"
	return []step{
		number(name, 0), number(name, 1),
		leaf(name+" the first gradient", ir.Value{Op: ir.Grad, Type: ir.Tensor}),
	}
}
