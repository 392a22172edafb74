package spec_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// The bound for f32 is derived by running error analysis (Wilkinson 1960;
// Higham, Accuracy and Stability of Numerical Algorithms, section 3.3): beside
// each value of a binary64 run goes a bound of how far the same value of a
// binary32 run can be from it. Every binary32 operation adds at most unit of
// its result; the errors of the operands pass through by the operation's own
// interval arithmetic. So the bound holds for this run and these gradients,
// element by element and step by step, with no constant to choose.

// unit is the unit roundoff of binary32, and tiny its half least subnormal.
const (
	unit = 1.0 / (1 << 24)
	tiny = 0x1p-150
)

// approx is a number and a bound of the binary32 run's distance from it.
type approx struct{ x, err float64 }

// rounded adds the rounding of the operation that gives x with an error of err
// from its operands.
func rounded(x, err float64) approx {
	return approx{x, err + unit*(math.Abs(x)+err) + tiny}
}

// analysis runs one element of a program with its bounds.
type analysis struct {
	p      *ir.Program
	hypers []float64
	states [][]approx // by state, then buffer
	theta  approx
	t      int64
}

func newAnalysis(p *ir.Program, hypers []float64, theta0 float64) *analysis {
	a := &analysis{p: p, hypers: hypers, theta: rounded(theta0, 0)}
	for _, s := range p.States {
		a.states = append(a.states, make([]approx, s.Buffers))
	}
	return a
}

// step performs one step and its error analysis.
func (a *analysis) step(g float64) error {
	a.t++
	values := make([]approx, len(a.p.Values))
	for i := range a.p.Values {
		v, err := a.value(&a.p.Values[i], values, g)
		if err != nil {
			return err
		}
		values[i] = v
		if a.t == 1 {
			a.initial(ir.ID(i), v)
		}
	}
	for _, s := range a.p.Stores {
		if s.State == ir.Theta {
			a.theta = values[s.Value]
			continue
		}
		buffers := a.states[s.State]
		buffers[a.t%int64(len(buffers))] = values[s.Value]
	}
	return nil
}

// initial fills the states whose value before the first step is this one. A
// program has it before the first load.
func (a *analysis) initial(id ir.ID, v approx) {
	for s := range a.p.States {
		if a.p.States[s].Init != id {
			continue
		}
		if a.p.Values[id].Type == ir.Scalar {
			v = rounded(v.x, v.err)
		}
		for b := range a.states[s] {
			a.states[s][b] = v
		}
	}
}

func (a *analysis) value(v *ir.Value, made []approx, g float64) (approx, error) {
	var x, y approx
	if len(v.Args) > 0 {
		x = made[v.Args[0]]
	}
	if len(v.Args) > 1 {
		y = made[v.Args[1]]
	}
	switch v.Op {
	case ir.Const:
		c, err := strconv.ParseFloat(v.Text, 64)
		return approx{c, 0}, err
	case ir.Hyper:
		return approx{a.hypers[v.Ref], 0}, nil
	case ir.Step:
		return approx{float64(a.t), 0}, nil
	case ir.ThetaIn:
		return a.theta, nil
	case ir.Grad:
		return rounded(g, 0), nil
	case ir.Load:
		buffers := a.states[v.Ref]
		n := int64(len(buffers))
		return buffers[(a.t-int64(v.Lag)+n)%n], nil
	case ir.Round:
		return rounded(x.x, 0), nil
	case ir.Select, ir.Gt, ir.Ge, ir.Lt, ir.Le:
		return a.decide(v, made)
	}
	if v.Type == ir.Scalar {
		return scalarOp(v.Op, x.x, y.x)
	}
	return tensorOp(v.Op, x, y)
}

// decide handles scalar conditions, which both runs decide alike.
func (a *analysis) decide(v *ir.Value, made []approx) (approx, error) {
	x, y := made[v.Args[0]], made[v.Args[1]]
	if v.Op == ir.Select && a.p.Values[v.Args[0]].Type == ir.ScalarCond {
		if x.x == 1 {
			return y, nil
		}
		return made[v.Args[2]], nil
	}
	if v.Type != ir.ScalarCond {
		return approx{}, fmt.Errorf("no error analysis for %s on elements", v.Op)
	}
	holds := map[ir.Op]bool{ir.Gt: x.x > y.x, ir.Ge: x.x >= y.x, ir.Lt: x.x < y.x, ir.Le: x.x <= y.x}[v.Op]
	return approx{num.Select(holds, 1.0, 0), 0}, nil
}

func scalarOp(op ir.Op, x, y float64) (approx, error) {
	switch op {
	case ir.Add:
		return approx{x + y, 0}, nil
	case ir.Sub:
		return approx{x - y, 0}, nil
	case ir.Mul:
		return approx{x * y, 0}, nil
	case ir.Div:
		return approx{x / y, 0}, nil
	case ir.Sqrt:
		return approx{math.Sqrt(x), 0}, nil
	case ir.PowInt:
		return approx{num.PowInt(x, y), 0}, nil
	}
	return approx{}, fmt.Errorf("no error analysis for the scalar operation %s", op)
}

func tensorOp(op ir.Op, x, y approx) (approx, error) {
	ax, ay := math.Abs(x.x), math.Abs(y.x)
	switch op {
	case ir.Add:
		return rounded(x.x+y.x, x.err+y.err), nil
	case ir.Sub:
		return rounded(x.x-y.x, x.err+y.err), nil
	case ir.Mul:
		return rounded(x.x*y.x, ax*y.err+ay*x.err+x.err*y.err), nil
	case ir.Div:
		if y.err >= ay {
			return approx{x.x / y.x, math.Inf(1)}, nil
		}
		return rounded(x.x/y.x, (ax*y.err+ay*x.err)/(ay*(ay-y.err))), nil
	case ir.Sqrt:
		root := math.Sqrt(x.x)
		return rounded(root, max(math.Sqrt(x.x+x.err)-root, root-math.Sqrt(max(x.x-x.err, 0)))), nil
	case ir.Max:
		return approx{num.Max(x.x, y.x), max(x.err, y.err)}, nil
	case ir.Min:
		return approx{num.Min(x.x, y.x), max(x.err, y.err)}, nil
	case ir.Pow: // monotonic in both, for a positive base: the corners bound it
		p, worst := math.Pow(x.x, y.x), 0.0
		for _, base := range []float64{max(x.x-x.err, 0), x.x + x.err} {
			for _, power := range []float64{y.x - y.err, y.x + y.err} {
				worst = max(worst, math.Abs(math.Pow(base, power)-p))
			}
		}
		return rounded(p, worst), nil
	}
	return approx{}, fmt.Errorf("no error analysis for the tensor operation %s", op)
}

// loosest bounds the derived bounds themselves, relative to 1 + |θ|: a bound
// that says nothing would pass every run.
const loosest = 1e-5

func TestGoldenTrajectoriesInSingle(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.File, func(t *testing.T) {
			rule, variant, hypers := g.resolve(t)
			compiled, _ := dsl.Compile(g.Rule+".opt", rule.Source)
			require.NotNil(t, compiled)
			got := trajectory[float32](t, rule, variant, hypers, &g)
			worst, widest := 0.0, 0.0
			for i, theta0 := range g.Theta0 {
				a := newAnalysis(compiled.Programs[variant], hypers, theta0)
				for s, row := range g.Gradients {
					require.NoError(t, a.step(row[i]))
					// the authors' float64 arithmetic is within goldenTolerance of ours
					bound := a.theta.err + goldenTolerance*math.Abs(g.Theta[s][i])
					off := math.Abs(float64(got[s][i]) - g.Theta[s][i])
					require.LessOrEqual(t, off, bound, "step %d, element %d: %v, the authors have %v", s+1, i, got[s][i], g.Theta[s][i])
					worst = max(worst, off/(1+math.Abs(g.Theta[s][i])))
					widest = max(widest, bound/(1+math.Abs(g.Theta[s][i])))
				}
			}
			t.Logf("greatest difference %.1e, greatest bound %.1e, relative to 1+|theta|", worst, widest)
			assert.Less(t, widest, loosest, "the bound says too little")
		})
	}
}
