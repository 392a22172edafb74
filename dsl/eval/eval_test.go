package eval_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/registry/abi"
)

// The value of step s lies in buffer s mod lag, and all buffers begin with the
// initial value.
func TestStatesLieInTheirBuffers(t *testing.T) {
	p := compiled(t, `optimizer lagged
hyper b = 1 in (-inf, inf)
state m = 10*b
state n = g
m[t] = g
n[t] = theta
theta[t+1] = m[t-3] + n[t-1]*0 + theta*0
`, pass.Pipeline)
	tr := train(p, []float64{2}, 7.0)
	want := []struct{ theta, m0, m1, m2, n float64 }{
		{20, 20, 1, 20, 7},
		{20, 20, 1, 2, 20},
		{20, 3, 1, 2, 20},
		{1, 3, 4, 2, 20},
		{2, 3, 4, 5, 1},
		{3, 6, 4, 5, 2},
	}
	for i, w := range want {
		tr.step(float64(i + 1))
		got := []float64{tr.u.Theta[0], tr.u.State[0][0], tr.u.State[1][0], tr.u.State[2][0], tr.u.State[3][0]}
		assert.Equal(t, []float64{w.theta, w.m0, w.m1, w.m2, w.n}, got, "step %d", i+1)
		tr.u.Hyper = []float64{99} // the initial value is that of step 1
	}
}

// Initial values may be of elements, of θ and the first gradient, and are
// rounded to the dtype.
func TestInitialValues(t *testing.T) {
	p := compiled(t, `optimizer start
hyper b = 1 in (-inf, inf)
state m = if g > theta then g^2 else b
m[t] = m[t-1]
theta[t+1] = theta + m
`, pass.Pipeline)
	tr := train(p, []float64{0.1}, float32(1), 5)
	tr.step(3, 3)
	assert.Equal(t, []float32{9, float32(0.1)}, tr.u.State[0])
	tr.step(100, 100)
	assert.Equal(t, []float32{9, float32(0.1)}, tr.u.State[0])
	assert.Equal(t, []float32{19, 5 + float32(0.1) + float32(0.1)}, tr.u.Theta)
}

// A scalar is computed in binary64 and rounded once where it meets a tensor.
func TestScalarsAreRoundedOnce(t *testing.T) {
	p := compiled(t, `optimizer scalars
hyper a = 0.1 in (-inf, inf)
hyper b = 0.2 in (-inf, inf)
theta[t+1] = theta*(a + b) + a*g
`, pass.Pipeline)
	a, b := 0.1, 0.2
	rng := rand.New(rand.NewPCG(3, 3))
	theta, g := samples[float32](rng, 50), samples[float32](rng, 50)
	var want, late []float32 // late: rounded only at the end
	for i := range theta {
		want = append(want, float32(theta[i]*float32(a+b))+float32(float32(a)*g[i]))
		late = append(late, float32(float64(theta[i])*(a+b)+a*float64(g[i])))
	}
	tr := train(p, []float64{a, b}, theta...)
	tr.step(g...)
	sameBits(t, want, tr.u.Theta)
	assert.NotEqual(t, late, want, "the numbers can't tell")
}

// No product is fused with a sum: (1+e)^2 - 1 - 2e is 0 when rounded, e^2 fused.
func TestNothingIsFused(t *testing.T) {
	p := compiled(t, "optimizer fused\nhyper h = 1 in (-inf, inf)\ns = h*h - h*h\ntheta[t+1] = theta*theta - g + s\n", pass.Pipeline)
	x := 1 + math.Ldexp(1, -30)
	tr := train(p, []float64{0.1}, x)
	tr.step(1 + math.Ldexp(1, -29))
	assert.Zero(t, tr.u.Theta[0])
	y := float32(1 + math.Ldexp(1, -13))
	single := train(p, []float64{0.1}, y)
	single.step(float32(1 + math.Ldexp(1, -12)))
	assert.Zero(t, single.u.Theta[0])
}

// Reductions see the values before the step, whatever is stored in place, and
// may be of reductions.
func TestReductions(t *testing.T) {
	p := compiled(t, `optimizer reduce
state m
mu   = mean(g)
m[t] = m[t-1] + g
s    = sum(m) + sum(m[t-1])
d    = norm(g - mu)
big  = maxabs(theta - s)
theta[t+1] = theta + s + d + big
`, pass.Pipeline)
	tr := train(p, nil, 1.0, -2)
	tr.step(3, 7) // mu 5; m 3, 7; s 10+0; d sqrt(8); big max(|-9|, |-12|)
	root := math.Sqrt(8)
	assert.Equal(t, []float64{1 + 10 + root + 12, -2 + 10 + root + 12}, tr.u.Theta)
	assert.Equal(t, []float64{3, 7}, tr.u.State[0])
	theta := append([]float64(nil), tr.u.Theta...)
	tr.step(1, 1) // mu 1; m 4, 8; s 12+10; d 0
	big := max(math.Abs(theta[0]-22), math.Abs(theta[1]-22))
	assert.Equal(t, []float64{theta[0] + 22 + 0 + big, theta[1] + 22 + 0 + big}, tr.u.Theta)
}

func TestReductionsOfNothingAndOfNaN(t *testing.T) {
	nan := math.NaN()
	for _, f := range []string{"sum", "mean", "norm", "maxabs"} {
		p := compiled(t, "optimizer r\nx = "+f+"(g)\ntheta[t+1] = theta*0 + x\n", pass.Pipeline)
		tr := train(p, nil, 1.0, 1, 1)
		tr.step(5, nan, 7)
		sameBits(t, []float64{nan, nan, nan}, tr.u.Theta, f)
		none := train[float64](p, nil)
		none.step()
		assert.Empty(t, none.u.Theta)
	}
}

// The oracle's tree, written as the reference says it, and package num's, which
// generated code uses, are one.
func TestTheTreeIsThatOfPackageNum(t *testing.T) {
	p := compiled(t, "optimizer tree\ntheta[t+1] = theta*0 + sum(g)\n", pass.Pipeline)
	rng := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{1, 7, 8, 9, 1023, 1024, 1025, 2048, 3000, 5*1024 + 1, 7 * 1024} {
		g := samples[float64](rng, n)
		tr := train(p, nil, make([]float64, n)...)
		tr.step(g...)
		var tree num.Tree
		for at := 0; at < n; at += num.Block {
			var lanes num.Lanes
			for i := at; i < min(at+num.Block, n); i++ {
				lanes[i&7] += g[i]
			}
			tree.Add(lanes.Sum())
		}
		sameBits(t, []float64{tree.Sum()}, tr.u.Theta[:1], n)
	}
}

func TestGradientsAreNotWritten(t *testing.T) {
	p := compiled(t, pnmText, pass.Pipeline)
	tr := train(p, []float64{0.1, 0.9, 1}, 1.0, 2)
	g := []float64{3, 4}
	tr.step(g...)
	assert.Equal(t, []float64{3, 4}, tr.u.Grad)
	assert.Equal(t, []float64{3, 4}, g)
}

// Each operation on scalars and on tensors, at values that tell them apart.
func TestOperations(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	cases := []struct {
		op         string
		x, y, want float64
	}{
		{"add", 1, 2, 3}, {"sub", 1, 2, -1}, {"mul", 3, 4, 12}, {"div", 1, 4, 0.25}, {"div", 1, zero, -inf},
		{"min", 0, zero, zero}, {"max", zero, 0, 0}, {"min", nan, 1, nan}, {"max", 1, nan, nan},
		{"pow", 4, 0.5, 2}, {"pow", -1, 0.5, nan},
		{"neg", 0, 0, zero}, {"sqrt", 9, 0, 3}, {"abs", zero, 0, 0}, {"sign", -7, 0, -1}, {"sign", zero, 0, zero},
		{"exp", 0, 0, 1}, {"log", 1, 0, 0}, {"log", -1, 0, nan},
		{"eq", 0, zero, 1}, {"eq", nan, nan, 0}, {"ne", nan, nan, 1}, {"ne", 1, 1, 0},
		{"lt", 1, 2, 1}, {"lt", 2, 2, 0}, {"lt", nan, 1, 0}, {"le", 2, 2, 1}, {"le", 1, nan, 0}, {"le", 3, 2, 0},
		{"gt", 2, 1, 1}, {"gt", 2, 2, 0}, {"gt", nan, 1, 0}, {"ge", 2, 2, 1}, {"ge", 1, 2, 0}, {"ge", 1, nan, 0},
	}
	for _, c := range cases {
		sameBits(t, []float64{c.want}, []float64{operate[float64](t, c.op, "tensor", c.x, c.y)}, c.op, "on f64")
		sameBits(t, []float32{float32(c.want)}, []float32{operate[float32](t, c.op, "tensor", c.x, c.y)}, c.op, "on f32")
		sameBits(t, []float64{c.want}, []float64{operate[float64](t, c.op, "scalar", c.x, c.y)}, c.op, "on scalars")
	}
	assert.Equal(t, 1024.0, operate[float64](t, "powint", "scalar", 2, 10))
}

// operate performs one operation of a program of its own.
func operate[T abi.Float](t *testing.T, op, kind string, x, y float64) T {
	text := "program x\nhypers a b\n%0 = theta : tensor\n%1 = grad : tensor\n"
	if kind == "scalar" {
		text = "program x\nhypers a b\n%0 = hyper a : scalar\n%1 = hyper b : scalar\n"
	}
	two := map[string]string{"neg": "%0", "sqrt": "%0", "abs": "%0", "sign": "%0", "exp": "%0", "log": "%0"}
	args := two[op]
	if args == "" {
		args = "%0 %1"
	}
	text += "%2 = const 1 : scalar\n%3 = const 0 : scalar\n%4 = round %2 : tensor\n%5 = round %3 : tensor\n"
	switch op {
	case "eq", "ne", "lt", "le", "gt", "ge":
		text += "%6 = " + op + " %0 %1 : " + kind + "-cond\n%7 = select %6 %4 %5 : tensor\nstore theta %7\n"
	default:
		text += "%6 = " + op + " " + args + " : " + kind + "\n"
		if kind == "scalar" {
			text += "%7 = round %6 : tensor\nstore theta %7\n"
		} else {
			text += "store theta %6\n"
		}
	}
	p, err := ir.Parse(text)
	require.NoError(t, err)
	tr := train(p, []float64{x, y}, T(x))
	tr.step(T(y))
	return tr.u.Theta[0]
}

// Conditions of both kinds meet by and, or and not.
func TestLogic(t *testing.T) {
	p, err := ir.Parse(`program logic
hypers h
%0 = const 0 : scalar
%1 = hyper h : scalar
%2 = gt %1 %0 : scalar-cond
%3 = theta : tensor
%4 = grad : tensor
%5 = gt %3 %4 : tensor-cond
%6 = and %2 %5 : tensor-cond
%7 = or %5 %2 : tensor-cond
%8 = not %2 : scalar-cond
%9 = not %6 : tensor-cond
%10 = const 1 : scalar
%11 = const 10 : scalar
%12 = const 100 : scalar
%13 = const 1000 : scalar
%14 = round %0 : tensor
%15 = round %10 : tensor
%16 = round %11 : tensor
%17 = round %12 : tensor
%18 = round %13 : tensor
%19 = select %6 %15 %14 : tensor
%20 = select %7 %16 %14 : tensor
%21 = select %8 %17 %14 : tensor
%22 = select %9 %18 %14 : tensor
%23 = add %19 %20 : tensor
%24 = add %23 %21 : tensor
%25 = add %24 %22 : tensor
store theta %25
`)
	require.NoError(t, err)
	for _, c := range []struct {
		h    float64
		want []float64
	}{
		{1, []float64{11, 1010}},
		{-1, []float64{1110, 1100}},
	} {
		tr := train(p, []float64{c.h}, 5.0, 5)
		tr.step(0, 9)
		assert.Equal(t, c.want, tr.u.Theta, "h = %v", c.h)
	}
}

func TestKernelSaysWhatIsNoProgram(t *testing.T) {
	p := &ir.Program{Rule: "x", Values: []ir.Value{
		{Op: ir.Const, Text: "one"}, {Op: ir.Round, Type: ir.Tensor, Args: []ir.ID{0}},
	}, Stores: []ir.Store{{State: ir.Theta, Value: 1}}}
	require.Error(t, ir.Verify(p))
	u := &abi.Update[float64]{T: 1, Theta: []float64{1}, Grad: []float64{1}}
	assert.PanicsWithValue(t, `eval: the new value of theta: element 0: strconv.ParseFloat: parsing "one": invalid syntax`,
		func() { eval.Kernel(p).F64(u) })
}
