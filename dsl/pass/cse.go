package pass

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
)

// CSE makes equal values one: the same operation on the same arguments. It
// doesn't swap operands, since which NaN comes out may depend on their order.
// The first of the equal values stays, and takes a name that a later one has.
func CSE(p *ir.Program) {
	seen := map[string]ir.ID{}
	names := map[ir.ID]string{}
	rebuild(p, func(v ir.Value, add func(ir.Value) ir.ID) ir.ID {
		key := fmt.Sprintf("%d %d %d %q %d %d", v.Op, v.Type, v.Args, v.Text, v.Ref, v.Lag)
		id, ok := seen[key]
		if !ok {
			id = add(v)
			seen[key] = id
			names[id] = v.Name
		}
		if names[id] == "" {
			names[id] = v.Name
		}
		return id
	})
	for id, name := range names {
		p.Values[id].Name = name
	}
}
