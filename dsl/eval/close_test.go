package eval_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// closeProgram stores in theta a function of theta, and of g where it has two
// arguments.
func closeProgram(t *testing.T, function string) *ir.Program {
	p, err := ir.Parse("program close\nhypers\n%0 = theta : tensor\n%1 = grad : tensor\n%2 = " + function + " : tensor\nstore theta %2\n")
	require.NoError(t, err)
	return p
}

// trueValue is a function's value with 120 bits.
func trueValue(t *testing.T, p *ir.Program, x, y float64) *big.Float {
	u := &eval.Update[*big.Float]{T: 1, Theta: []*big.Float{big.NewFloat(x)}, Grad: []*big.Float{big.NewFloat(y)}}
	require.NoError(t, eval.Big(p, 120, u))
	return u.Theta[0]
}

// ulps is how far x is from the true value, in units of the last place of x.
func ulps(x float64, want *big.Float) float64 {
	off := new(big.Float).Sub(want, big.NewFloat(x))
	unit := math.Nextafter(math.Abs(x), math.Inf(1)) - math.Abs(x)
	f, _ := off.Quo(off, big.NewFloat(unit)).Float64()
	return math.Abs(f)
}

// normal tells a result for which the bound is checked: what overflows binary64
// has no ULP.
func normal(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

func TestCloseFunctionsAreWithinTheirBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	anyFloat := func() float64 { return math.Ldexp(rng.Float64()+0.5, rng.IntN(2100)-1074) }
	near1 := func() float64 { return 1 + rng.NormFloat64()*math.Ldexp(1, -rng.IntN(50)) }
	cases := []struct {
		function string
		x, y     func() float64
		f        func(x, y float64) float64
	}{
		{"exp %0", func() float64 { return rng.Float64()*1460 - 745 }, near1, func(x, _ float64) float64 { return num.Exp(x) }},
		{"exp %0", func() float64 { return rng.NormFloat64() }, near1, func(x, _ float64) float64 { return num.Exp(x) }},
		{"log %0", anyFloat, near1, func(x, _ float64) float64 { return num.Log(x) }},
		{"log %0", func() float64 { return math.Abs(near1()) }, near1, func(x, _ float64) float64 { return num.Log(x) }},
		{"pow %0 %1", anyFloat, func() float64 { return rng.NormFloat64() * 0.4 }, num.Pow[float64]},
		{"pow %0 %1", func() float64 { return math.Abs(near1()) }, func() float64 { return rng.NormFloat64() * 1000 }, num.Pow[float64]},
		{"pow %0 %1", func() float64 { return rng.Float64() * 10 }, func() float64 { return math.Trunc(rng.NormFloat64() * 50) }, num.Pow[float64]},
	}
	for _, c := range cases {
		p, worst := closeProgram(t, c.function), 0.0
		for range 2000 {
			x, y := c.x(), c.y()
			got := c.f(x, y)
			if x == 0 || !normal(got) {
				continue
			}
			off := ulps(got, trueValue(t, p, x, y))
			require.LessOrEqual(t, off, 1.0, "%s of %v, %v", c.function, x, y)
			worst = max(worst, off)
		}
		t.Logf("%s: at most %.4f ULP", c.function, worst)
		assert.Greater(t, worst, 0.4, "%s was hardly tried", c.function)
	}
}
