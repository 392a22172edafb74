package cudagen

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// tensor is a tensor that a kernel reads or writes.
type tensor struct {
	op         ir.Op // ThetaIn, Grad or Load
	state, lag int   // of a Load
}

func tensorOf(v *ir.Value) tensor {
	if v.Op == ir.Load {
		return tensor{v.Op, v.Ref, v.Lag}
	}
	return tensor{op: v.Op}
}

// target is the tensor that a store writes: the oldest buffer of its state.
func (u *unit) target(s ir.Store) tensor {
	if s.State == ir.Theta {
		return tensor{op: ir.ThetaIn}
	}
	return tensor{ir.Load, s.State, u.p.States[s.State].Buffers}
}

// used are the tensors that some values are made of: θ, g, and the states in
// their order. Within is that of reach.
func (u *unit) used(roots []ir.ID, within bool) []tensor {
	var list []tensor
	for i, live := range u.p.Reach(roots, within) {
		v := &u.p.Values[i]
		if t := tensorOf(v); live && leaf(v.Op) && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b tensor) int {
		return cmp.Or(cmp.Compare(a.op, b.op), cmp.Compare(a.state, b.state), cmp.Compare(a.lag, b.lag))
	})
	return list
}

// firstBuffer is the index of a state's first buffer.
func (u *unit) firstBuffer(state int) int {
	first := 0
	for _, s := range u.p.States[:state] {
		first += s.Buffers
	}
	return first
}

// note says which value of a state a buffer has.
func (u *unit) note(t tensor) string {
	state := u.p.States[t.state]
	text := fmt.Sprintf("%s[t-%d]", state.Name, t.lag)
	if t.lag == state.Buffers {
		text += fmt.Sprintf(", and %s[t] in its place", state.Name)
	}
	return text
}

// pointers writes pointers to the elements of a part, and names the tensors.
func (f *function) pointers(used, written []tensor) map[tensor]string {
	at := map[tensor]string{}
	for _, t := range slices.Concat(used, written) {
		if at[t] != "" {
			continue
		}
		f.tensors[t] = f.names[t]
		at[t] = f.scope.fresh(f.names[t] + "_at")
		f.line("%sT *%s = %s + at.first;%s", constant(t, written), at[t], f.memory(t), f.remark(t))
	}
	return at
}

// constant is the word for a tensor that is only read.
func constant(t tensor, written []tensor) string {
	if slices.Contains(written, t) {
		return ""
	}
	return "const "
}

// memory is where a tensor's region begins.
func (f *function) memory(t tensor) string {
	switch t.op {
	case ir.ThetaIn:
		return "run.theta"
	case ir.Grad:
		return "run.grad"
	}
	if f.p.States[t.state].Buffers == 1 {
		return fmt.Sprintf("run.buffer(%d)", f.firstBuffer(t.state))
	}
	return fmt.Sprintf("run.buffer(%s.%s)", f.read("s"), f.names[t])
}

// remark says which value of a state a tensor is.
func (f *function) remark(t tensor) string {
	if t.op != ir.Load {
		return ""
	}
	return " // " + f.note(t)
}
