package num

import "math"

// Log is the natural logarithm of x, within 0.51 ULP.
func Log[T Float](x T) T { return T(log(float64(x))) }

// logEntry is a number c of few digits, and -log(c), the high part of which is
// a multiple of 2^-42.
type logEntry struct {
	c   float64
	log twofold
}

const (
	fraction      = 1<<52 - 1 // the bits of a number that are not its sign and exponent
	smallestBits  = 1 << 52   // the bits of 2^-1022, the smallest normal number
	infinityBits  = 0x7ff << 52
	normalNumbers = infinityBits - smallestBits
)

// log is the sum of the parts, the largest last.
func log(x float64) float64 {
	bits := math.Float64bits(x)
	if bits-smallestBits >= normalNumbers {
		if !(x > 0 && x <= math.MaxFloat64) {
			return logBeyond(x)
		}
		bits = math.Float64bits(x*0x1p52) - 52<<52
	}
	e, c, r := logReduce(bits)
	hi, lo := sum(float64(e*ln2Hi)+c.hi, r)
	r2 := float64(r * r)
	lo += float64(e*ln2Lo) + c.lo
	lo += float64(r2*float64(r*logRest(r, r2))) - float64(0.5*r2)
	return hi + lo
}

// logBeyond is log x where x is zero, negative, infinity or NaN.
func logBeyond(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	}
	return x
}

// logReduce finds for a positive number, given by its bits,
//
//	x = 2^e * m,   log x = e*log(2) - log(c) + log(1+r),   r = m*c - 1
//
// with m in about [0.706, 1.412), c from the table and |r| < 2^-8, without
// rounding: the last 32 digits of m are multiplied by c apart, and r has at most
// 53 digits. For a subnormal number the bits go on below zero: they are those of
// x*2^52, less 52 in the exponent.
func logReduce(bits uint64) (e float64, c *twofold, r float64) {
	bits -= logOffset
	entry := &logTable[bits>>logShift&0xff]
	m := bits&fraction + logOffset
	high := math.Float64frombits(m &^ (1<<32 - 1))
	low := math.Float64frombits(m) - high
	r = (float64(high*entry.c) - 1) + float64(low*entry.c)
	return float64(int64(bits) >> 52), &entry.log, r
}

// logRest is (log(1+r) - r + r^2/2)/r^3 = 1/3 - r/4 + … + r^6/9.
func logRest(r, r2 float64) float64 {
	a := 1.0/3 - float64(r*(1.0/4))
	b := 1.0/5 - float64(r*(1.0/6))
	c := 1.0/7 - float64(r*(1.0/8)) + float64(r2*(1.0/9))
	return a + float64(r2*(b+float64(r2*c)))
}

// logTwofold is the logarithm of a positive number, given by its bits, of which
// the error is below 2^-68 of it. The square of r is exact but for 2^-79 of it.
func logTwofold(bits uint64) (hi, lo float64) {
	e, c, r := logReduce(bits)
	rt := top(r)
	hi, lo1 := sum(float64(e*ln2Hi)+c.hi, r)
	hi, lo2 := sum(hi, -float64(0.5*float64(rt*rt)))
	r2 := float64(r * r)
	lo = float64(r2*float64(r*logRest(r, r2))) - float64(0.5*float64((r-rt)*(r+rt)))
	lo += float64(e*ln2Lo) + c.lo
	return sum(hi, lo+(lo1+lo2))
}
