package eval_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/registry/abi"
)

// builder makes a random program: initial values, then loads and operations on
// whatever fits, then the stores.
type builder struct {
	rng *rand.Rand
	p   *ir.Program
}

// The constants are such that folding meets signed zeros, infinities and NaN.
var constants = []string{"0", "-0", "1", "2", "0.1", "1.0", "1e-8", "3", "1e200", "1e-200", "-7", "0.3333333333333333"}

var (
	unary   = []ir.Op{ir.Neg, ir.Sqrt, ir.Abs, ir.Sign, ir.Exp, ir.Log}
	binary  = []ir.Op{ir.Add, ir.Sub, ir.Mul, ir.Div, ir.Min, ir.Max, ir.Pow}
	compare = []ir.Op{ir.Eq, ir.Ne, ir.Lt, ir.Le, ir.Gt, ir.Ge}
	reduce  = []ir.Op{ir.Sum, ir.Mean, ir.Norm, ir.MaxAbs}
)

func randomProgram(rng *rand.Rand) *ir.Program {
	b := &builder{rng: rng, p: &ir.Program{Rule: "random", Hypers: []string{"a", "b"}}}
	b.leaves()
	for range 6 {
		b.operation(false)
	}
	for s := range 3 {
		b.p.States = append(b.p.States, ir.State{Name: fmt.Sprint("s", s), Init: b.number()})
	}
	b.add(ir.Value{Op: ir.Step})
	for call := range 3 {
		b.add(ir.Value{Op: one(rng, []ir.Op{ir.Uniform, ir.Normal}), Type: ir.Tensor, Ref: call})
	}
	for range 4 {
		b.add(ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: rng.IntN(3), Lag: 1 + rng.IntN(4)})
	}
	for range 40 {
		b.operation(true)
	}
	for s := range 3 {
		b.p.Stores = append(b.p.Stores, ir.Store{State: s, Value: b.pick(ir.Tensor)})
	}
	b.p.Stores = append(b.p.Stores, ir.Store{State: ir.Theta, Value: b.tensor(ir.Add, b.pick(ir.Tensor), b.pick(ir.Tensor))})
	return b.p
}

func (b *builder) add(v ir.Value) ir.ID {
	b.p.Values = append(b.p.Values, v)
	return ir.ID(len(b.p.Values) - 1)
}

func (b *builder) tensor(op ir.Op, args ...ir.ID) ir.ID {
	return b.add(ir.Value{Op: op, Type: ir.Tensor, Args: args})
}

func (b *builder) leaves() {
	b.add(ir.Value{Op: ir.ThetaIn, Type: ir.Tensor})
	b.add(ir.Value{Op: ir.Grad, Type: ir.Tensor})
	b.add(ir.Value{Op: ir.Hyper, Ref: 0})
	b.add(ir.Value{Op: ir.Hyper, Ref: 1})
	for range 3 {
		b.constant()
	}
	b.add(ir.Value{Op: ir.Lt, Type: ir.ScalarCond, Args: []ir.ID{2, 3}})
	b.add(ir.Value{Op: ir.Lt, Type: ir.TensorCond, Args: []ir.ID{0, 1}})
}

func (b *builder) constant() {
	b.add(ir.Value{Op: ir.Const, Text: one(b.rng, constants)})
}

func one[E any](rng *rand.Rand, list []E) E { return list[rng.IntN(len(list))] }

// pick is any value of one of the types; late ones are likelier.
func (b *builder) pick(types ...ir.Type) ir.ID {
	for {
		i := max(b.rng.IntN(len(b.p.Values)), b.rng.IntN(len(b.p.Values)))
		for _, t := range types {
			if b.p.Values[i].Type == t {
				return ir.ID(i)
			}
		}
	}
}

func (b *builder) number() ir.ID { return b.pick(ir.Scalar, ir.Tensor) }

// operation adds one operation; reductions only where they may stand.
func (b *builder) operation(reductions bool) {
	number, cond := ir.Type(b.rng.IntN(2)), ir.Type(2+b.rng.IntN(2))
	conds := []ir.Type{ir.ScalarCond, ir.TensorCond}[:cond-1]
	v := ir.Value{Type: number}
	switch b.rng.IntN(14) {
	case 0:
		b.constant()
		return
	case 1, 2:
		v.Op, v.Args = one(b.rng, unary), []ir.ID{b.pick(number)}
	case 3, 4, 5, 6:
		v.Op, v.Args = one(b.rng, binary), []ir.ID{b.pick(number), b.pick(number)}
	case 7:
		v = ir.Value{Op: ir.Round, Type: ir.Tensor, Args: []ir.ID{b.pick(ir.Scalar)}}
	case 8:
		v = ir.Value{Op: one(b.rng, compare), Type: cond, Args: []ir.ID{b.pick(cond - 2), b.pick(cond - 2)}}
	case 9:
		v = ir.Value{Op: one(b.rng, []ir.Op{ir.And, ir.Or}), Type: cond, Args: []ir.ID{b.pick(conds...), b.pick(conds...)}}
	case 10:
		v = ir.Value{Op: ir.Not, Type: cond, Args: []ir.ID{b.pick(conds...)}}
	case 11:
		v = ir.Value{Op: ir.PowInt, Args: []ir.ID{b.pick(ir.Scalar), b.pick(ir.Scalar)}}
	case 12:
		v = b.choice(number)
	default:
		v = ir.Value{Op: ir.Neg, Type: ir.Tensor, Args: []ir.ID{b.pick(ir.Tensor)}}
		if reductions {
			v = ir.Value{Op: one(b.rng, reduce), Args: v.Args}
		}
	}
	b.add(v)
}

// choice is a select, often of rounded scalars, which Hoist wants.
func (b *builder) choice(t ir.Type) ir.Value {
	if t == ir.Scalar {
		return ir.Value{Op: ir.Select, Type: t, Args: []ir.ID{b.pick(ir.ScalarCond), b.pick(t), b.pick(t)}}
	}
	cond, x, y := b.pick(ir.ScalarCond, ir.TensorCond), b.pick(t), b.pick(t)
	if b.rng.IntN(2) == 0 {
		x = b.tensor(ir.Round, b.pick(ir.Scalar))
		y = b.tensor(ir.Round, b.pick(ir.Scalar))
	}
	return ir.Value{Op: ir.Select, Type: t, Args: []ir.ID{cond, x, y}}
}

// run steps a program a few times and gives all that θ has been.
func run[T abi.Float](p *ir.Program, seed uint64) []T {
	rng := rand.New(rand.NewPCG(seed, 7))
	tr := train(p, []float64{rng.NormFloat64(), rng.NormFloat64()}, samples[T](rng, 4)...)
	var all []T
	for range 6 {
		g := samples[T](rng, 4)
		if rng.IntN(3) == 0 {
			g[rng.IntN(4)] = T(one(rng, []float64{0, math.Copysign(0, -1), 1e30, 1e-42}))
		}
		tr.step(g...)
		all = append(all, tr.u.Theta...)
	}
	return all
}

// Each pass leaves every bit of what a program computes.
func TestPassesKeepEveryBit(t *testing.T) {
	lags := pass.Pass{Name: "lags", Run: pass.Lags}
	pipelines := [][]pass.Pass{
		{{Name: "fold", Run: pass.Fold}, lags},
		{{Name: "hoist", Run: pass.Hoist}, lags},
		{{Name: "cse", Run: pass.CSE}, lags},
		{{Name: "dead", Run: pass.Dead}, lags},
		pass.Pipeline, pass.Exact,
		append(append([]pass.Pass(nil), pass.Pipeline...), pass.Pipeline...),
	}
	changed, numbers := make([]int, len(pipelines)), 0
	for seed := range uint64(300) {
		p := randomProgram(rand.New(rand.NewPCG(seed, 6)))
		plain, err := pass.Run(p, []pass.Pass{lags})
		require.NoError(t, err, "%s", p)
		single, double := run[float32](plain, seed), run[float64](plain, seed)
		for _, x := range double {
			if x == x && !math.IsInf(x, 0) && x != 0 {
				numbers++
			}
		}
		for i, passes := range pipelines {
			q, err := pass.Run(p, passes)
			require.NoError(t, err)
			sameBits(t, single, run[float32](q, seed), "f32 after", passes[0].Name, strconv.Itoa(i), q)
			sameBits(t, double, run[float64](q, seed), "f64 after", passes[0].Name, strconv.Itoa(i), q)
			if q.String() != plain.String() {
				changed[i]++
			}
		}
	}
	for i, n := range changed {
		assert.Greater(t, n, 20, "the passes %d had hardly anything to do", i)
	}
	assert.Greater(t, numbers, 1500, "the programs hardly compute a number")
	t.Logf("programs changed: %v; numbers: %d", changed, numbers)
}

// A program for a known outcome of a scalar condition computes the same.
func TestSpecializeKeepsEveryBit(t *testing.T) {
	tried := 0
	for seed := range uint64(200) {
		p, err := pass.Run(randomProgram(rand.New(rand.NewPCG(seed, 8))), pass.Pipeline)
		require.NoError(t, err)
		for i, v := range p.Values {
			if v.Op != ir.Lt || v.Type != ir.ScalarCond || p.Values[v.Args[0]].Op != ir.Hyper || p.Values[v.Args[1]].Op != ir.Hyper {
				continue
			}
			tried++
			rng := rand.New(rand.NewPCG(seed, 7)) // the hyperparameters of run
			hyper := []float64{rng.NormFloat64(), rng.NormFloat64()}
			holds := hyper[p.Values[v.Args[0]].Ref] < hyper[p.Values[v.Args[1]].Ref]
			q := pass.Specialize(p, ir.ID(i), holds)
			sameBits(t, run[float32](p, seed), run[float32](q, seed), seed)
		}
	}
	assert.Greater(t, tried, 20)
}
