package pass

import "github.com/optc-lang/optc/dsl/ir"

// Hoist makes a choice between two rounded scalars, where a scalar decides, a
// rounded choice between the scalars: the same number, chosen once a step and
// not once an element. All other scalar work is outside the loop by its type.
func Hoist(p *ir.Program) {
	var made []ir.Value
	keep := func(v ir.Value, add func(ir.Value) ir.ID) ir.ID {
		made = append(made, v)
		return add(v)
	}
	rebuild(p, func(v ir.Value, add func(ir.Value) ir.ID) ir.ID {
		if !hoistable(v, made) {
			return keep(v, add)
		}
		x, y := made[v.Args[1]].Args[0], made[v.Args[2]].Args[0]
		choice := ir.Value{Op: ir.Select, Type: ir.Scalar, Args: []ir.ID{v.Args[0], x, y}, Name: v.Name, Line: v.Line}
		id := keep(choice, add)
		return keep(ir.Value{Op: ir.Round, Type: ir.Tensor, Args: []ir.ID{id}, Line: v.Line}, add)
	})
}

func hoistable(v ir.Value, made []ir.Value) bool {
	return v.Op == ir.Select && v.Type == ir.Tensor && made[v.Args[0]].Type == ir.ScalarCond &&
		made[v.Args[1]].Op == ir.Round && made[v.Args[2]].Op == ir.Round
}
