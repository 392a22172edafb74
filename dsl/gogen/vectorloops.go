package gogen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// part is what a vector loop has of the tensors.
type part struct {
	whole map[string]string // the slices of whole vectors, by tensor; nil for the rest
}

// of is what follows Load and Store for a tensor.
func (p *part) of(tensor string) string {
	if p.whole == nil {
		return fmt.Sprintf("SlicePart(%s[i:])", tensor)
	}
	return fmt.Sprintf("(&%s[i])", p.whole[tensor])
}

// inRest tells whether less than a vector is there.
func (k *kernel) inRest() bool { return k.part != nil && k.part.whole == nil }

// vectorStoreLoop is storeLoop in vectors.
func (k *kernel) vectorStoreLoop() {
	k.widen(k.p.Stored())
	tensors := k.tensorsOf(k.p.Stored())
	for _, s := range k.p.Stores {
		tensors = append(tensors, k.target(s))
	}
	k.inVectors(tensors, "", "", "len("+k.theta+")", func() {
		k.body(k.p.Stored())
		for _, s := range k.p.Stores {
			value, _ := k.ref(s.Value)
			k.printf("%s.Store%s\n", value, k.part.of(k.target(s)))
		}
	})
	k.printf("archsimd.ClearAVXUpperBits()\n")
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
	whole := k.whole(tensors, section)
	vectors := whole[k.theta]
	loop := func(header string) {
		k.printf("for %s {\n", header)
		k.inPart(&part{whole: whole}, write)
		k.printf("}\n")
	}
	switch {
	case section == "" && k.vector.line && len(whole) >= aheadFrom:
		k.inStrips(whole, func() { loop("i := at; i < end; i++") })
	case len(tensors) == 0 && k.vector.index == "": // nothing in the loop needs it
		loop("range " + vectors)
	default:
		loop("i := range " + vectors)
	}
	k.printf("if i := %s%d*len(%s); i < %s { // the rest, by the same formulas\n", offset, k.vector.lanes, vectors, end)
	k.inPart(&part{}, write)
	k.printf("}\n")
}

// aheadFrom is the least number of tensors for which a loop reads ahead. With fewer
// it would lose.
const aheadFrom = 4

// inStrips writes a loop round a loop over whole vectors: once round, or, for
// tensors that come from memory, in strips that are read before they are computed
// on. Its index is unsigned, so that Go leaves out the bounds checks.
func (k *kernel) inStrips(whole map[string]string, loop func()) {
	vectors := whole[k.theta]
	k.printf("strip := uint(len(%s))\n", vectors)
	k.printf("if u.Far {\nstrip = vec.Strip\n}\n")
	k.printf("for at := uint(0); at < uint(len(%s)); at += strip {\n", vectors)
	k.printf("end := min(at+strip, uint(len(%s)))\n", vectors)
	k.printf("if u.Far {\nvec.ReadAhead(at, end, %s)\n}\n", strings.Join(k.fromLast(whole), ", "))
	loop()
	k.printf("}\n")
}

// fromLast are the slices in the order of the arena's regions, from the last on.
// In the order of their addresses a step was measured to take 1.4 times as long.
func (k *kernel) fromLast(whole map[string]string) []string {
	var list []string
	add := func(tensor string) {
		if whole[tensor] != "" {
			list = append(list, whole[tensor])
		}
	}
	for s, state := range slices.Backward(k.p.States) {
		for lag := state.Buffers; lag > 0; lag-- {
			add(k.buffers[buffer{s, lag}])
		}
	}
	add(k.grad)
	add(k.theta)
	return list
}

// whole writes the slices of whole vectors, all of one length, that of θ.
func (k *kernel) whole(tensors []string, section string) map[string]string {
	vectors := k.scope.fresh(fmt.Sprintf("%sBy%d", k.theta, k.vector.lanes))
	k.printf("%s := vec.Whole%s(%s%s)\n", vectors, k.vector.shape, k.theta, section)
	whole := map[string]string{k.theta: vectors}
	for _, t := range tensors {
		if whole[t] == "" {
			whole[t] = k.scope.fresh(fmt.Sprintf("%sBy%d", t, k.vector.lanes))
			k.printf("%s := vec.Whole%s(%s%s)[:len(%s)]\n", whole[t], k.vector.shape, t, section, vectors)
		}
	}
	return whole
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
