package gogen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
)

// kernel writes the function of one variant.
type kernel struct {
	*writer
	*plan
	dtype   string  // the Go type of an element
	vector  *vector // what the loops compute on; nil for one element at a time
	scope   *scope
	names   []string // of the variables written so far, by value
	named   []naming // in what order
	wide    []string // of the vectors of scalars written so far, by value
	part    *part    // of the tensors, in a vector loop
	buffers map[buffer]string
	theta   string
	grad    string
	line    int    // whose text was written last
	loops   *loops // that stand behind the function
}

// buffer is a state as it was some steps ago.
type buffer struct{ state, lag int }

// naming is a value that was given a name, and the name it had before.
type naming struct {
	id     ir.ID
	before string
}

// name gives a value a name, until the end of the loop that is being written.
func (k *kernel) name(id ir.ID, name string) {
	k.named = append(k.named, naming{id, k.names[id]})
	k.names[id] = name
}

func newKernel(w *writer, p *ir.Program) *kernel {
	k := &kernel{writer: w, plan: newPlan(p), dtype: "T", scope: newScope(), loops: &loops{}}
	k.names, k.wide, k.buffers = make([]string, len(p.Values)), make([]string, len(p.Values)), map[buffer]string{}
	return k
}

// emit writes the function; parameters are its type parameters, in brackets.
func (k *kernel) emit(name, parameters string) {
	k.printf("// %s is one step%s.\n", name, k.choices())
	k.printf("func %s%s(u *abi.Update[%s]) {\n", name, parameters, k.dtype)
	k.inputs()
	k.tensors()
	for pass := range k.passes {
		k.scalars(pass)
		if pass == 0 {
			k.initial()
		}
		if pass < k.passes-1 {
			k.reduce(pass)
		}
	}
	k.lastLoop(maxBranches)
	k.printf("}\n\n%s", &k.loops.writer)
}

func (k *kernel) choices() string {
	text := ""
	for i, c := range k.p.Choices {
		text += []string{" with ", ", "}[min(i, 1)] + strings.Replace(c, "=", " = ", 1)
	}
	return text
}

// inputs names the hyperparameters and t.
func (k *kernel) inputs() {
	for h, name := range k.p.Hypers {
		if id, ok := k.find(func(v *ir.Value) bool { return v.Op == ir.Hyper && v.Ref == h }); ok {
			k.variableFor(id, name, fmt.Sprintf("u.Hyper[%d]", h))
		}
	}
	if id, ok := k.find(func(v *ir.Value) bool { return v.Op == ir.Step }); ok {
		k.variableFor(id, "t", "float64(u.T)")
	}
}

// find is the first live value of a kind.
func (k *kernel) find(is func(*ir.Value) bool) (ir.ID, bool) {
	for i := range k.p.Values {
		if k.live[i] && is(&k.p.Values[i]) {
			return ir.ID(i), true
		}
	}
	return 0, false
}

// variableFor writes a variable and remembers it. Constant expressions get
// their type from the caller.
func (k *kernel) variableFor(id ir.ID, name, text string) {
	k.name(id, k.scope.fresh(name))
	k.printf("%s := %s\n", k.names[id], text)
}

// scalars writes the scalars that a pass needs first, and rounds those that
// meet a tensor.
func (k *kernel) scalars(pass int) {
	for i := range k.p.Values {
		id, v := ir.ID(i), &k.p.Values[i]
		if !k.live[i] || k.stage[i] != pass || !k.variable[i] || k.names[id] != "" || v.Op.Reduction() {
			continue
		}
		if v.Type == ir.Scalar || v.Type == ir.ScalarCond || v.Op == ir.Round {
			k.comment(v.Line)
			k.define(id)
		}
	}
	k.line = 0
}

// comment writes the rule's line above the first value that comes from it.
func (k *kernel) comment(line int) {
	if text := k.p.LineText(line); line != k.line && text != "" && (k.part == nil || !k.part.again) {
		k.printf("// %s\n", text)
	}
	k.line = line
}

// define writes the variable of a value.
func (k *kernel) define(id ir.ID) {
	v := &k.p.Values[id]
	text, _ := k.expr(id)
	if v.Op == ir.Const || v.Op == ir.Round && k.constantRound(v) {
		text = k.typeName(v) + "(" + text + ")"
	}
	k.name(id, k.nameFor(id))
	k.printf("%s := %s\n", k.names[id], text)
}

// nameFor is an identifier for a value: the rule's name for it, or one that
// says what it is.
func (k *kernel) nameFor(id ir.ID) string {
	v := &k.p.Values[id]
	switch {
	case v.Name != "":
		return k.scope.fresh(v.Name)
	case k.stored(id) != "":
		return k.scope.fresh(k.stored(id))
	case k.part != nil && leaf(v.Op):
		return k.scope.fresh(vectorName(k.tensor(v)))
	case v.Op == ir.Round && k.names[v.Args[0]] != "":
		return k.scope.fresh(k.names[v.Args[0]] + "T")
	case v.Type.Cond():
		return k.scope.numbered("cond")
	case v.Type == ir.Tensor && v.Op != ir.Round:
		return k.scope.numbered("x")
	}
	return k.scope.numbered("c")
}

// stored is the name of what a value is stored to, or "".
func (k *kernel) stored(id ir.ID) string {
	for _, s := range k.p.Stores {
		switch {
		case s.Value != id:
		case s.State == ir.Theta:
			return "thetaNext"
		default:
			return k.p.States[s.State].Name
		}
	}
	return ""
}

// body writes, inside a loop, the variables that make the given values.
func (k *kernel) body(roots []ir.ID) {
	live := k.p.Reach(roots, true)
	k.line = 0
	k.load(live)
	for i := range k.p.Values {
		v := &k.p.Values[i]
		if live[i] && elementwise(v) && k.variable[i] && k.names[ir.ID(i)] == "" {
			k.comment(v.Line)
			k.define(ir.ID(i))
		}
	}
	k.line = 0
}

// inLoop runs write with variables that end with the loop.
func (k *kernel) inLoop(write func()) {
	outside, before := k.scope, len(k.named)
	k.scope = outside.inner()
	write()
	k.scope = outside
	for _, n := range slices.Backward(k.named[before:]) {
		k.names[n.id] = n.before
	}
	k.named = k.named[:before]
}

// maxBranches bounds the loops that are written for the outcomes of scalar
// conditions to two to this power.
const maxBranches = 2

// lastLoop writes the loop that stores, once for each outcome of the scalar
// conditions that choose between tensors.
func (k *kernel) lastLoop(branches int) {
	cond, ok := k.branch()
	if !ok || branches == 0 {
		k.storeLoop()
		return
	}
	text, _ := k.ref(cond)
	k.printf("if %s {\n", text)
	k.outcome(cond, true).lastLoop(branches - 1)
	k.printf("} else {\n")
	k.outcome(cond, false).lastLoop(branches - 1)
	k.printf("}\n")
}

// outcome is the kernel for the case that a scalar condition is known.
func (k *kernel) outcome(cond ir.ID, value bool) *kernel {
	q := *k
	q.plan = k.plan.outcome(cond, value)
	q.scope, q.wide = k.scope.inner(), slices.Clone(k.wide)
	return &q
}
