package mutate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

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
	ids := make([]int, len(p.Values))
	for i, v := range p.Values {
		args := make([]int, len(v.Args))
		for j, a := range v.Args {
			args[j] = ids[a]
		}
		switch {
		case v.Op == ir.Load && g.step > 0 && int64(v.Lag) >= g.step:
			ids[i] = g.before(p, ids, v.Ref)
		default:
			ids[i] = g.node(v, args)
		}
		if f, ok := g.signs[ir.ID(i)]; ok {
			ids[i] = g.assume(ids[i], f)
		}
	}
	return ids
}

// before is a state's initial value as a later step reads it: it is made of the
// parameter, gradient and hyperparameters of step 1, of which nothing is assumed.
func (g *graph) before(p *ir.Program, ids []int, state int) int {
	init := p.States[state].Init
	if g.step == 1 {
		return g.first(p, ids, init)
	}
	early := &graph{
		index: map[string]int{}, instead: map[int]int{}, wide: g.wide, ranges: g.ranges,
		step: 1, time: always(1), states: g.states, hypers: g.hypers,
	}
	n := early.first(p, early.program(p), init)
	if x, ok := early.nodes[n].fact.constant(); ok && g.ranges {
		return g.number(ir.Tensor, x)
	}
	return g.intern(node{op: ir.Load, typ: ir.Tensor, key: "initial " + early.text(n), fact: early.nodes[n].fact})
}

// text writes a node with all that it is made of.
func (g *graph) text(id int) string {
	n := &g.nodes[id]
	text := fmt.Sprint(n.op, " ", n.typ, " ", n.key, n.cond, n.set)
	for _, a := range n.args {
		text += "(" + g.text(a) + ")"
	}
	return text
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
	v.Name, v.Line, v.Args = "", 0, nil
	return g.intern(node{op: v.Op, typ: v.Type, key: fmt.Sprintf("%+v", v), fact: f})
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
	var b strings.Builder
	fmt.Fprint(&b, n.op, " ", n.typ, " ", n.key, n.args)
	id, ok := g.index[b.String()]
	if !ok {
		id = len(g.nodes)
		g.nodes = append(g.nodes, n)
		g.index[b.String()] = id
	}
	if x, ok := g.instead[id]; ok {
		return x
	}
	return id
}
