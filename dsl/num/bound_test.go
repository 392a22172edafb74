package num_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
)

// bound is the error in ULP that the package's documentation promises.
const bound = 0.51

// arguments draws the arguments of the tests of error.
type arguments struct{ *rand.Rand }

func (a arguments) between(low, high float64) float64 { return low + (high-low)*a.Float64() }

// ofAnySize is a number from 2^low to 2^high with every exponent as likely as
// every other.
func (a arguments) ofAnySize(low, high int) float64 {
	return math.Ldexp(1+a.Float64(), low+a.IntN(high-low))
}

func (a arguments) signed(x float64) float64 {
	if a.IntN(2) == 0 {
		return -x
	}
	return x
}

func (a arguments) positive() float64 { return a.ofAnySize(-1074, 1024) }

// nearOne is 1 with a relative change of any size from 2^-53 to 2^-1.
func (a arguments) nearOne() float64 { return 1 + a.signed(a.ofAnySize(-53, -1)) }

// checkErrors wants the error within the bound, and that the arguments can tell
// a good function from a bad one.
func checkErrors(t *testing.T, n int, draw func() (x, y float64), f func(x, y float64) float64, truth func(x, y float64) *big.Float) {
	worst := 0.0
	for range n {
		x, y := draw()
		got := f(x, y)
		off := ulps(got, truth(x, y))
		require.LessOrEqual(t, off, bound, "%v (%x), %v (%x): got %v", x, x, y, y, got)
		worst = max(worst, off)
	}
	t.Logf("at most %.4f ULP", worst)
	assert.Greater(t, worst, 0.49, "the arguments are too few or too easy")
}

func TestErrorOfExp(t *testing.T) {
	a := arguments{rand.New(rand.NewPCG(11, 1))}
	cases := map[string]func() float64{
		"everywhere":        func() float64 { return a.between(-746, 710) },
		"small":             func() float64 { return a.signed(a.ofAnySize(-56, 1)) },
		"subnormal results": func() float64 { return a.between(-745.2, -708.3) },
		"near overflow":     func() float64 { return a.between(709.7, 709.79) },
		// where one entry of the table gives way to the next
		"between entries": func() float64 {
			return (float64(a.IntN(180000)-90000) + 0.5 + a.signed(a.ofAnySize(-40, -3))) * math.Ln2 / 128
		},
	}
	for name, draw := range cases {
		t.Run(name, func(t *testing.T) {
			checkErrors(t, 4000, func() (x, y float64) { return draw(), 0 },
				func(x, _ float64) float64 { return num.Exp(x) },
				func(x, _ float64) *big.Float { return bigExp(bigFloat(x)) })
		})
	}
}

func TestErrorOfLog(t *testing.T) {
	a := arguments{rand.New(rand.NewPCG(11, 2))}
	cases := map[string]func() float64{
		"everywhere":     a.positive,
		"subnormal":      func() float64 { return a.ofAnySize(-1074, -1022) },
		"near 1":         a.nearOne,
		"about 1":        func() float64 { return a.between(0.5, 2) },
		"the first bins": func() float64 { return a.between(0.99, 1.01) },
		// where one entry of the table gives way to the next
		"between entries": func() float64 {
			return math.Float64frombits(0x3fe6950000000000 + uint64(a.IntN(256))<<44 + uint64(a.IntN(64)) - 32)
		},
	}
	for name, draw := range cases {
		t.Run(name, func(t *testing.T) {
			checkErrors(t, 4000, func() (x, y float64) { return draw(), 0 },
				func(x, _ float64) float64 { return num.Log(x) },
				func(x, _ float64) *big.Float { return bigLog(x) })
		})
	}
}

func TestErrorOfPow(t *testing.T) {
	a := arguments{rand.New(rand.NewPCG(11, 3))}
	// to draws y for x so that the power's logarithm is about l
	to := func(x, l float64) (float64, float64) { return x, l / math.Log(x) }
	cases := map[string]func() (x, y float64){
		"everywhere":          func() (float64, float64) { return to(a.positive(), a.between(-746, 710)) },
		"bases near 1":        func() (float64, float64) { return to(a.nearOne(), a.between(-746, 710)) },
		"bases about 1":       func() (float64, float64) { return to(a.between(0.98, 1.02), a.between(-746, 710)) },
		"subnormal results":   func() (float64, float64) { return to(a.positive(), a.between(-745.2, -708.3)) },
		"near overflow":       func() (float64, float64) { return to(a.between(0.5, 1.9), a.between(709.7, 709.79)) },
		"results near 1":      func() (float64, float64) { return to(a.nearOne(), a.signed(a.ofAnySize(-56, 0))) },
		"small exponents":     func() (float64, float64) { return a.positive(), a.signed(a.ofAnySize(-70, 0)) },
		"whole exponents":     func() (float64, float64) { return a.between(0, 8), float64(a.IntN(600) - 300) },
		"roots":               func() (float64, float64) { return a.positive(), 1 / float64(2+a.IntN(8)) },
		"subnormal bases":     func() (float64, float64) { return a.ofAnySize(-1074, -1022), a.between(-1, 1) },
		"decay to a power":    func() (float64, float64) { return a.between(0.9, 1), float64(1 + a.IntN(6000)) },
		"where Go's is wrong": func() (float64, float64) { return 0.251082919456289, 240 + float64(a.IntN(1000))/4096 },
	}
	for name, draw := range cases {
		t.Run(name, func(t *testing.T) { checkErrors(t, 2000, draw, num.Pow[float64], bigPow) })
	}
}

// A known bad power of a library must not come back.
func TestErrorOfPowWhereGoIsWrong(t *testing.T) {
	x, y := 0.251082919456289, 240.25
	assert.LessOrEqual(t, ulps(num.Pow(x, y), bigPow(x, y)), bound)
}

// On f32 the one rounding at the end is nearly the only error.
func TestErrorOnFloat32(t *testing.T) {
	a := arguments{rand.New(rand.NewPCG(11, 4))}
	for range 5000 {
		x, y := float32(a.ofAnySize(-20, 20)), float32(a.between(-6, 6))
		for got, want := range map[float32]*big.Float{
			num.Pow(x, y): bigPow(float64(x), float64(y)),
			num.Exp(y):    bigExp(bigFloat(float64(y))),
			num.Log(x):    bigLog(float64(x)),
		} {
			off := new(big.Float).Sub(bigFloat(float64(got)), want)
			off.SetMantExp(off, 24-max(want.MantExp(nil), -125))
			f, _ := off.Float64()
			require.LessOrEqual(t, math.Abs(f), 0.5000001, "%v, %v", x, y)
		}
	}
}
