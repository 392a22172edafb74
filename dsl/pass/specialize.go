package pass

import "github.com/optc-lang/optc/dsl/ir"

// Specialize is p for the case that the scalar condition cond is value: each
// choice that it makes between tensors is made. What only the other case needs
// is left in place, for its values but not its order matter to a reader of the
// program; a back end emits what the stores need.
func Specialize(p *ir.Program, cond ir.ID, value bool) *ir.Program {
	q := p.Clone()
	taken := make([]ir.ID, len(q.Values))
	for i := range q.Values {
		v := &q.Values[i]
		taken[i] = ir.ID(i)
		for j, a := range v.Args {
			v.Args[j] = taken[a]
		}
		if v.Op == ir.Select && v.Type == ir.Tensor && v.Args[0] == cond {
			taken[i] = v.Args[2]
			if value {
				taken[i] = v.Args[1]
			}
		}
	}
	rename(q, taken)
	return q
}
