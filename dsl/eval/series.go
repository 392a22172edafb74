package eval

import "math/big"

// guard is the number of bits beyond the wanted precision with which exp, log
// and pow compute, so that their many roundings stay below its last bit.
const guard = 64

func number(prec uint) *big.Float { return new(big.Float).SetPrec(prec) }

// atanh is the inverse hyperbolic tangent of |z| < 1/2 by its series
// z + z^3/3 + z^5/5 + ….
func atanh(z *big.Float, prec uint) *big.Float {
	sum, power, square := number(prec).Set(z), number(prec).Set(z), number(prec).Mul(z, z)
	for k := int64(3); power.Sign() != 0; k += 2 {
		power.Mul(power, square)
		term := number(prec).Quo(power, number(prec).SetInt64(k))
		if below(term, sum, prec) {
			break
		}
		sum.Add(sum, term)
	}
	return sum
}

// below tells a term that is less than the last bit of a sum.
func below(term, sum *big.Float, prec uint) bool {
	return term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-int(prec)
}

// ln2 is log 2 = 2 atanh(1/3).
func ln2(prec uint) *big.Float {
	third := number(prec).Quo(big.NewFloat(1), big.NewFloat(3))
	return number(prec).Mul(big.NewFloat(2), atanh(third, prec))
}

// log is the natural logarithm of x = m*2^e with m near 1: the sum of e*log 2
// and log m = 2 atanh((m-1)/(m+1)). It panics with big.ErrNaN where x < 0.
func log(x *big.Float, prec uint) *big.Float {
	switch {
	case x.Sign() < 0:
		panic(big.ErrNaN{})
	case x.Sign() == 0:
		return number(prec).SetInf(true)
	case x.IsInf():
		return number(prec).SetInf(false)
	}
	w := max(prec, x.Prec()) + guard
	m := number(w)
	e := x.MantExp(m) // 1/2 <= m < 1
	if m.Cmp(big.NewFloat(0.7)) < 0 {
		m.Mul(m, big.NewFloat(2))
		e--
	}
	one := big.NewFloat(1)
	z := number(w).Quo(number(w).Sub(m, one), number(w).Add(m, one))
	series := number(w).Mul(big.NewFloat(2), atanh(z, w))
	return series.Add(series, number(w).Mul(number(w).SetInt64(int64(e)), ln2(w)))
}

// Powers of e beyond those of ±2^30 are infinite or zero.
const maxExp = 1 << 30

// exp is e to the power of x = k*log 2 + r, as 2^k*(e^(r/2^8))^(2^8), the inner
// power by its series.
func exp(x *big.Float, prec uint) *big.Float {
	const halvings = 8
	switch {
	case x.Cmp(big.NewFloat(maxExp)) > 0:
		return number(prec).SetInf(false)
	case x.Cmp(big.NewFloat(-maxExp)) < 0:
		return number(prec)
	}
	w := max(prec, x.Prec()) + guard
	log2 := ln2(w)
	k, _ := number(w).Quo(x, log2).Int64()
	r := number(w).Sub(x, number(w).Mul(number(w).SetInt64(k), log2))
	r.SetMantExp(r, -halvings)
	sum, term := number(w).SetInt64(1), number(w).SetInt64(1)
	for n := int64(1); ; n++ {
		term.Quo(term.Mul(term, r), number(w).SetInt64(n))
		if below(term, sum, w) {
			break
		}
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}

// pow is x to the power of y, |x|^y = exp(y*log|x|) with the sign of a whole
// power. It panics with big.ErrNaN where x < 0 and y is not whole.
func pow(x, y *big.Float, prec uint) *big.Float {
	one := number(prec).SetInt64(1)
	switch {
	case y.Sign() == 0 || x.Cmp(one) == 0:
		return one
	case x.Sign() < 0 && !y.IsInf() && !y.IsInt():
		panic(big.ErrNaN{})
	}
	size := number(max(prec, x.Prec())).Abs(x)
	z := one
	if size.Cmp(one) != 0 { // the logarithm of 1 times an infinity is not a number
		w := max(prec, x.Prec(), y.Prec()) + guard
		z = exp(number(w).Mul(y, log(size, w)), w)
	}
	if x.Signbit() && odd(y) {
		z.Neg(z)
	}
	return z
}

// odd tells a whole number whose last bit is of the value 1.
func odd(y *big.Float) bool { return y.IsInt() && y.MantExp(nil) == int(y.MinPrec()) }
