package num

import "math"

// The functions of class close. LANGUAGE.md allows them an error of 1 ULP of
// the binary64 result; these are within 0.75. Go's own are not used: its power
// can be off by hundreds, and its others differ from processor to processor.

// Pow is x to any power y.
func Pow[T Float](x, y T) T { return T(pow(float64(x), float64(y))) }

// Exp is e to the power x.
func Exp[T Float](x T) T { return T(exp(pair{float64(x), 0})) }

// Log is the natural logarithm of x.
func Log[T Float](x T) T { return T(log(float64(x))) }

// pow is e^(y*log|x|), with x's sign where y is odd.
func pow(x, y float64) float64 {
	whole := math.Trunc(y) == y
	switch size := math.Abs(x); {
	case x < 0 && !whole:
		return math.NaN()
	case special(size) || size == 1 || special(math.Abs(y)):
		return math.Pow(x, y) // one of the values that the IEEE standard gives
	}
	l := logarithm(math.Abs(x))
	power := product(y, l.hi)
	power.lo += float64(y * l.lo)
	z := exp(power)
	if x < 0 && math.Mod(y, 2) != 0 {
		return -z
	}
	return z
}

// special tells 0, infinity and NaN of positive numbers.
func special(x float64) bool { return !(x > 0 && x <= math.MaxFloat64) }

func log(x float64) float64 {
	switch {
	case x < 0:
		return math.NaN()
	case special(x):
		return math.Log(x)
	}
	return logarithm(x).hi
}

// ln2 is the logarithm of 2.
var ln2 = pair{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}

// logarithm is the logarithm of x > 0, of which the error is below 2^-68 of it.
// Where x = m*2^e with m near 1, it is e*log 2 + log m, and with
// s = (m-1)/(m+1), log m is 2s(1 + s^2/3 + s^4/5 + …).
func logarithm(x float64) pair {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	s := quotient(m-1, sum(m, 1))
	s.hi, s.lo = 2*s.hi, 2*s.lo
	exponent := pair{float64(e), 0}
	return exponent.times(ln2).plus(s).plus(s.times(atanhRest(s)))
}

// The series of atanhRest: its first terms as pairs, and the number of the term
// with which it ends. The first that is left out is below 2^-75.
var (
	firstTerms = [...]pair{quotient(1, pair{3, 0}), quotient(1, pair{5, 0}), quotient(1, pair{7, 0})}
	lastTerm   = 29.0
)

// atanhRest is s^2/3 + s^4/5 + … for a pair of 2s.
func atanhRest(twice pair) pair {
	square := twice.times(twice)
	square.hi, square.lo = square.hi/4, square.lo/4
	tail := 0.0
	for k := lastTerm; k > 7; k -= 2 {
		tail = 1/k + float64(square.hi*tail)
	}
	rest := square.times(pair{tail, 0})
	for i := len(firstTerms) - 1; i >= 0; i-- {
		rest = square.times(firstTerms[i].plus(rest))
	}
	return rest
}

// Beyond these powers e^x is infinity or 0 in binary64.
const (
	overflows  = 710
	underflows = -746
)

// exp is e^x. Where x = k*log 2 + r, it is 2^k*e^r.
func exp(x pair) float64 {
	switch {
	case x.hi > overflows:
		return math.Inf(1)
	case x.hi < underflows:
		return 0
	case x.hi != x.hi:
		return x.hi
	}
	k := math.RoundToEven(x.hi / ln2.hi)
	r := pair{-k, 0}.times(ln2)
	r = x.plus(r)
	one := sum(1, r.hi)
	return math.Ldexp(one.hi+(one.lo+(r.lo+float64(r.hi*r.lo)+expRest(r.hi))), int(k))
}

// expTerms are 1/2!, 1/3!, …, 1/15!; the first term that is left out is below
// 2^-60.
var expTerms = factorials(15)

func factorials(last int) []float64 {
	terms, product := []float64{}, 1.0
	for n := 2; n <= last; n++ {
		product *= float64(n) // exact up to 18!
		terms = append(terms, 1/product)
	}
	return terms
}

// expRest is e^r - 1 - r = r^2(1/2! + r(1/3! + …)) for |r| < 0.35.
func expRest(r float64) float64 {
	rest := 0.0
	for i := len(expTerms) - 1; i >= 0; i-- {
		rest = expTerms[i] + float64(r*rest)
	}
	return float64(float64(r*r) * rest)
}
