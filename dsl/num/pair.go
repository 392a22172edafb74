package num

import "math"

// pair is the number hi+lo to about 106 bits: hi is the sum rounded, lo the
// rest. All of its arithmetic is exact operations and explicit roundings, so
// that it gives the same bits on every processor.
type pair struct{ hi, lo float64 }

// sum is x+y without error.
func sum(x, y float64) pair {
	s := x + y
	t := s - x
	return pair{s, (x - (s - t)) + (y - t)}
}

// product is x*y without error, unless it underflows.
func product(x, y float64) pair {
	p := float64(x * y)
	return pair{p, math.FMA(x, y, -p)}
}

// quotient is x/y; its error is below 2^-100 of it.
func quotient(x float64, y pair) pair {
	q := x / y.hi
	rest := math.FMA(-q, y.hi, x) - float64(q*y.lo)
	return sum(q, rest/y.hi)
}

func (a pair) plus(b pair) pair {
	s := sum(a.hi, b.hi)
	return sum(s.hi, s.lo+(a.lo+b.lo))
}

func (a pair) times(b pair) pair {
	p := product(a.hi, b.hi)
	return sum(p.hi, p.lo+(float64(a.hi*b.lo)+float64(a.lo*b.hi)))
}
