package num_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
)

var (
	inf     = math.Inf(1)
	nan     = math.NaN()
	negZero = math.Copysign(0, -1)
)

// same compares bits; which NaN a NaN is does not matter.
func same[T num.Float](t *testing.T, want, got T, what ...any) {
	t.Helper()
	if want != want && got != got {
		return
	}
	// the widening is exact and keeps the sign of zero
	assert.Equal(t, math.Float64bits(float64(want)), math.Float64bits(float64(got)), "%v: want %v, got %v", what, want, got)
}

func TestMinMax(t *testing.T) {
	cases := []struct{ x, y, low, high float64 }{
		{1, 2, 1, 2},
		{2, 1, 1, 2},
		{-inf, inf, -inf, inf},
		{0, negZero, negZero, negZero}, // neither is less: y
		{negZero, 0, 0, 0},
		{nan, 1, nan, nan},
		{1, nan, nan, nan}, // 1 < NaN does not hold: y
		{nan, nan, nan, nan},
	}
	for _, c := range cases {
		same(t, c.low, num.Min(c.x, c.y), "min", c.x, c.y)
		same(t, c.high, num.Max(c.x, c.y), "max", c.x, c.y)
		same(t, float32(c.low), num.Min(float32(c.x), float32(c.y)), "min f32", c.x, c.y)
		same(t, float32(c.high), num.Max(float32(c.x), float32(c.y)), "max f32", c.x, c.y)
	}
}

func TestAbsSignSqrt(t *testing.T) {
	cases := []struct{ x, abs, sign, sqrt float64 }{
		{0, 0, 0, 0},
		{negZero, 0, negZero, negZero},
		{4, 4, 1, 2},
		{-4, 4, -1, nan},
		{inf, inf, 1, inf},
		{-inf, inf, -1, nan},
		{nan, nan, nan, nan},
	}
	for _, c := range cases {
		same(t, c.abs, num.Abs(c.x), "abs", c.x)
		same(t, c.sign, num.Sign(c.x), "sign", c.x)
		same(t, c.sqrt, num.Sqrt(c.x), "sqrt", c.x)
		same(t, float32(c.abs), num.Abs(float32(c.x)), "abs f32", c.x)
		same(t, float32(c.sign), num.Sign(float32(c.x)), "sign f32", c.x)
		same(t, float32(c.sqrt), num.Sqrt(float32(c.x)), "sqrt f32", c.x)
	}
	assert.False(t, math.Signbit(num.Abs(math.Copysign(nan, -1))), "abs takes the sign bit of NaN too")
}

func TestSqrtOfFloat32IsRoundedOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		x := math.Float32frombits(rng.Uint32() >> 1)
		if x != x || math.IsInf(float64(x), 0) {
			continue
		}
		exact := new(big.Float).SetPrec(120).Sqrt(big.NewFloat(float64(x)))
		want, _ := exact.Float32()
		same(t, want, num.Sqrt(x), "sqrt", x)
	}
}

func TestSelect(t *testing.T) {
	same(t, 1, num.Select(true, 1.0, nan))
	same(t, negZero, num.Select(false, 1.0, negZero))
}

// chain is x^n for n from 0 as LANGUAGE.md defines it, in numbers of 53 bits.
func chain(x *big.Float, n uint64) *big.Float {
	z := new(big.Float).SetPrec(53)
	switch {
	case n == 0:
		return z.SetInt64(1)
	case n == 1:
		return z.Set(x)
	case n%2 == 1:
		return z.Mul(chain(x, n-1), x)
	}
	half := chain(x, n/2)
	return z.Mul(half, half)
}

func TestPowIntIsTheChain(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range 20000 {
		n := uint64(i % 300)
		if i%10 == 0 {
			n = rng.Uint64N(1 << 53)
		}
		x := 1 + rng.NormFloat64()*math.Ldexp(1, -2-len(big.NewInt(int64(n)).Text(2))) // no overflow
		power := chain(big.NewFloat(x), n)
		want, _ := power.Float64()
		same(t, want, num.PowInt(x, float64(n)), x, n)
		inverse, _ := power.Quo(big.NewFloat(1), power).Float64()
		same(t, inverse, num.PowInt(x, -float64(n)), x, -int64(n))
	}
}

func TestPowIntAtItsEnds(t *testing.T) {
	cases := []struct{ x, n, want float64 }{
		{nan, 0, 1},
		{inf, 0, 1},
		{0, negZero, 1},
		{nan, 1, nan},
		{negZero, 3, negZero},
		{negZero, 2, 0},
		{negZero, -1, -inf},
		{0, -2, inf},
		{-2, 3, -8},
		{-2, -3, -0.125},
		{2, 1023, 0x1p1023},
		{2, 1024, inf},
		{2, -1074, 0}, // by 1/2^1074, and 2^1074 is infinite
		{3, 2.9, 9},   // toward zero
		{3, -2.9, 1.0 / 9},
		{2, nan, nan},
		{1, inf, nan},
		{1, -inf, nan},
		{-1, 1 << 60, 1},
		{1, math.MaxFloat64, 1},
		{0.5, math.MaxFloat64, 0},
		{2, -math.MaxFloat64, 0},
	}
	for _, c := range cases {
		same(t, c.want, num.PowInt(c.x, c.n), c.x, c.n)
	}
	x := 1 + 0x1p-52 // 2^53+2 and 2^60 are beyond the whole numbers that binary64 has all of
	for _, n := range []uint64{1<<53 + 2, 1<<53 + 4, 3 << 53} {
		want, _ := chain(big.NewFloat(x), n).Float64()
		same(t, want, num.PowInt(x, float64(n)), x, n)
	}
}
