// Package num is the arithmetic of the language that Go lacks: the functions
// of LANGUAGE.md, section 7, and the tree of section 8, as generated code calls
// them. Everything here rounds each operation once; explicit conversions keep a
// compiler from fusing a product with a sum.
package num

import (
	"math"
	"math/bits"
)

// Float is a dtype's Go type.
type Float interface{ float32 | float64 }

// Max is x where x > y or x is NaN, else y.
func Max[T Float](x, y T) T {
	if x > y || x != x {
		return x
	}
	return y
}

// Min is x where x < y or x is NaN, else y.
func Min[T Float](x, y T) T {
	if x < y || x != x {
		return x
	}
	return y
}

// Abs is x without its sign bit.
func Abs[T Float](x T) T { return T(math.Abs(float64(x))) }

// Sign is 1 where x > 0, -1 where x < 0, else x itself.
func Sign[T Float](x T) T {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// Sqrt is the square root, rounded once. A float32 root by way of float64 is
// the correctly rounded one, for float64 has more than twice its digits.
func Sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// Select is x where c holds, else y.
func Select[T Float](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

// PowInt is x to the whole power n by the chain of squares and products that
// takes n's binary digits from the highest down; n is rounded toward zero, and
// the power is NaN where n is NaN or beyond 2^53.
func PowInt(x, n float64) float64 {
	if !(math.Abs(n) <= 1<<53) {
		return math.NaN()
	}
	if n < 0 {
		return 1 / chain(x, uint64(-n))
	}
	return chain(x, uint64(n))
}

func chain(x float64, n uint64) float64 {
	if n == 0 {
		return 1
	}
	r := x
	for bit := uint64(1) << (63 - bits.LeadingZeros64(n)) >> 1; bit != 0; bit >>= 1 {
		r = float64(r * r)
		if n&bit != 0 {
			r = float64(r * x)
		}
	}
	return r
}

// Pow is x to any power y.
func Pow[T Float](x, y T) T { return T(math.Pow(float64(x), float64(y))) }

// Exp is e to the power x.
func Exp[T Float](x T) T { return T(math.Exp(float64(x))) }

// Log is the natural logarithm of x.
func Log[T Float](x T) T { return T(math.Log(float64(x))) }
