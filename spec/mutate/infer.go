package mutate

import (
	"math"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// infer is what is known of an operation on numbers of which a and b are known,
// rounded to the dtype by round.
func infer(op ir.Op, a, b fact, round func(float64) float64) fact {
	switch op {
	case ir.Add:
		return sumOf(a, b, round)
	case ir.Mul:
		return productOf(a, b, round)
	case ir.Div:
		return quotientOf(a, b, round)
	case ir.Neg:
		return a.neg()
	case ir.Abs, ir.MaxAbs:
		return reducedIn(op, a.abs())
	case ir.Sqrt:
		return rootOf(a, round)
	case ir.Sign:
		return signOf(a)
	case ir.Min:
		return maxOf(a.neg(), b.neg()).neg()
	case ir.Max:
		return maxOf(a, b)
	case ir.PowInt, ir.Pow:
		return powerOf(op, a, b)
	case ir.Log:
		if a.lo >= 1 { // it has the logarithm's sign
			return fact{lo: 0, hi: math.Inf(1), nan: a.nan, pos0: true}
		}
	case ir.Exp, ir.Norm:
		return fact{lo: 0, hi: math.Inf(1), nan: a.nan, pos0: true}
	case ir.Sum, ir.Mean:
		if !a.negative() { // of no elements the mean is NaN
			return fact{lo: 0, hi: math.Inf(1), nan: a.nan || op == ir.Mean, pos0: true}
		}
	}
	return anything
}

// reducedIn widens what is known of an absolute value for the greatest one,
// which is +0 for no elements.
func reducedIn(op ir.Op, f fact) fact {
	if op == ir.MaxAbs {
		nan := f.nan
		f = join(f, always(0))
		f.nan = nan
	}
	return f
}

// sumOf bounds a sum. Where the sum of two bounds is NaN, one of the numbers is
// an infinity and nothing else, and so is the sum.
func sumOf(a, b fact, round func(float64) float64) fact {
	if a.empty() || b.empty() {
		return always(math.NaN())
	}
	opposite := math.IsInf(a.lo, -1) && math.IsInf(b.hi, 1) || math.IsInf(a.hi, 1) && math.IsInf(b.lo, -1)
	cancels := a.hi >= -b.hi && -b.lo >= a.lo // some x in a and -x in b
	zero := cancels && !(a.only0() && b.only0() && !a.pos0 && !b.pos0)
	return fact{
		lo: orElse(round(a.lo+b.lo), math.Inf(1)), hi: orElse(round(a.hi+b.hi), math.Inf(-1)),
		nan: a.nan || b.nan || opposite, neg0: a.neg0 && b.neg0, pos0: zero,
	}.tidy()
}

// signed bounds what has a magnitude between lo and hi, for a product or a
// quotient of a and b. What is negative by the sign of a zero alone is -0, but
// for a quotient by one.
func signed(a, b fact, lo, hi float64, nan, quotient bool) fact {
	pos := a.positive() && b.positive() || a.negative() && b.negative()
	neg := a.positive() && b.negative() || a.negative() && b.positive()
	above, below := !b.empty() && b.hi > 0, !b.empty() && b.lo < 0
	if quotient {
		above, below = b.positive(), b.negative()
	}
	f := fact{lo: lo, hi: -lo, nan: nan, neg0: neg && lo == 0, pos0: pos && lo == 0}
	switch {
	case a.hi > 0 && below || a.lo < 0 && above:
		f.lo = -hi
	case neg:
		f.lo = 0
	}
	switch {
	case a.hi > 0 && above || a.lo < 0 && below:
		f.hi = hi
	case pos:
		f.hi = 0
	}
	return f
}

// orElse is x, or y where x is NaN.
func orElse(x, y float64) float64 {
	if x != x {
		return y
	}
	return x
}

func productOf(a, b fact, round func(float64) float64) fact {
	if a.empty() || b.empty() {
		return always(math.NaN())
	}
	nan := a.nan || b.nan || a.zero() && b.infinite() || a.infinite() && b.zero()
	if a.only0() && b.onlyInf() || a.onlyInf() && b.only0() {
		return always(math.NaN())
	}
	lo := orElse(a.smallest()*b.smallest(), 0)
	hi := orElse(a.largest()*b.largest(), 0)
	f := signed(a, b, round(lo), round(hi), nan, false)
	if b.smallest() > 0.5 {
		a, b = b, a
	}
	if a.smallest() > 0.5 { // too great for the product of another number to vanish
		f.neg0 = f.neg0 && (b.neg0 && a.hi > 0 || b.pos0 && a.lo < 0)
		f.pos0 = f.pos0 && (b.pos0 && a.hi > 0 || b.neg0 && a.lo < 0)
	}
	return f
}

// vanishes tells a number that is always a zero.
func (f fact) vanishes() bool { return f.only0() && !f.nan }

// absorbs tells that f + x is f, since f is one infinity, or NaN.
func (f fact) absorbs(x fact) bool {
	return f.onlyInf() && !x.nan && !x.empty() && !math.IsInf(x.lo, 0) && !math.IsInf(x.hi, 0)
}

func (f fact) only0() bool   { return f.lo == 0 && f.hi == 0 }
func (f fact) onlyInf() bool { return math.IsInf(f.lo, 0) && f.lo == f.hi }

// squareOf is a number times itself.
func squareOf(a fact, round func(float64) float64) fact {
	if a.empty() {
		return a
	}
	f := productOf(a.abs(), a.abs(), round)
	f.nan, f.neg0 = a.nan, false
	return f
}

func quotientOf(a, b fact, round func(float64) float64) fact {
	if a.empty() || b.empty() {
		return always(math.NaN())
	}
	nan := a.nan || b.nan || a.zero() && b.zero() || a.infinite() && b.infinite()
	if a.only0() && b.only0() || a.onlyInf() && b.onlyInf() {
		return always(math.NaN())
	}
	lo := orElse(a.smallest()/b.largest(), 0)
	hi := orElse(a.largest()/b.smallest(), math.Inf(1))
	return signed(a, b, round(lo), round(hi), nan, true)
}

func rootOf(a fact, round func(float64) float64) fact {
	if a.empty() || a.hi < 0 {
		return always(math.NaN())
	}
	return fact{round(math.Sqrt(max(a.lo, 0))), round(math.Sqrt(max(a.hi, 0))), a.nan || a.lo < 0, a.neg0, a.pos0}.withRoot0(a)
}

// withRoot0 keeps the interval of a root at the zeros that its argument has.
func (f fact) withRoot0(a fact) fact {
	if a.lo > 0 {
		f.neg0, f.pos0 = false, false
	}
	return f
}

func signOf(a fact) fact {
	if a.empty() {
		return a
	}
	return fact{num.Sign(a.lo), num.Sign(a.hi), a.nan, a.neg0, a.pos0}
}

func maxOf(a, b fact) fact {
	if a.empty() || b.empty() {
		return always(math.NaN())
	}
	return fact{max(a.lo, b.lo), max(a.hi, b.hi), a.nan || b.nan, a.neg0 || b.neg0, a.pos0 || b.pos0}.tidy()
}

// powerOf knows powers of numbers that are not negative. A whole power of -0 is
// -Inf for an odd exponent below 0. With a whole exponent from 1, powers of
// numbers up to 1 grow no further; one that is infinite gives NaN.
func powerOf(op ir.Op, a, b fact) fact {
	if a.empty() || a.lo < 0 || a.neg0 && b.lo < 0 {
		return anything
	}
	if op == ir.PowInt && a.hi <= 1 && b.lo >= 1 && !b.nan && !b.infinite() {
		return fact{0, a.hi, a.nan, a.neg0, true}
	}
	return fact{0, math.Inf(1), true, a.neg0, true}
}
