package num

import "math"

// Pow is x to the power y, within 0.51 ULP, with the special cases of IEEE 754
// but for one: a negative x, -Inf too, to a power that is not whole is NaN.
func Pow[T Float](x, y T) T { return T(pow(float64(x), float64(y))) }

// Where |y| is outside of these, the power is the same as for infinity, or 1.
const (
	powLargest  = 0x1p64
	powSmallest = 0x1p-65
)

// pow is e^(y*log|x|), with x's sign where y is odd.
func pow(x, y float64) float64 {
	bits := math.Float64bits(x)
	size := math.Abs(y)
	if bits-smallestBits < normalNumbers && size >= powSmallest && size < powLargest {
		return powPositive(bits, y)
	}
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y || x < 0 && math.Trunc(y) != y:
		return math.NaN()
	case size >= powLargest:
		return powHuge(math.Abs(x), y)
	case x == 0 || math.IsInf(x, 0):
		return powOfEnd(x, y)
	case x < 0 && isOdd(y):
		return -powFinite(-x, y)
	}
	return powFinite(math.Abs(x), y)
}

// powPositive is the power of a positive number that is given by its bits, as
// for logReduce.
func powPositive(bits uint64, y float64) float64 {
	logHi, logLo := logTwofold(bits)
	hi, lo := product(y, logHi)
	return exp(hi, lo+float64(y*logLo))
}

// powFinite is the power of a positive number, where |y| is below powLargest.
func powFinite(x, y float64) float64 {
	switch bits := math.Float64bits(x); {
	case math.Abs(y) < powSmallest:
		return 1
	case bits < smallestBits:
		return powPositive(math.Float64bits(x*0x1p52)-52<<52, y)
	default:
		return powPositive(bits, y)
	}
}

// powHuge is x^y for x >= 0 and y so large that only x = 1 gives a number.
func powHuge(x, y float64) float64 {
	switch {
	case x == 1:
		return 1
	case (x > 1) == (y > 0):
		return math.Inf(1)
	}
	return 0
}

// powOfEnd is the power of a zero or an infinity, where y is a number.
func powOfEnd(x, y float64) float64 {
	size := 0.0
	if (x == 0) == (y < 0) {
		size = math.Inf(1)
	}
	if isOdd(y) {
		return math.Copysign(size, x)
	}
	return size
}

// isOdd tells whether y is an odd whole number.
func isOdd(y float64) bool { return math.Trunc(y) == y && math.Trunc(y/2)*2 != y }
