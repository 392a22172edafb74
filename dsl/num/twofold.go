package num

import "math"

// The functions of class close, Pow, Exp and Log, are made of additions,
// subtractions and multiplications of binary64, each rounded once, of integer
// operations and of tables. So they give the same bits on every processor, and
// whoever does the same operations in the same order gets them too. The tools
// are those of T. J. Dekker, "A floating-point technique for extending the
// available precision", Numerische Mathematik 18 (1971), and of P. T. P. Tang's
// tables: "Table-driven implementation of the exponential function in IEEE
// floating-point arithmetic", ACM TOMS 15 (1989), and of the logarithm, ACM
// TOMS 16 (1990).

//go:generate go run ./internal/tables

// twofold is the number hi + lo, where lo is small beside hi.
type twofold struct{ hi, lo float64 }

// sum is a+b rounded, and what the rounding left out, exactly. It needs
// |a| >= |b| or a = 0.
func sum(a, b float64) (hi, lo float64) {
	hi = a + b
	return hi, b - (hi - a)
}

// product is a*b rounded, and what the rounding left out, to within 2^-106 of
// it. It needs that no part of it overflows or underflows.
func product(a, b float64) (hi, lo float64) {
	at, bt := top(a), top(b)
	al, bl := a-at, b-bt
	hi = float64(a * b)
	lo = float64(at*bt) - hi
	lo += float64(at * bl)
	lo += float64(al * bt)
	return hi, lo + float64(al*bl)
}

// top is x with the first 26 of its 53 binary digits, so that the product of
// two such numbers is exact.
func top(x float64) float64 { return math.Float64frombits(math.Float64bits(x) &^ (1<<27 - 1)) }
