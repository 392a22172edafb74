package num

import "math"

// Exp is e to the power x, within 0.51 ULP.
func Exp[T Float](x T) T { return T(exp(float64(x), 0)) }

// Beyond these powers e^x is infinity or rounds to 0.
const (
	expOverflow  = 710
	expUnderflow = -746
)

// exp is e^(x+rest), where rest is below 2^-40 of x. With the whole number
// 128e + j nearest to x*128/log(2), and what is left over called r, it is
//
//	2^e * 2^(j/128) * (1 + r + r^2/2! + … + r^6/6!)
//
// with |r| < 0.0028. The terms left out come to less than 2^-71 of it, and the
// roundings before the last to less than 2^-59.
func exp(x, rest float64) float64 {
	if !(x > expUnderflow && x < expOverflow) {
		return expBeyond(x)
	}
	const shift = 0x1.8p52 // so that a sum's last digits are a whole number
	steps := float64(x*perStep) + shift
	k := int64(int32(math.Float64bits(steps)))
	steps -= shift
	r := (x - float64(steps*stepHi)) + (rest - float64(steps*stepLo))
	power := &expTable[k&127]
	tail := power.lo + float64(power.hi*expRest(r))
	result, e := power.hi+tail, k>>7
	if e < -1021 || e > 1022 {
		return expAtTheEdge(result, (power.hi-result)+tail, e)
	}
	return math.Float64frombits(math.Float64bits(result) + uint64(e)<<52)
}

// expRest is e^r - 1.
func expRest(r float64) float64 {
	r2 := float64(r * r)
	high := (1.0/24 + float64(r*(1.0/120))) + float64(r2*(1.0/720))
	low := (0.5 + float64(r*(1.0/6))) + float64(r2*high)
	return r + float64(r2*low)
}

// expBeyond is e^x where it is infinity, zero or NaN.
func expBeyond(x float64) float64 {
	switch {
	case x > 0:
		return math.Inf(1)
	case x < 0:
		return 0
	}
	return x
}

// expAtTheEdge is (x+rest)*2^e where that is subnormal or may overflow. A
// subnormal number is rounded once: x is added to the power of 2 whose last
// digit, times 2^e, is the last digit of subnormal numbers.
func expAtTheEdge(x, rest float64, e int64) float64 {
	if e > 0 {
		return float64(x*powerOf2(e-1)) * 2
	}
	unit := powerOf2(-1022 - e)
	if x >= unit {
		return x * 0x1p-1022
	}
	hi, lo := sum(unit, x)
	return float64(((hi+(lo+rest))-unit)*powerOf2(1022+e)) * 0x1p-1022
}

// powerOf2 is 2^e where that is a normal number.
func powerOf2(e int64) float64 { return math.Float64frombits(uint64(e+1023) << 52) }
