package num_test

import (
	"math"
	"math/big"
)

// The oracle computes with 200 binary digits. Its results have an error below
// 2^-180 of them, and no algorithm or table in common with what it judges.
const oracleDigits = 200

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(oracleDigits).SetFloat64(x) }

var bigLn2 = atanhTwice(bigFloat(2))

// bigLog is the logarithm of a finite x > 0: with x = m*2^e and m from the root
// of 1/2 to that of 2, it is log m + e*log 2.
func bigLog(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	l := new(big.Float).Mul(bigFloat(float64(e)), bigLn2)
	return l.Add(l, atanhTwice(bigFloat(m)))
}

// atanhTwice is log m = 2(s + s^3/3 + s^5/5 + …) with s = (m-1)/(m+1).
func atanhTwice(m *big.Float) *big.Float {
	one := bigFloat(1)
	s := new(big.Float).Quo(new(big.Float).Sub(m, one), new(big.Float).Add(m, one))
	power, square, sum := bigFloat(0).Add(s, s), new(big.Float).Mul(s, s), bigFloat(0)
	first := power.MantExp(nil)
	for k := 1; power.Sign() != 0 && power.MantExp(nil) > first-oracleDigits; k += 2 {
		sum.Add(sum, new(big.Float).Quo(power, bigFloat(float64(k))))
		power.Mul(power, square)
	}
	return sum
}

// bigExp is e^x for |x| < 10,000. With the whole number k nearest to x/log 2 it
// is 2^k * (e^(r/256))^256.
func bigExp(x *big.Float) *big.Float {
	turns, _ := new(big.Float).Quo(x, bigLn2).Float64()
	k := math.Round(turns)
	r := new(big.Float).Sub(x, new(big.Float).Mul(bigFloat(k), bigLn2))
	r.SetMantExp(r, -8)
	term, sum := bigFloat(1), bigFloat(1)
	for n := 1; n < 25; n++ { // (0.35/256)^25/25! is below 2^-300
		term.Mul(term, r)
		term.Quo(term, bigFloat(float64(n)))
		sum.Add(sum, term)
	}
	for range 8 {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}

func bigPow(x, y float64) *big.Float {
	return bigExp(new(big.Float).Mul(bigFloat(y), bigLog(x)))
}

// ulps is how far got is from the true value, in units of the last place that a
// number of binary64 of the true value's size has: 2^-1074 for subnormal ones.
// An infinity counts as 2^1024 against values below that, and is right above.
func ulps(got float64, want *big.Float) float64 {
	if want.Sign() == 0 {
		return math.Abs(got) / 5e-324
	}
	exponent := want.MantExp(nil)
	value := bigFloat(0)
	switch {
	case got != got:
		return math.Inf(1)
	case math.IsInf(got, 0) && exponent > 1024 && math.Signbit(got) == want.Signbit():
		return 0
	case math.IsInf(got, 0):
		value.SetMantExp(bigFloat(math.Copysign(1, got)), 1024)
	default:
		value.SetFloat64(got)
	}
	off := value.Sub(value, want)
	off.SetMantExp(off, -max(min(exponent-53, 971), -1074))
	f, _ := off.Float64()
	return math.Abs(f)
}
