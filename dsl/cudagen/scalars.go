package cudagen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// scalars writes the struct Scalars, the function that computes it, and the kernel
// that does so for each instant.
func (u *unit) scalars() {
	u.line("\n// Scalars are what a step computes once, for the tensors of one group and t.")
	u.line("struct Scalars {")
	u.line("long long t; // the step, from 1")
	for i := range u.p.Values {
		if u.field[i] && u.stage[i] == 0 {
			u.line("%s %s;", u.kind(ir.ID(i)), u.fields[ir.ID(i)])
		}
	}
	for _, t := range u.turning() {
		u.line("int %s; // the buffer of %s", u.names[t], u.note(t))
	}
	u.line("};")
	u.line("\n// scalars computes them from the hyperparameters, in the manifest's order.")
	u.line("OPTC_BOTH Scalars scalars(%sconst double *hyper, long long t) {", u.unusedHyper())
	u.compute()
	u.line("}")
	u.line("\n// prepare computes the scalars of each instant.")
	u.line("template <class T> OPTC_DEVICE void prepare(const Run<T> &run) {")
	u.line("for (long long i = block() * threads() + thread(); i < run.instants; i += grid() * threads()) {")
	u.line("const Instant at = run.instant[i];")
	u.line("static_cast<Scalars *>(run.scalars)[i] = scalars(run.hyper + at.hyper, at.t);")
	u.line("}")
	u.line("}")
}

// unusedHyper marks the parameter of a function that takes no hyperparameter.
func (u *unit) unusedHyper() string {
	for i := range u.p.Values {
		if u.live[i] && u.p.Values[i].Op == ir.Hyper {
			return ""
		}
	}
	return "[[maybe_unused]] "
}

// compute writes the body of the function scalars.
func (u *unit) compute() {
	f := u.newFunction()
	values := []string{"t"}
	for i := range u.p.Values {
		id, v := ir.ID(i), &u.p.Values[i]
		switch {
		case !u.live[i] || !u.variable[i] || u.stage[i] > 0:
			continue
		case v.Op == ir.Step:
			f.locals[id] = "double(t)"
		case u.scalar(id):
			f.define(id, u.kind(id))
		}
		if u.field[i] {
			values = append(values, f.locals[id])
		}
	}
	for _, t := range u.turning() {
		values = append(values, fmt.Sprintf("lag_buffer(%d, t, %d, %d)", u.firstBuffer(t.state), t.lag, u.p.States[t.state].Buffers))
	}
	u.line("return {%s};", strings.Join(values, ", "))
}

// turning are the lags that lie in one buffer after another, as t grows.
func (u *unit) turning() []tensor {
	list := u.used(u.p.Stored(), false)
	for _, s := range u.p.Stores {
		if t := u.target(s); !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return slices.DeleteFunc(list, func(t tensor) bool { return t.op != ir.Load || u.p.States[t.state].Buffers == 1 })
}

// kind is the C++ type of a scalar.
func (u *unit) kind(id ir.ID) string {
	if u.p.Values[id].Type == ir.ScalarCond {
		return "bool"
	}
	return "double"
}

// reduced writes the struct Reduced.
func (u *unit) reduced() {
	u.line("\n// Reduced are one tensor's reductions, and the scalars that are made of them.")
	u.line("struct Reduced {")
	for i := range u.p.Values {
		if u.field[i] && u.stage[i] > 0 {
			u.line("%s %s;", u.kind(ir.ID(i)), u.fields[ir.ID(i)])
		}
	}
	u.line("};")
}
