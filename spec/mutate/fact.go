package mutate

import (
	"math"

	"github.com/optc-lang/optc/registry/abi"
)

// fact is what a number is known to be: NaN, where it may be, or in the closed
// interval from lo to hi, whose zeros have the signs that may occur. Where lo
// is more than hi it is NaN and nothing else.
//
// Bounds are rounded as the operations are: rounding keeps the order, so what
// is computed of the bounds bounds what is computed.
type fact struct {
	lo, hi     float64
	nan        bool
	neg0, pos0 bool // -0 and +0 may occur
}

// anything is what is known of θ and of g.
var anything = fact{math.Inf(-1), math.Inf(1), true, true, true}

// always is what is known of a number that never changes.
func always(x float64) fact {
	if x != x {
		return fact{lo: 1, hi: 0, nan: true}
	}
	return fact{lo: x, hi: x, neg0: x == 0 && math.Signbit(x), pos0: x == 0 && !math.Signbit(x)}
}

// constant is the one number that a fact allows, if it is one.
func (f fact) constant() (float64, bool) {
	switch {
	case f.empty():
		return math.NaN(), f.nan
	case f.nan || f.lo != f.hi || f.lo == 0 && f.neg0 == f.pos0:
		return 0, false
	case f.neg0:
		return math.Copysign(0, -1), true
	}
	return f.lo + 0, true // a bound has no use for the sign of zero
}

func (f fact) empty() bool { return f.lo > f.hi }

func (f fact) zero() bool { return f.neg0 || f.pos0 }

func (f fact) infinite() bool {
	return math.IsInf(f.lo, -1) && !f.empty() || math.IsInf(f.hi, 1) && !f.empty()
}

// negative and positive tell which signs may occur, those of zeros too.
func (f fact) negative() bool { return !f.empty() && f.lo < 0 || f.neg0 }
func (f fact) positive() bool { return !f.empty() && f.hi > 0 || f.pos0 }

// both is what is known by two facts together.
func both(a, b fact) fact {
	f := fact{max(a.lo, b.lo), min(a.hi, b.hi), a.nan && b.nan, a.neg0 && b.neg0, a.pos0 && b.pos0}.tidy()
	if f.lo == 0 && f.hi == 0 && !f.zero() {
		f.lo, f.hi = 1, 0
	}
	return f
}

// tidy drops the zeros that the interval doesn't have.
func (f fact) tidy() fact {
	if f.lo > 0 || f.hi < 0 {
		f.neg0, f.pos0 = false, false
	}
	return f
}

func join(a, b fact) fact {
	nan := a.nan || b.nan
	switch {
	case a.empty():
		a = b
	case !b.empty():
		a = fact{lo: min(a.lo, b.lo), hi: max(a.hi, b.hi), neg0: a.neg0 || b.neg0, pos0: a.pos0 || b.pos0}
	}
	a.nan = nan
	return a
}

// of is what is known of a hyperparameter: it lies in its domain.
func of(d abi.Domain) fact {
	f := fact{lo: d.Lo, hi: d.Hi}
	if d.LoOpen {
		f.lo = math.Nextafter(d.Lo, math.Inf(1))
	}
	if d.HiOpen {
		f.hi = math.Nextafter(d.Hi, math.Inf(-1))
	}
	f.neg0, f.pos0 = d.Contains(0), d.Contains(0)
	return f
}

// rounded is a fact after rounding to the dtype; what is tiny may become zero.
func (f fact) rounded(round func(float64) float64) fact {
	if f.empty() {
		return f
	}
	g := fact{lo: round(f.lo), hi: round(f.hi), nan: f.nan}
	g.neg0 = f.neg0 || f.lo < 0 && g.hi >= 0 || f.lo < 0 && g.hi == 0
	g.pos0 = f.pos0 || f.hi > 0 && g.lo <= 0
	return g.tidy()
}

func (f fact) neg() fact {
	return fact{lo: -f.hi, hi: -f.lo, nan: f.nan, neg0: f.pos0, pos0: f.neg0}
}

func (f fact) abs() fact {
	g := fact{lo: f.smallest(), hi: f.largest(), nan: f.nan, pos0: f.zero()}
	if f.empty() {
		g.lo, g.hi = 1, 0
	}
	return g
}

// smallest and largest are the bounds of the number without its sign.
func (f fact) smallest() float64 {
	if f.lo <= 0 && f.hi >= 0 {
		return 0
	}
	return min(math.Abs(f.lo), math.Abs(f.hi))
}

func (f fact) largest() float64 { return max(math.Abs(f.lo), math.Abs(f.hi)) }
