package gogen

import (
	"fmt"
	"maps"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// part is what a vector loop has of each tensor.
type part struct {
	slice string // how the names Load and Store go on, for a tensor %s
	rest  bool   // less than a vector
}

func (p *part) of(tensor string) string { return fmt.Sprintf(p.slice, tensor) }

// inRest tells whether less than a vector is there.
func (k *kernel) inRest() bool { return k.part != nil && k.part.rest }

// vectorStoreLoop is storeLoop in vectors.
func (k *kernel) vectorStoreLoop() {
	k.widen(k.stores())
	k.inVectors("0", "len("+k.theta+")", func() {
		k.body(k.stores())
		for _, s := range k.p.Stores {
			value, _ := k.ref(s.Value)
			k.printf("%s.Store%s\n", value, k.part.of(k.target(s)))
		}
	})
	k.printf("archsimd.ClearAVXUpperBits()\n")
}

// inVectors writes a loop twice: over the whole vectors of the elements from
// begin to end, and for the rest of them, which is less than a vector.
func (k *kernel) inVectors(begin, end string, write func()) {
	n := k.vector.lanes
	k.printf("i := %s\n", begin)
	k.printf("for ; i+%d <= %s; i += %d {\n", n, end, n)
	k.inPart(&part{slice: fmt.Sprintf("Slice(%%s[i:i+%d])", n)}, write)
	k.printf("}\nif i < %s { // the rest, by the same formulas\n", end)
	k.inPart(&part{slice: "SlicePart(%s[i:])", rest: true}, write)
	k.printf("}\n")
}

// inPart is inLoop for a part of the tensors, with the vectors of scalars in
// their place.
func (k *kernel) inPart(p *part, write func()) {
	k.inLoop(func() {
		maps.Copy(k.names, k.wide)
		k.part = p
		write()
		k.part = nil
	})
}

// load writes, in a vector loop, the vectors of the tensors that are read.
func (k *kernel) load(live []bool) {
	for i := range k.p.Values {
		if live[i] && k.part != nil && leaf(k.p.Values[i].Op) {
			k.define(ir.ID(i))
		}
	}
}

// vectorBlock is block in vectors.
func (k *kernel) vectorBlock(ids []ir.ID, sums map[ir.ID]string) {
	lanes := map[ir.ID]string{}
	for _, id := range ids {
		lanes[id] = k.scope.numbered("lanes")
		k.printf("var %s vec.Lanes\n", lanes[id])
	}
	k.printf("end := min(at+num.Block, len(%s))\n", k.theta)
	k.inVectors("at", "end", func() {
		k.body(k.arguments(ids))
		for _, id := range ids {
			k.vectorAccumulate(id, lanes[id])
		}
	})
	for _, id := range ids {
		if sums[id] != "" {
			k.printf("%s.Add(%s.Sum())\n", sums[id], lanes[id])
		} else {
			k.printf("%s = num.Max(%s.Max(), %s)\n", k.names[id], lanes[id], k.names[id])
		}
	}
}

// vectorAccumulate adds a vector to the lanes of a reduction, or of the rest
// what there is of it.
func (k *kernel) vectorAccumulate(id ir.ID, lanes string) {
	v := &k.p.Values[id]
	x, _ := k.ref(v.Args[0])
	if k.inRest() {
		x = fmt.Sprintf("%s.Masked(vec.First%s(end-i))", x, k.vector.bits)
	}
	method := "Add"
	switch v.Op {
	case ir.MaxAbs:
		method = "MaxAbs"
	case ir.Norm:
		method = "AddSquare"
	}
	k.printf("%s = %s.%s%s(%s%s)\n", lanes, lanes, method, k.vector.bits, x, k.vector.at)
}

// vectorName is the vector of what has a scalar name.
func vectorName(name string) string { return strings.TrimSuffix(name, "T") + "V" }
