package cudagen

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
)

// reduce writes the kernel that sums what the reductions of a pass take: a thread
// has one lane of one leaf.
func (u *unit) reduce(pass int) {
	name := fmt.Sprintf("reduce%d", pass+1)
	u.kernel(name, name+" sums what reductions take, in eight lanes for each leaf of their tree.", func(f *function) {
		ids := u.reductions(pass)
		args := make([]ir.ID, len(ids))
		for i, id := range ids {
			args[i] = u.p.Values[id].Args[0]
		}
		f.index, f.element = "i", "i"
		for t, at := range f.pointers(u.used(args, true), nil) {
			f.tensors[t] = at
		}
		f.rounds(args)
		f.line("for (long long j = thread(); j < 8 * leaves(at.length); j += threads()) {")
		f.line("const long long leaf = j / 8, lane = j %% 8;")
		f.line("const long long end = min((leaf + 1) * leaf_size, at.length);")
		f.lanes(ids, args)
		f.line("}")
	})
}

// lanes writes the loop over a lane's elements.
func (f *function) lanes(ids, args []ir.ID) {
	sums := make([]string, len(ids))
	for i := range ids {
		sums[i] = f.scope.numbered("sum")
		f.line("double %s = 0;", sums[i])
	}
	f.line("for (long long i = leaf * leaf_size + lane; i < end; i += 8) {")
	f.elements(args)
	for i, id := range ids {
		x := fmt.Sprintf("double(%s)", f.ref(args[i]))
		switch f.p.Values[id].Op {
		case ir.MaxAbs:
			f.line("%s = max(magnitude(%s), %s);", sums[i], x, sums[i])
		case ir.Norm:
			f.line("%s = add(%s, mul(%s, %s));", sums[i], sums[i], x, x)
		default:
			f.line("%s = add(%s, %s);", sums[i], sums[i], x)
		}
	}
	f.line("}")
	for i := range ids {
		f.line("run.lane(%d, at.leaf + leaf)[lane] = %s;", i, sums[i])
	}
}

// combine writes the kernel that completes the reductions of a pass, and computes
// the scalars that are made of them: a block has one tensor.
func (u *unit) combine(pass int) {
	name := fmt.Sprintf("combine%d", pass+1)
	u.kernel(name, name+" completes the reductions of each tensor, and computes what scalars are made of them.", func(f *function) {
		f.line("if (at.offset != 0) {")
		f.line("continue;")
		f.line("}")
		sums := map[ir.ID]string{}
		for i, id := range u.reductions(pass) {
			sums[id] = f.scope.numbered("sum")
			tree := "tree_sum"
			if u.p.Values[id].Op == ir.MaxAbs {
				tree = "tree_max"
			}
			f.line("const double %s = %s(run.lane(%d, at.leaf), leaves(at.total));", sums[id], tree, i)
		}
		f.line("if (thread() == 0) {")
		for i := range u.p.Values {
			if id := ir.ID(i); u.live[i] && u.field[i] && u.stage[i] == pass+1 {
				f.comment(u.p.Values[i].Line)
				f.line("%s.%s = %s;", f.read("r"), u.fields[id], f.result(id, sums[id]))
			}
		}
		f.line("}")
	})
}

// result is a scalar that a pass completes, of a reduction by what it summed.
func (f *function) result(id ir.ID, sum string) string {
	switch v := &f.p.Values[id]; v.Op {
	case ir.Sum, ir.MaxAbs:
		return sum
	case ir.Mean:
		return "div(" + sum + ", double(at.total))"
	case ir.Norm:
		return "root(" + sum + ")"
	}
	return f.expr(id)
}
