package num_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
)

func TestPowOfSpecialValues(t *testing.T) {
	tiny, huge := 5e-324, math.MaxFloat64
	cases := []struct{ x, y, want float64 }{
		{2, 0, 1}, {nan, 0, 1}, {inf, negZero, 1}, {1, nan, 1}, {1, inf, 1},
		{nan, 1, nan}, {2, nan, nan},
		{0, 2.5, 0}, {negZero, 3, negZero}, {negZero, 2, 0}, {negZero, 0.5, 0},
		{0, -1.5, inf}, {negZero, -3, -inf}, {negZero, -2, inf},
		{inf, 0.5, inf}, {inf, -0.5, 0}, {-inf, 3, -inf}, {-inf, 2, inf}, {-inf, -3, negZero},
		{-inf, 0.5, nan}, {-2, 0.5, nan}, {-8, 1.0 / 3, nan},
		{-2, 3, -8}, {-2, -3, -0.125}, {-2, 2, 4}, {-1, 3, -1}, {-1, huge, 1},
		{2, inf, inf}, {0.5, inf, 0}, {2, -inf, 0}, {0.5, -inf, inf},
		{2, 0.5, math.Sqrt2}, {4, 0.5, 2}, {8, 1.0 / 3, 2}, {10, 22, 1e22}, {10, -2, 0.01},
		{2, 1023, 0x1p1023}, {2, 1024, inf}, {-2, 1025, -inf}, {2, -1074, tiny}, {2, -1080, 0}, {-2, -1081, negZero},
		{huge, huge, inf}, {huge, -huge, 0}, {tiny, huge, 0}, {tiny, 1, tiny}, {tiny, 0.5, 0x1p-537},
		{1 + 0x1p-52, 1e-300, 1}, {huge, tiny, 1},
	}
	for _, c := range cases {
		same(t, c.want, num.Pow(c.x, c.y), "pow", c.x, c.y)
	}
}

func TestExpAndLogOfSpecialValues(t *testing.T) {
	cases := []struct{ x, exp, log float64 }{
		{0, 1, -inf}, {negZero, 1, -inf}, {1, math.E, 0}, {inf, inf, inf}, {-inf, 0, nan}, {nan, nan, nan},
		{-1, 1 / math.E, nan}, {5e-324, 1, -744.4400719213812}, {math.MaxFloat64, inf, 709.782712893384},
		{710, inf, 6.565264970035361}, {-746, 0, nan}, {2, 7.38905609893065, math.Ln2}, {0.5, 1.6487212707001282, -math.Ln2},
	}
	for _, c := range cases {
		same(t, c.exp, num.Exp(c.x), "exp", c.x)
		same(t, c.log, num.Log(c.x), "log", c.x)
		same(t, float32(c.exp), num.Exp(float32(c.x)), "exp f32", c.x)
	}
}

// On f32 the function is computed in binary64 and rounded once.
func TestCloseFunctionsOnFloat32(t *testing.T) {
	for _, x := range []float32{0.3, 1.7, 88, 3e-39, 1e30} {
		same(t, float32(num.Exp(float64(x))), num.Exp(x), "exp", x)
		same(t, float32(num.Log(float64(x))), num.Log(x), "log", x)
		same(t, float32(num.Pow(float64(x), float64(float32(0.7)))), num.Pow(x, 0.7), "pow", x)
	}
}

func TestPowOfWholeNumbersIsExact(t *testing.T) {
	for x := int64(2); x < 40; x++ {
		for n := int64(1); ; n++ {
			exact := new(big.Int).Exp(big.NewInt(x), big.NewInt(n), nil)
			if exact.BitLen() > 53 {
				break
			}
			assert.Equal(t, float64(exact.Int64()), num.Pow(float64(x), float64(n)), "%d^%d", x, n)
		}
	}
}
