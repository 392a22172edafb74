package mutate

import (
	"math"
	"math/rand/v2"

	"github.com/optc-lang/optc/registry/abi"
)

// Special are numbers that few formulas think of: zeros of both signs, ones,
// what is subnormal or has an infinite square in one of the dtypes, the greatest
// of f32, infinities and NaN.
var Special = []float64{
	0, math.Copysign(0, -1), 1, -1, 1e-42, -1e-42, 1e-45, 5e-310, -5e-324, 1e19, -1e19, 1e160, -1e160,
	math.MaxFloat32, math.Inf(1), math.Inf(-1), math.NaN(),
}

// Usual is a number such as gradients have, of any size about 1.
func Usual(rng *rand.Rand) float64 { return rng.NormFloat64() * math.Exp(2*rng.NormFloat64()) }

// Same compares two numbers bit by bit; which NaN a NaN is does not matter.
// Widening binary32 to binary64 is exact and keeps the sign of zero.
func Same(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

// insideTries is how many numbers Inside draws before it looks at the ends: a
// domain in which so many miss holds a few numbers only.
const insideTries = 64

// Inside is a number in a domain that makes every term count: not 0, unless the
// domain holds nothing else. The domain must hold a number.
func Inside(rng *rand.Rand, d abi.Domain) float64 {
	for range insideTries {
		if x := anywhere(rng, d); x != 0 && d.Contains(x) {
			return x
		}
	}
	up, down := math.Inf(1), math.Inf(-1)
	for _, x := range []float64{d.Lo/2 + d.Hi/2, d.Lo, d.Hi, math.Nextafter(d.Lo, up), math.Nextafter(d.Hi, down)} {
		if x != 0 && d.Contains(x) {
			return x
		}
	}
	return 0
}

// anywhere draws between the ends of a domain, or about 1 beside its only one;
// rounding can take the number to an end, or one ULP beyond.
func anywhere(rng *rand.Rand, d abi.Domain) float64 {
	below, above := !math.IsInf(d.Lo, 0), !math.IsInf(d.Hi, 0)
	switch {
	case below && above: // the difference of the ends may be infinite
		u := rng.Float64()
		return float64(d.Lo*(1-u)) + float64(d.Hi*u)
	case below:
		return d.Lo + math.Exp(rng.NormFloat64()-1)
	case above:
		return d.Hi - math.Exp(rng.NormFloat64()-1)
	}
	return rng.NormFloat64()
}
