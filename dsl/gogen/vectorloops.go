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
	index string            // of a vector in such a slice
	again bool              // the formulas stand above without this part
}

// of is what follows Load and Store for a tensor.
func (p *part) of(tensor string) string {
	if p.whole == nil {
		return fmt.Sprintf("SlicePart(%s[i:])", tensor)
	}
	return fmt.Sprintf("(&%s%s)", p.whole[tensor], p.index)
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
	return len(k.distinct(tensors)) < aheadFrom && operations <= lightest
}

// lightest is the most operations of a light step; heavy ball has 7.
const lightest = 12

// distinct are θ, and the tensors that are not.
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
	fours := k.whole(tensors, "", "Fours", fmt.Sprintf("By4x%d", k.vector.lanes))
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
	whole := k.whole(tensors, section, "Whole", fmt.Sprintf("By%d", k.vector.lanes))
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

// aheadFrom is the least number of tensors for which a loop reads ahead. With fewer
// it would lose.
const aheadFrom = 4

// inStrips writes the calls of a loop over whole vectors: one, or, for tensors that
// come from memory, one for each of the strips that are read before they are
// computed on. call is the call for a section of the tensors.
func (k *kernel) inStrips(whole map[string]string, call func(section string) string) {
	all := "len(" + whole[k.theta] + ")"
	k.printf("if u.Far {\n")
	k.printf("for at := 0; at < %s; at += vec.Strip {\n", all)
	k.printf("end := min(at+vec.Strip, %s)\n", all)
	k.printf("vec.ReadAhead(at, end, %s)\n", strings.Join(k.fromLast(whole), ", "))
	k.printf("%s\n", call("[at:end]"))
	k.printf("}\n} else {\n%s\n}\n", call(""))
}

// loops are functions that stand behind a kernel's.
type loops struct {
	writer
	names []string // of those to come
}

// newLoops makes names for as many loops as there may be, stepFloat32x16's
// loopFloat32x16, loopFloat32x16V2 and so on.
func newLoops(kernel string, names *scope) *loops {
	l := &loops{}
	for range 1 << maxBranches {
		l.names = append(l.names, names.fresh("loop"+strings.TrimPrefix(kernel, "step")))
	}
	return l
}

// loopFunction writes a loop as a function, in which Go's registers are its own:
// in the kernel it would share them with all that is around it. The parameters have
// the names that the slices of whole vectors and the vectors of scalars have in the
// kernel.
func (k *kernel) loopFunction(whole map[string]string, loop func()) (call func(section string) string) {
	name := k.loops.names[0]
	k.loops.names = k.loops.names[1:]
	tensors := k.fromLast(whole)
	slices.Reverse(tensors) // θ's first
	vectors := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(k.wide)) {
		shape := k.vector.name()
		if k.p.Values[id].Type == ir.ScalarCond {
			shape = "Mask" + k.vector.shape
		}
		vectors[shape] = append(vectors[shape], k.wide[id])
	}
	parameters := fmt.Sprintf("%s [][%d]%s", strings.Join(tensors, ", "), k.vector.lanes, k.dtype)
	var scalars []string
	for _, shape := range slices.Sorted(maps.Keys(vectors)) {
		scalars = append(scalars, vectors[shape]...)
		parameters += fmt.Sprintf(", %s archsimd.%s", strings.Join(vectors[shape], ", "), shape)
	}
	outside := k.writer
	k.writer = &k.loops.writer
	k.printf("// %s is a loop over whole vectors. Its registers are its own.\n//\n//go:noinline\n", name)
	k.printf("func %s(%s) {\n", name, parameters)
	for _, t := range tensors[1:] {
		k.printf("%s = %s[:len(%s)]\n", t, t, tensors[0])
	}
	loop()
	k.printf("}\n\n")
	k.writer = outside
	return func(section string) string {
		arguments := []string{strings.Join(tensors, section+", ") + section}
		return fmt.Sprintf("%s(%s)", name, strings.Join(append(arguments, scalars...), ", "))
	}
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

// whole writes the slices of whole vectors, or of whole fours of them, all of one
// length, that of θ; they are made by a function of package vec, and their names
// have a suffix.
func (k *kernel) whole(tensors []string, section, function, suffix string) map[string]string {
	whole := map[string]string{}
	for i, t := range k.distinct(tensors) {
		whole[t] = k.scope.fresh(t + suffix)
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
