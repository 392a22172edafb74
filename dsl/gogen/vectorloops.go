package gogen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// part is what a vector loop has of the tensors.
type part struct {
	whole map[string]string // the slices of whole vectors, by tensor; nil for the rest
	index string            // of a vector in such a slice
	again bool              // the rule's lines stand above already
}

// of is what follows Load and Store for a tensor.
func (p *part) of(tensor string) string {
	if p.whole == nil {
		return fmt.Sprintf("SlicePart(%s[i:])", tensor)
	}
	return fmt.Sprintf("(&%s%s)", p.whole[tensor], p.index)
}

// inRest tells whether what is there is a rest, a vector at most.
func (k *kernel) inRest() bool { return k.part != nil && k.part.whole == nil }

// vectorStoreLoop is storeLoop in vectors.
func (k *kernel) vectorStoreLoop() {
	k.widen(k.p.Stored())
	tensors := k.tensorsOf(k.p.Stored())
	for _, s := range k.p.Stores {
		tensors = append(tensors, k.target(s))
	}
	write := func() {
		k.body(k.p.Stored())
		for _, s := range k.p.Stores {
			value, _ := k.ref(s.Value)
			k.printf("%s.Store%s\n", value, k.part.of(k.target(s)))
		}
	}
	if k.light(tensors) {
		k.inFours(tensors, write)
	} else {
		k.inVectors(tensors, "", "", "len("+k.theta+")", write)
	}
	k.printf("archsimd.ClearAVXUpperBits()\n")
}

// light tells whether a step on a vector is so short that the loop's own
// instructions, and how they lie in lines of the cache, take a share of its time.
func (k *kernel) light(tensors []string) bool {
	operations := 0
	for i, live := range k.p.Reach(k.p.Stored(), true) {
		switch v := &k.p.Values[i]; {
		case !live || !elementwise(v) || leaf(v.Op) || v.Op == ir.Round:
		case v.Op == ir.Div || v.Op == ir.Sqrt: // each outlasts all that
			return false
		default:
			operations++
		}
	}
	return len(k.distinct(tensors)) <= lightTensors && operations <= lightOperations
}

// The most tensors and operations of a light step. Heavy ball has 3 and 7; PNM has
// 4 tensors and gains nothing in fours.
const (
	lightTensors    = 3
	lightOperations = 12
)

// distinct are θ and then the others, each once.
func (k *kernel) distinct(tensors []string) []string {
	list := []string{k.theta}
	for _, t := range tensors {
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// inFours is inVectors for a light step on whole tensors: four vectors each time
// round, and then the rest, a vector or less each time.
func (k *kernel) inFours(tensors []string, write func()) {
	fours := k.whole(tensors, "", "4x")
	k.printf("for i := range %s {\n", fours[k.theta])
	for n := range 4 {
		k.printf("{\n")
		k.inPart(&part{whole: fours, index: fmt.Sprintf("[i][%d]", n), again: n > 0}, write)
		k.printf("}\n")
	}
	k.printf("}\n")
	k.printf("for i := %d * len(%s); i < len(%s); i += %d { // the rest, by the same formulas\n", 4*k.vector.lanes, fours[k.theta], k.theta, k.vector.lanes)
	k.inPart(&part{again: true}, write)
	k.printf("}\n")
}

// tensorsOf are the tensors that are read to make some values.
func (k *kernel) tensorsOf(roots []ir.ID) []string {
	var tensors []string
	for i, live := range k.p.Reach(roots, true) {
		if v := &k.p.Values[i]; live && leaf(v.Op) {
			tensors = append(tensors, k.tensor(v))
		}
	}
	return tensors
}

// inVectors writes a loop over a section of some tensors twice: over its whole
// vectors, in strips where that gains time, and for the rest, less than a vector,
// up to the end. The offset of the section, "" or "at + ", leads to the rest.
func (k *kernel) inVectors(tensors []string, section, offset, end string, write func()) {
	whole := k.whole(tensors, section, "")
	vectors := whole[k.theta]
	loop := func() {
		index := "i := "
		if len(tensors) == 0 && k.vector.index == "" { // nothing in the loop needs it
			index = ""
		}
		k.printf("for %srange %s {\n", index, vectors)
		k.inPart(&part{whole: whole, index: "[i]"}, write)
		k.printf("}\n")
	}
	if section == "" && k.vector.line && len(whole) >= aheadFrom {
		k.inStrips(whole, k.loopFunction(whole, loop))
	} else {
		loop()
	}
	k.printf("if i := %s%d*len(%s); i < %s { // the rest, by the same formulas\n", offset, k.vector.lanes, vectors, end)
	k.inPart(&part{again: true}, write)
	k.printf("}\n")
}

// whole writes the slices of whole vectors, all of one length, that of θ; with
// "4x" as group, of whole groups of four vectors.
func (k *kernel) whole(tensors []string, section, group string) map[string]string {
	whole := map[string]string{}
	function := map[string]string{"": "Whole", "4x": "Fours"}[group]
	for i, t := range k.distinct(tensors) {
		whole[t] = k.scope.fresh(fmt.Sprintf("%sBy%s%d", t, group, k.vector.lanes))
		k.printf("%s := vec.%s%s(%s%s)", whole[t], function, k.vector.shape, t, section)
		if i > 0 {
			k.printf("[:len(%s)]", whole[k.theta])
		}
		k.printf("\n")
	}
	return whole
}

// inPart is inLoop for a part of the tensors, with the vectors of scalars in
// their place.
func (k *kernel) inPart(p *part, write func()) {
	k.inLoop(func() {
		for id, name := range k.wide {
			if name != "" {
				k.name(ir.ID(id), name)
			}
		}
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
	k.inVectors(k.tensorsOf(k.arguments(ids)), "[at:end]", "at + ", "end", func() {
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
	index := k.vector.index
	if k.inRest() {
		x = fmt.Sprintf("%s.Masked(vec.First%s(end-i))", x, k.vector.shape)
		index = k.vector.indexRest
	}
	method := "Add"
	switch v.Op {
	case ir.MaxAbs:
		method = "MaxAbs"
	case ir.Norm:
		method = "AddSquare"
	}
	k.printf("%s = %s.%s%s(%s%s)\n", lanes, lanes, method, k.vector.shape, x, index)
}

// vectorName is the vector of what has a scalar name.
func vectorName(name string) string { return strings.TrimSuffix(name, "T") + "V" }
