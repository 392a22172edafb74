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
// the power is NaN where n is no finite number.
func PowInt(x, n float64) float64 {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return math.NaN()
	case n < 0:
		return 1 / chain(x, -n)
	}
	return chain(x, n)
}

func chain(x, n float64) float64 {
	squares := 0
	for ; n >= 1<<53; n /= 2 { // such a number is even
		squares++
	}
	r := digits(x, uint64(n))
	for range squares {
		r = float64(r * r)
	}
	return r
}

// digits is the chain for n below 2^53.
func digits(x float64, n uint64) float64 {
	if n == 0 {
		return 1
	}
	r := x
	for i := bits.Len64(n) - 2; i >= 0; i-- {
		r = float64(r * r)
		if n>>i&1 == 1 {
			r = float64(r * x)
		}
	}
	return r
}
