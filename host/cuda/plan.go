package cuda

import (
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

// The structs of optc.h, field by field; it says what they mean.
type (
	part struct {
		first, length, offset, total, leaf int64
		tensor, instant                    int32
	}
	instant  struct{ t, hyper int64 }
	argument struct {
		theta, grad, state      uint64
		stride                  int64
		part                    uint64
		parts                   int64
		hyper, instant          uint64
		instants                int64
		scalars, reduced, lanes uint64
		leaves                  int64
		foundInf                uint64
		seed                    uint64
	}
)

// bytes are what a launch copies.
func (a *argument) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(a)), unsafe.Sizeof(*a))
}

const (
	// grain is the elements of a part, which a block of threads steps.
	grain = 1 << 14
	// leafSize is the elements of a leaf of the tree by which reductions add.
	leafSize = 1024
	// laneBytes is the size of the running sums of a leaf.
	laneBytes = 8 * 8
)

// idle is the instant of a tensor that a step leaves alone.
const idle = -1

// plan is which tensors a step steps, and which of them at the same instant. A step
// whose plan is that of the one before needs new instants alone.
type plan struct {
	layout   *abi.Layout
	offset   func(tensor int) int // in bytes, within each region
	of       []int32              // the instant of each tensor, or idle
	instants []instant            // of this step
	first    bool                 // some tensor's first step is this one
	index    map[instant]int32
	newest   []int32 // of each group, the instant that came last, or idle
	parts    []part
	leaves   int64
	spans    []span // of the tensors that are stepped, within each region
}

// span is some bytes, from the start of a region.
type span struct{ from, to int }

func newPlan(a *abi.Arena) *plan {
	p := &plan{layout: a.Layout(), offset: a.Offset, index: map[instant]int32{}, newest: make([]int32, a.Layout().Groups)}
	p.of = make([]int32, len(p.layout.Lens))
	return p
}

// next is the plan of the step that an arena asks for; it tells whether it differs
// from that of the one before.
func (p *plan) next(steps []int64) (changed bool) {
	p.instants, p.first = p.instants[:0], false
	clear(p.index)
	for g := range p.newest {
		p.newest[g] = idle
	}
	for tensor, t := range steps {
		at := p.instantOf(tensor, t)
		changed = changed || at != p.of[tensor]
		p.of[tensor] = at
	}
	if changed = changed || p.parts == nil; changed {
		p.cut()
	}
	return changed
}

func (p *plan) instantOf(tensor int, t int64) int32 {
	if t == 0 || p.layout.Lens[tensor] == 0 {
		return idle
	}
	p.first = p.first || t == 1
	group := p.layout.Group[tensor]
	newest := &p.newest[group]
	if *newest == idle || p.instants[*newest].t != t { // most tensors of a group are at the same t
		*newest = p.indexOf(instant{t, int64(group * p.layout.Hypers)})
	}
	return *newest
}

// indexOf is the index of an instant, which is added where it is new.
func (p *plan) indexOf(m instant) int32 {
	at, known := p.index[m]
	if !known {
		at = int32(len(p.instants))
		p.index[m] = at
		p.instants = append(p.instants, m)
	}
	return at
}

// cut makes the parts and the spans.
func (p *plan) cut() {
	p.parts, p.leaves, p.spans = make([]part, 0, len(p.parts)), 0, p.spans[:0]
	size := p.layout.DType.Size()
	for tensor, at := range p.of {
		if at == idle {
			continue
		}
		from := p.offset(tensor)
		p.cutTensor(part{first: int64(from / size), total: int64(p.layout.Lens[tensor]), tensor: int32(tensor), instant: at})
		to := from + size*p.layout.Lens[tensor]
		if last := len(p.spans) - 1; tensor > 0 && p.of[tensor-1] != idle {
			p.spans[last].to = to
		} else {
			p.spans = append(p.spans, span{from, to})
		}
	}
}

// cutTensor appends the parts of a tensor, given as one part.
func (p *plan) cutTensor(whole part) {
	for at := whole; at.offset < whole.total; at.offset += grain {
		at.first, at.leaf = whole.first+at.offset, p.leaves
		at.length = min(grain, whole.total-at.offset)
		p.parts = append(p.parts, at)
		p.leaves += leaves(at.length)
	}
}

func leaves(elements int64) int64 { return (elements + leafSize - 1) / leafSize }

// most are the greatest numbers of parts and leaves of any step.
func most(l *abi.Layout) (parts, allLeaves int64) {
	for _, n := range l.Lens {
		parts += (int64(n) + grain - 1) / grain
		allLeaves += leaves(int64(n))
	}
	return parts, allLeaves
}
