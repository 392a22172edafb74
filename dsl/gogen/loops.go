package gogen

import (
	"fmt"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
)

// number0 tells a constant that is +0.
func number0(text string) bool {
	x, err := strconv.ParseFloat(text, 64)
	return err == nil && number(x) == "0"
}

// initial writes what a tensor's first step does before all else: give the
// states their values before it.
func (k *kernel) initial() {
	if len(k.p.States) == 0 {
		return
	}
	k.printf("if u.T == 1 {\n")
	first := 0
	for s, state := range k.p.States {
		k.printf("// state %s\n", state.Name)
		if k.zero(state.Init) {
			k.clear(first, state.Buffers)
		} else {
			k.fill(s)
		}
		first += state.Buffers
	}
	k.printf("}\n")
}

func (k *kernel) clear(first, n int) {
	if n == 1 {
		k.printf("clear(u.State[%d])\n", first)
		return
	}
	k.printf("for _, buffer := range u.State[%d:%d] {\nclear(buffer)\n}\n", first, first+n)
}

// fill gives every buffer of a state its initial value.
func (k *kernel) fill(s int) {
	state := k.p.States[s]
	k.printf("for i := range %s {\n", k.theta)
	k.inLoop(func() {
		k.body([]ir.ID{state.Init})
		value, _ := k.ref(state.Init)
		v := &k.p.Values[state.Init]
		if v.Type == ir.Scalar {
			if v.Op == ir.Const {
				value = "float64(" + value + ")"
			}
			value = k.dtype + "(" + value + ")"
		}
		for lag := 1; lag <= state.Buffers; lag++ {
			k.printf("%s[i] = %s\n", k.buffers[buffer{s, lag}], value)
		}
	})
	k.printf("}\n")
}

// storeLoop writes the loop that stores.
func (k *kernel) storeLoop() {
	if k.vector != nil {
		k.vectorStoreLoop()
		return
	}
	k.printf("for i := range %s {\n", k.theta)
	k.inLoop(func() {
		k.body(k.p.Stored())
		for _, s := range k.p.Stores {
			value, _ := k.ref(s.Value)
			k.printf("%s[i] = %s\n", k.target(s), value)
		}
	})
	k.printf("}\n")
}

// target is the tensor that a store writes.
func (k *kernel) target(s ir.Store) string {
	if s.State == ir.Theta {
		return k.theta
	}
	return k.buffers[buffer{s.State, k.p.States[s.State].Buffers}]
}

// reduce writes a pass that reads: all its reductions in one loop, block by
// block, each block in lanes.
func (k *kernel) reduce(pass int) {
	ids := k.reductions(pass)
	sums := map[ir.ID]string{}
	for _, id := range ids {
		if k.p.Values[id].Op == ir.MaxAbs {
			k.name(id, k.scope.fresh(k.reductionName(id)))
			k.printf("%s := 0.0\n", k.names[id])
			continue
		}
		sums[id] = k.scope.numbered("tree")
		k.printf("var %s num.Tree\n", sums[id])
	}
	block := k.block
	if k.vector != nil {
		k.widen(k.arguments(ids))
		block = k.vectorBlock
	}
	k.printf("for at := 0; at < len(%s); at += num.Block {\n", k.theta)
	k.inLoop(func() { block(ids, sums) })
	k.printf("}\n")
	for _, id := range ids {
		if tree, ok := sums[id]; ok {
			k.result(id, tree)
		}
	}
}

// block writes the loop over one block's elements.
func (k *kernel) block(ids []ir.ID, sums map[ir.ID]string) {
	lanes := map[ir.ID]string{}
	for _, id := range ids {
		if sums[id] != "" {
			lanes[id] = k.scope.numbered("lanes")
			k.printf("var %s num.Lanes\n", lanes[id])
		}
	}
	k.printf("for i := at; i < min(at+num.Block, len(%s)); i++ {\n", k.theta)
	k.body(k.arguments(ids))
	for _, id := range ids {
		k.accumulate(id, lanes[id])
	}
	k.printf("}\n")
	for _, id := range ids {
		if sums[id] != "" {
			k.printf("%s.Add(%s.Sum())\n", sums[id], lanes[id])
		}
	}
}

// arguments are the tensors that some reductions take.
func (k *kernel) arguments(reductions []ir.ID) []ir.ID {
	args := make([]ir.ID, len(reductions))
	for i, id := range reductions {
		args[i] = k.p.Values[id].Args[0]
	}
	return args
}

func (k *kernel) accumulate(id ir.ID, lanes string) {
	v := &k.p.Values[id]
	x, _ := k.ref(v.Args[0])
	switch v.Op {
	case ir.MaxAbs:
		k.printf("%s = num.Max(num.Abs(float64(%s)), %s)\n", k.names[id], x, k.names[id])
	case ir.Norm:
		k.printf("%s[i&7] += float64(float64(%s) * float64(%s))\n", lanes, x, x)
	default:
		k.printf("%s[i&7] += float64(%s)\n", lanes, x)
	}
}

// result writes a reduction's value once its tree is complete.
func (k *kernel) result(id ir.ID, tree string) {
	text := tree + ".Sum()"
	switch k.p.Values[id].Op {
	case ir.Mean:
		text = fmt.Sprintf("%s / float64(len(%s))", text, k.theta)
	case ir.Norm:
		text = "num.Sqrt(" + text + ")"
	}
	k.comment(k.p.Values[id].Line)
	k.variableFor(id, k.reductionName(id), text)
}

func (k *kernel) reductionName(id ir.ID) string {
	v := &k.p.Values[id]
	if v.Name != "" {
		return v.Name
	}
	if arg := &k.p.Values[v.Args[0]]; arg.Name != "" {
		return v.Op.String() + title(camel(arg.Name))
	} else if arg.Op == ir.ThetaIn {
		return v.Op.String() + "Theta"
	} else if arg.Op == ir.Grad {
		return v.Op.String() + "Grad"
	}
	return v.Op.String() + "1"
}
