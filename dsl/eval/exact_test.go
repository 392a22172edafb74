package eval_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/pass"
)

// update makes an update for the first step of a program, with empty states.
func update[N any](p *ir.Program, hyper, theta []N) *eval.Update[N] {
	u := &eval.Update[N]{Hyper: hyper, Theta: append([]N(nil), theta...)}
	for range buffers(p) {
		u.State = append(u.State, make([]N, len(theta)))
	}
	return u
}

// rats are numbers from fractions or decimals; floats are theirs with 53 bits.
func rats(texts ...string) []*big.Rat {
	var out []*big.Rat
	for _, text := range texts {
		x, ok := new(big.Rat).SetString(text)
		if !ok {
			panic(text)
		}
		out = append(out, x)
	}
	return out
}

func floats(xs ...float64) []*big.Float {
	var out []*big.Float
	for _, x := range xs {
		out = append(out, big.NewFloat(x))
	}
	return out
}

func text(xs []*big.Rat) string {
	var out []string
	for _, x := range xs {
		out = append(out, x.RatString())
	}
	return strings.Join(out, " ")
}

func TestRatHasNoRounding(t *testing.T) {
	p := compiled(t, `optimizer momentum
hyper lr = 0.1 in (0, inf)
state m
m[t] = 0.9*m[t-1] + (1 - 0.9)*g
theta[t+1] = theta - lr/3*m/(1 - 0.9^t)
`, pass.Exact)
	u := update(p, rats("1/10"), rats("1", "-1/7"))
	u.Grad = rats("1", "1/3")
	u.T = 1
	require.NoError(t, eval.Rat(p, u))
	assert.Equal(t, "1/10 1/30", text(u.State[0]))
	assert.Equal(t, "29/30 -97/630", text(u.Theta)) // m/(1-0.9) = g
	u.T = 2
	u.Grad = rats("0", "0")
	require.NoError(t, eval.Rat(p, u))
	assert.Equal(t, "9/100 3/100", text(u.State[0]))
	assert.Equal(t, "271/285 -953/5985", text(u.Theta)) // minus 1/30*m/0.19
}

func TestRatOperations(t *testing.T) {
	cases := []struct{ expr, want string }{
		{"theta + g/3", "8/3"}, {"-theta", "-3"}, {"abs(0 - theta)", "3"},
		{"min(theta, g)", "-1"}, {"max(theta, g)", "3"}, {"clamp(g, 0, 1)", "0"},
		{"sign(g)*2 + sign(theta) + sign(g - g)", "-1"},
		{"theta^3", "27"}, {"theta^-2", "1/9"}, {"theta^0", "1"},
		{"(2*t + 1)^(t + 3)*theta", "243"}, {"2^(1 - 3*t)*theta", "3/4"},
		{"sqrt(theta*12 + 1/4)", "not"}, {"sqrt(theta/12)", "1/2"}, {"sqrt(g)", "not"},
		{"norm(theta) + sum(g) + mean(theta) + maxabs(g)", "6"},
		{"if g < 0 then theta else 1/(g - g)", "3"},
		{"if norm(g - g) > 0 then theta/(g - g) else theta", "3"},
		{"if theta >= 3 and g <= 0 and not g = 0 then 0.1 else g", "1/10"},
		{"theta/(g - g)", "not"}, {"exp(theta)", "not"}, {"log(theta)", "not"}, {"theta^0.5", "not"}, {"theta^2.0", "not"},
	}
	for _, c := range cases {
		p := compiled(t, "optimizer x\ntheta[t+1] = "+c.expr+"\n", pass.Exact)
		u := update(p, nil, rats("3"))
		u.T, u.Grad = 1, rats("-1")
		err := eval.Rat(p, u)
		if c.want == "not" {
			require.Error(t, err, c.expr)
			assert.Equal(t, "3", text(u.Theta), "%s: nothing is stored", c.expr)
			continue
		}
		require.NoError(t, err, c.expr)
		assert.Equal(t, c.want, text(u.Theta), c.expr)
	}
}

func TestExactErrorsSayWhere(t *testing.T) {
	rat := func(statement string) error {
		p := compiled(t, "optimizer x\nhyper h = 1 in (-inf, inf)\nstate m = 1/h\nm[t] = m[t-1]\n"+statement+"\n", pass.Exact)
		u := update(p, rats("0"), rats("3", "4"))
		u.T, u.Grad = 1, rats("0", "-1")
		return eval.Rat(p, u)
	}
	assert.EqualError(t, rat("theta[t+1] = exp(g)"),
		`x, step 1: the new value of theta: element 0: exp in line 5, "theta[t+1] = exp(g)": the value is not a rational number`)
	assert.EqualError(t, rat("theta[t+1] = theta/g"),
		`x, step 1: the new value of theta: element 0: div in line 5, "theta[t+1] = theta/g": division by zero`)
	assert.EqualError(t, rat("theta[t+1] = m*norm(theta - 4)"), "x, step 1: the initial value of m: element 0: div: division by zero")
	assert.EqualError(t, rat("theta[t+1] = theta*norm(theta - 1)"),
		`x, step 1: the new value of theta: element 0: norm in line 5, "theta[t+1] = theta*norm(theta - 1)": the value is not a rational number`)
	assert.ErrorContains(t, rat("theta[t+1] = theta*3^1000000"), "more than 1048576 bits")
}

func TestUpdatesThatDoNotFit(t *testing.T) {
	p := compiled(t, pnmText, pass.Exact)
	cases := []struct {
		says  string
		spoil func(*eval.Update[*big.Float])
	}{
		{"at least 1, not 0", func(u *eval.Update[*big.Float]) { u.T = 0 }},
		{"2 hyperparameters for a program with 3", func(u *eval.Update[*big.Float]) { u.Hyper = u.Hyper[1:] }},
		{"1 gradients for 2 parameters", func(u *eval.Update[*big.Float]) { u.Grad = u.Grad[1:] }},
		{"1 buffers of states for a program with 2", func(u *eval.Update[*big.Float]) { u.State = u.State[1:] }},
		{"1 numbers in buffer 1 for 2 parameters", func(u *eval.Update[*big.Float]) { u.State[1] = u.State[1][1:] }},
		{"a number is missing", func(u *eval.Update[*big.Float]) { u.Grad[1] = nil }},
		{"a number is missing", func(u *eval.Update[*big.Float]) { u.T = 2 }}, // the states are nil
	}
	for _, c := range cases {
		u := update(p, floats(0.1, 0.9, 1), floats(1, 2))
		u.T, u.Grad = 1, floats(3, 4)
		require.NoError(t, eval.Big(p, 53, u))
		u = update(p, floats(0.1, 0.9, 1), floats(1, 2))
		u.T, u.Grad = 1, floats(3, 4)
		c.spoil(u)
		assert.ErrorContains(t, eval.Big(p, 53, u), c.says)
	}
	assert.ErrorContains(t, eval.Big(p, 0, nil), "a precision of 0 bits")
}

// With 53 bits, and no overflow or underflow, Big is the f64 kernel.
func TestBigWith53BitsIsTheKernel(t *testing.T) {
	for name, rule := range map[string]string{"pnm": pnmText, "adam": adamText, "lamb": lambText} {
		hyper := []float64{0.1, 0.9, 1}
		if name != "pnm" {
			hyper = []float64{0.001, 0.9, 0.999, 1e-8}
		}
		p := compiled(t, rule, pass.Exact)
		rng := rand.New(rand.NewPCG(4, 4))
		theta := samples[float64](rng, 9)
		tr := train(p, hyper, theta...)
		u := update(p, floats(hyper...), floats(theta...))
		for step := range 30 {
			g := samples[float64](rng, 9)
			tr.step(g...)
			u.T, u.Grad = int64(step+1), floats(g...)
			require.NoError(t, eval.Big(p, 53, u))
			var got []float64
			for _, x := range u.Theta {
				f, _ := x.Float64()
				got = append(got, f)
			}
			sameBits(t, tr.u.Theta, got, name, step)
		}
	}
}

const lambText = `optimizer lamb
hyper lr    = 0.001 in (0, inf)
hyper beta1 = 0.9   in [0, 1)
hyper beta2 = 0.999 in [0, 1)
hyper eps   = 1e-8  in [0, inf)
state m
state v
m[t] = beta1*m[t-1] + (1 - beta1)*g
v[t] = beta2*v[t-1] + (1 - beta2)*g^2
u = m/(1 - beta1^t)/(sqrt(v/(1 - beta2^t)) + eps)
trust = if norm(theta) > 0 and norm(u) > 0 then norm(theta)/norm(u) else 1
theta[t+1] = theta - lr*trust*u
`

// The f64 kernel stays near the exact run. A PNM step has some twenty roundings
// of numbers that are at most a few times θ; what they add up to in forty steps
// is below a thousand units of the last place of the greatest number.
func TestTheKernelIsNearTheExactRun(t *testing.T) {
	rule := strings.Replace(pnmText, "lr/sqrt((1 + beta0)^2 + beta0^2)", "lr", 1)
	p, exact := compiled(t, rule, pass.Pipeline), compiled(t, rule, pass.Exact)
	rng := rand.New(rand.NewPCG(5, 5))
	hyper, theta := []float64{0.1, 0.9, 1}, samples[float64](rng, 3)
	tr := train(p, hyper, theta...)
	toRat := func(xs []float64) []*big.Rat {
		var out []*big.Rat
		for _, x := range xs {
			out = append(out, new(big.Rat).SetFloat64(x))
		}
		return out
	}
	u := update(exact, toRat(hyper), toRat(theta))
	differ := false
	for step := range 15 {
		g := samples[float64](rng, 3)
		tr.step(g...)
		u.T, u.Grad = int64(step+1), toRat(g)
		require.NoError(t, eval.Rat(exact, u))
		for i, x := range u.Theta {
			off := new(big.Rat).Sub(x, new(big.Rat).SetFloat64(tr.u.Theta[i]))
			f, _ := off.Float64()
			assert.Less(t, math.Abs(f), 1000*0x1p-53*10)
			differ = differ || f != 0
		}
	}
	assert.True(t, differ, "nothing was rounded")
}

// Big with many bits knows the digits of e, log 2 and the square root of 2.
func TestBigKnowsItsConstants(t *testing.T) {
	cases := []struct{ expr, digits string }{
		{"exp(theta)", "2.7182818284590452353602874713526624977572470936999595749669676"},
		{"log(theta + 1)", "0.69314718055994530941723212145817656807550013436025525412068001"},
		{"sqrt(theta + 1)", "1.4142135623730950488016887242096980785696718753769480731766797"},
		{"pow(theta + 1, 0.5)", "1.4142135623730950488016887242096980785696718753769480731766797"},
		{"(theta + 9)^(-0.5)", "0.31622776601683793319988935444327185337195551393252168268575049"},
		{"log(exp(theta*100))/100", "1.0000000000000000000000000000000000000000000000000000000000000"},
	}
	for _, c := range cases {
		p := compiled(t, "optimizer x\ntheta[t+1] = "+c.expr+"\n", pass.Exact)
		u := update(p, nil, floats(1))
		u.T, u.Grad = 1, floats(0)
		require.NoError(t, eval.Big(p, 240, u))
		want, _, err := big.ParseFloat(c.digits, 10, 240, big.ToNearestEven)
		require.NoError(t, err)
		off, _ := want.Sub(want, u.Theta[0]).Float64()
		assert.Less(t, math.Abs(off), 1e-60, c.expr)
	}
}

// What has a value in floats beside numbers has it in Big; NaN is an error.
func TestBigAtTheEnds(t *testing.T) {
	inf := math.Inf(1)
	cases := []struct {
		expr       string
		x, y, want float64 // NaN for an error
	}{
		{"theta/g", 1, 0, inf}, {"theta/g", 0, 0, math.NaN()}, {"sqrt(theta)", -1, 0, math.NaN()},
		{"exp(theta)", 1e10, 0, inf}, {"exp(theta)", -1e10, 0, 0}, {"exp(theta)", inf, 0, inf},
		{"log(theta)", 0, 0, -inf}, {"log(theta)", inf, 0, inf}, {"log(theta)", -1, 0, math.NaN()}, {"log(theta)", 1, 0, 0},
		{"theta^(0*g + 1)", 7, 1, 7}, {"pow(theta, g)", 5, 0, 1}, {"pow(theta, g)", 1, inf, 1}, {"pow(theta, g)", -1, inf, 1},
		{"pow(theta, g)", -2, 3, -8}, {"pow(theta, g)", -2, 4, 16}, {"pow(theta, g)", -2, 0.5, math.NaN()},
		{"pow(theta, g)", 0, 2, 0}, {"pow(theta, g)", 0, -2, inf}, {"pow(theta, g)", inf, 0.5, inf}, {"pow(theta, g)", -inf, 0.5, math.NaN()},
		{"pow(theta, g)", 2, inf, inf}, {"pow(theta, g)", 2, -inf, 0}, {"pow(theta, g)", -2, 1e300, inf},
		{"sign(theta) + sign(g)*2", 0, -3, -2}, {"max(theta, g) - min(theta, g)", 4, 9, 5},
		{"if g > 0 then theta else sqrt(g)", 4, 1, 4}, {"if g > 0 then theta else sqrt(g)", 4, -1, math.NaN()},
	}
	for _, c := range cases {
		p := compiled(t, "optimizer x\ntheta[t+1] = "+c.expr+"\n", pass.Exact)
		u := update(p, nil, floats(c.x))
		u.T, u.Grad = 1, floats(c.y)
		err := eval.Big(p, 100, u)
		if math.IsNaN(c.want) {
			assert.Error(t, err, "%s of %v, %v", c.expr, c.x, c.y)
			continue
		}
		require.NoError(t, err)
		got, _ := u.Theta[0].Float64()
		assert.InDelta(t, c.want, got, 1e-15, "%s of %v, %v", c.expr, c.x, c.y)
	}
}
