package cudagen

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// unit writes one variant.
type unit struct {
	*writer
	*plan
	name    string
	scope   scope             // of the namespace
	fields  map[ir.ID]string  // names of the scalars that kernels are given
	names   map[tensor]string // of the tensors; m_lag1 is m[t-1]
	kernels []string          // in the order of a step
}

func newUnit(w *writer, name string, p *ir.Program) *unit {
	u := &unit{writer: w, plan: newPlan(p), name: name, scope: newScope(), fields: map[ir.ID]string{}, names: map[tensor]string{}}
	u.names[tensor{op: ir.ThetaIn}] = u.scope.fresh("theta")
	u.names[tensor{op: ir.Grad}] = u.scope.fresh("g")
	for s, state := range p.States {
		for lag := 1; lag <= state.Buffers; lag++ {
			u.names[tensor{ir.Load, s, lag}] = u.scope.fresh(fmt.Sprintf("%s_lag%d", state.Name, lag))
		}
	}
	namer := &function{unit: u, scope: u.scope}
	for i := range p.Values {
		if u.field[i] {
			u.fields[ir.ID(i)] = namer.nameFor(ir.ID(i))
		}
	}
	return u
}

// emit writes the variant's namespace, and then its kernels and the host's side.
func (u *unit) emit() {
	u.line("\nnamespace optc::%s { // %s", u.name, u.title())
	u.scalars()
	u.kernels = append(u.kernels, "prepare")
	if u.passes > 1 {
		u.reduced()
	}
	if len(u.inits()) > 0 {
		u.begin()
		u.kernels = append(u.kernels, "begin")
	}
	for pass := range u.passes - 1 {
		u.reduce(pass)
		u.combine(pass)
		u.kernels = append(u.kernels, fmt.Sprintf("reduce%d", pass+1), fmt.Sprintf("combine%d", pass+1))
	}
	u.step()
	u.kernels = append(u.kernels, "step")
	u.line("\n} // namespace optc::%s", u.name)
	u.doors()
}

func (u *unit) title() string {
	if len(u.p.Choices) == 0 {
		return u.p.Rule
	}
	return strings.ReplaceAll(strings.Join(u.p.Choices, ", "), "=", " = ")
}

// doors writes what has a C name: the kernels, and for a host the sizes; on a
// processor, a step in one call.
func (u *unit) doors() {
	u.line("")
	for _, kernel := range u.kernels {
		for _, d := range []struct{ name, c string }{{"f32", "float"}, {"f64", "double"}} {
			u.line("OPTC_KERNEL %s_%s_%s(optc::Run<%s> run) { optc::%s::%s(run); }", u.name, kernel, d.name, d.c, u.name, kernel)
		}
	}
	u.line("#if defined(OPTC_HOST)")
	u.line("extern \"C\" void %s_sizes(optc::Sizes *sizes) { *sizes = %s; }", u.name, u.sizes())
	u.line("#endif")
	u.line("#if defined(OPTC_CPU)")
	for _, d := range []struct{ name, c string }{{"f32", "float"}, {"f64", "double"}} {
		calls := ""
		for _, kernel := range u.kernels {
			calls += fmt.Sprintf(", %s_%s_%s", u.name, kernel, d.name)
		}
		u.line("extern \"C\" void %s_%s(const optc::Run<%s> *run) { optc::launch(*run%s); }", u.name, d.name, d.c, calls)
	}
	u.line("#endif")
}
