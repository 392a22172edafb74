package gogen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

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
	scalars, parameters := k.scalarParameters()
	kernel := k.writer
	k.writer = &k.loops.writer
	k.printf("// %s is a loop over whole vectors. Its registers are its own.\n//\n//go:noinline\n", name)
	k.printf("func %s(%s [][%d]%s%s) {\n", name, strings.Join(tensors, ", "), k.vector.lanes, k.dtype, parameters)
	for _, t := range tensors[1:] {
		k.printf("%s = %s[:len(%s)]\n", t, t, tensors[0])
	}
	loop()
	k.printf("}\n\n")
	k.writer = kernel
	return func(section string) string {
		arguments := []string{strings.Join(tensors, section+", ") + section}
		return fmt.Sprintf("%s(%s)", name, strings.Join(append(arguments, scalars...), ", "))
	}
}

// scalarParameters are the vectors of scalars, and as parameters, those of one type
// together.
func (k *kernel) scalarParameters() (names []string, parameters string) {
	ofType := map[string][]string{}
	for id, name := range k.wide {
		if name == "" {
			continue
		}
		vector := k.vector.name()
		if k.p.Values[id].Type == ir.ScalarCond {
			vector = "Mask" + k.vector.shape
		}
		ofType[vector] = append(ofType[vector], name)
	}
	for _, vector := range slices.Sorted(maps.Keys(ofType)) {
		names = append(names, ofType[vector]...)
		parameters += fmt.Sprintf(", %s archsimd.%s", strings.Join(ofType[vector], ", "), vector)
	}
	return names, parameters
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
