package mutate

import (
	"math"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// graph holds the nodes of all programs that are compared; equal ones are one.
type graph struct {
	nodes  []node
	index  map[string]int
	wide   bool // tensors are f64
	ranges bool // facts may be used
	step   int64
	time   fact
	states []fact
	hypers []abi.Hyper

	signs   map[ir.ID]fact // what is assumed of values of the program that is read
	never   bool           // the assumptions exclude one another
	instead map[int]int    // the number that a node is by the assumptions

	begin *graph // of step 1, in a later step that reads initial values
}

type node struct {
	op   ir.Op
	typ  ir.Type
	args []int
	key  string // of a leaf
	fact fact   // of a number
	cond bool   // of a condition that is known
	set  bool   // the condition is known
}

// program gives each value of a program its node.
func (g *graph) program(p *ir.Program) []int {
	r := g.reader(p)
	for i := range p.Values {
		r.value(ir.ID(i))
	}
	return r.ids
}

// reader gives values of a program their nodes.
type reader struct {
	g   *graph
	p   *ir.Program
	ids []int // unread where a value has none yet
}

const unread = -1

func (g *graph) reader(p *ir.Program) *reader {
	return &reader{g: g, p: p, ids: slices.Repeat([]int{unread}, len(p.Values))}
}

// value reads a value, and before it what it is made of.
func (r *reader) value(id ir.ID) int {
	if r.ids[id] != unread {
		return r.ids[id]
	}
	v := r.p.Values[id]
	args := make([]int, len(v.Args))
	for i, a := range v.Args {
		args[i] = r.value(a)
	}
	if v.Op == ir.Load && r.g.step > 0 && int64(v.Lag) >= r.g.step {
		r.ids[id] = r.before(r.p.States[v.Ref].Init)
	} else {
		r.ids[id] = r.g.node(v, args)
	}
	if f, ok := r.g.signs[id]; ok {
		r.ids[id] = r.g.assume(r.ids[id], f)
	}
	return r.ids[id]
}

// before is a state's initial value as a step reads it. It is made of the
// parameter, gradient and hyperparameters of step 1, of which a later step knows
// nothing: what is assumed holds for those of its own.
func (r *reader) before(init ir.ID) int {
	g := r.g
	if g.step == 1 {
		r.value(init)
		return g.first(r.p, r.ids, init)
	}
	if g.begin == nil {
		g.begin = &graph{index: map[string]int{}, wide: g.wide, ranges: g.ranges, step: 1,
			time: always(1), states: g.states, hypers: g.hypers}
	}
	old := g.begin.reader(r.p).before(init)
	f := g.begin.nodes[old].fact
	if x, ok := f.constant(); ok && g.ranges {
		return g.number(ir.Tensor, x)
	}
	return g.intern(node{op: ir.Load, typ: ir.Tensor, key: "initial " + strconv.Itoa(old), fact: f})
}

// leaf is a value without arguments.
func (g *graph) leaf(v ir.Value) int {
	f := anything
	switch v.Op {
	case ir.Const:
		x, _ := strconv.ParseFloat(v.Text, 64)
		return g.number(v.Type, x)
	case ir.Hyper:
		f = of(g.hypers[v.Ref].Domain)
	case ir.Step:
		f = g.time
	case ir.Load:
		f = g.states[v.Ref]
	}
	key := "leaf " + strconv.Itoa(v.Ref) + ", " + strconv.Itoa(v.Lag)
	return g.intern(node{op: v.Op, typ: v.Type, key: key, fact: f})
}

// number is a constant of a type: binary64, or the dtype's.
func (g *graph) number(t ir.Type, x float64) int {
	x = g.round(t)(x)
	bits := math.Float64bits(x)
	if x != x {
		bits = math.Float64bits(math.NaN())
	}
	return g.intern(node{op: ir.Const, typ: t, key: strconv.FormatUint(bits, 16), fact: always(x)})
}

// truth is a condition that is known.
func (g *graph) truth(t ir.Type, c bool) int {
	return g.intern(node{op: ir.Eq, typ: t, key: strconv.FormatBool(c), cond: c, set: true})
}

func (g *graph) round(t ir.Type) func(float64) float64 {
	if t == ir.Tensor && !g.wide {
		return func(x float64) float64 { return float64(float32(x)) }
	}
	return func(x float64) float64 { return x }
}

// intern is the node that is equal to n, which is added where there is none. A
// number that can be but one is that number.
func (g *graph) intern(n node) int {
	if x, ok := n.fact.constant(); ok && g.ranges && !n.typ.Cond() && n.op != ir.Const {
		return g.number(n.typ, x)
	}
	key := strconv.AppendInt(make([]byte, 0, 64), int64(n.op), 10)
	key = strconv.AppendInt(append(key, ' '), int64(n.typ), 10)
	key = append(append(key, ' '), n.key...)
	for _, a := range n.args {
		key = strconv.AppendInt(append(key, ' '), int64(a), 10)
	}
	id, ok := g.index[string(key)]
	if !ok {
		id = len(g.nodes)
		g.nodes = append(g.nodes, n)
		g.index[string(key)] = id
	}
	if x, ok := g.instead[id]; ok {
		return x
	}
	return id
}
