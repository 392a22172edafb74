package cudagen

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Launches are what a host needs to know to launch the kernels of each variant, in
// the manifest's order.
func Launches(m *abi.Manifest, programs []*ir.Program) []abi.Launch {
	var all []abi.Launch
	for i, name := range Names(m, programs) {
		u := newUnit(&writer{}, name, programs[i])
		u.emit()
		all = append(all, abi.Launch{
			Name: name, Kernels: u.kernels,
			Scalars: u.scalarsSize(), Reduced: u.reducedSize(), Reductions: u.atOnce(),
		})
	}
	return all
}

// sizes is the variant's optc::Sizes.
func (u *unit) sizes() string {
	reduced := "0"
	if u.passes > 1 {
		reduced = fmt.Sprintf("sizeof(optc::%s::Reduced)", u.name)
	}
	return fmt.Sprintf("{sizeof(optc::%s::Scalars), %s, %d}", u.name, reduced, u.atOnce())
}

// atOnce is the greatest number of reductions of one pass.
func (u *unit) atOnce() int {
	n := 0
	for pass := range u.passes - 1 {
		n = max(n, len(u.reductions(pass)))
	}
	return n
}

// layout is the size of a struct whose members are added in their order, by the
// rules that all C++ compilers for GPUs and their hosts have.
type layout struct{ size, align int }

func (l *layout) add(bytes int) {
	l.size = (l.size+bytes-1)/bytes*bytes + bytes
	l.align = max(l.align, bytes)
}

func (l *layout) total() int { return (l.size + l.align - 1) / l.align * l.align }

// fieldsOf adds the scalars that kernels read, of the stages from first to last.
func (l *layout) fieldsOf(u *unit, first, last int) {
	for i := range u.p.Values {
		switch {
		case !u.field[i] || u.stage[i] < first || u.stage[i] > last:
		case u.kind(ir.ID(i)) == "bool":
			l.add(1)
		default:
			l.add(8)
		}
	}
}

// scalarsSize is the size of the struct Scalars, in bytes.
func (u *unit) scalarsSize() int {
	l := &layout{}
	l.add(8) // t
	l.fieldsOf(u, 0, 0)
	for range u.turning() {
		l.add(4)
	}
	return l.total()
}

// reducedSize is the size of the struct Reduced, in bytes; 0 where there is none.
func (u *unit) reducedSize() int {
	if u.passes == 1 {
		return 0
	}
	l := &layout{align: 1}
	l.fieldsOf(u, 1, u.passes)
	return l.total()
}
