package cudacpu

import (
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

// The structs of optc.h, field by field; it says what they mean.
type (
	part struct {
		first, length, offset, total, leaf int64
		tensor, moment                     int32
	}
	moment struct{ t, hyper int64 }
	run    struct {
		theta, grad, state      unsafe.Pointer
		stride                  int64
		part                    unsafe.Pointer
		parts                   int64
		hyper, moment           unsafe.Pointer
		moments                 int64
		scalars, reduced, lanes unsafe.Pointer
		leaves                  int64
		foundInf                unsafe.Pointer
		seed                    uint64
	}
)

const (
	// grain is the elements of a part; large tensors have several.
	grain = 1 << 14
	// leafSize is the elements of a leaf of the tree by which reductions add.
	leafSize = 1024
	// lanes is the running sums of a leaf.
	lanes = 8
)

// tables are what the kernels of one step are given beside the tensors. Structs
// of the source are kept as words, of 8 bytes, which align them.
type tables struct {
	sizes   abi.Launch
	parts   []part
	moments []moment
	leaves  int64
	scalars []uint64
	reduced []uint64
	lanes   []float64
}

// fill makes the tables of the step that an arena asks for. Tensors of one group
// and t share a moment.
func (b *tables) fill(a *abi.Arena) {
	l := a.Layout()
	b.parts, b.leaves, b.moments = b.parts[:0], 0, b.moments[:0]
	index := map[moment]int32{}
	for tensor, t := range a.Steps() {
		if t == 0 || l.Lens[tensor] == 0 {
			continue
		}
		m := moment{t, int64(l.Group[tensor] * l.Hypers)}
		if _, ok := index[m]; !ok {
			index[m] = int32(len(index))
			b.moments = append(b.moments, m)
		}
		b.cut(part{
			first: int64(a.Offset(tensor) / l.DType.Size()), total: int64(l.Lens[tensor]),
			tensor: int32(tensor), moment: index[m],
		})
	}
	b.scalars = make([]uint64, words(b.sizes.Scalars*len(b.moments)))
	b.reduced = make([]uint64, words(b.sizes.Reduced*len(l.Lens)))
	b.lanes = make([]float64, lanes*b.sizes.Reductions*int(b.leaves))
}

// cut appends the parts of a tensor, given as one part.
func (b *tables) cut(p part) {
	first := p.first
	for ; p.offset < p.total; p.offset += grain {
		p.first, p.leaf = first+p.offset, b.leaves
		p.length = min(grain, p.total-p.offset)
		b.parts = append(b.parts, p)
		b.leaves += (p.length + leafSize - 1) / leafSize
	}
}

// run is the argument of the kernels.
func (b *tables) run(a *abi.Arena) *run {
	l := a.Layout()
	r := &run{
		theta: a.Region(0), grad: a.Region(1), stride: int64(a.Stride() / l.DType.Size()),
		part: unsafe.Pointer(unsafe.SliceData(b.parts)), parts: int64(len(b.parts)),
		hyper: unsafe.Pointer(unsafe.SliceData(a.Hypers(0))), moment: unsafe.Pointer(unsafe.SliceData(b.moments)), moments: int64(len(b.moments)),
		scalars: unsafe.Pointer(unsafe.SliceData(b.scalars)), reduced: unsafe.Pointer(unsafe.SliceData(b.reduced)),
		lanes: unsafe.Pointer(unsafe.SliceData(b.lanes)), leaves: b.leaves, seed: l.Seed,
	}
	if l.Buffers > 0 {
		r.state = a.Region(2)
	}
	return r
}

// words is the number of words that hold a number of bytes.
func words(bytes int) int { return (bytes + 7) / 8 }
