package num

import (
	"math"
	"math/bits"
)

// Random numbers are a function of where they stand: the seed of the run, the
// tensor, the step, the call in the rule's text and the element. So nothing is
// kept between two of them, and neither threads nor the order of the work can
// change one. LANGUAGE.md, section 11, defines each bit.
//
// The generator is Philox4x32-10 of J. K. Salmon, M. A. Moraes, R. O. Dror and
// D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

// Uniform is a number from 0 to 1, both excluded: an odd multiple of 2^-24,
// which both dtypes have exactly. The tensor is its 0-based index in the run, t
// the number of its step from 1, the call the 0-based number of the call in the
// rule's text, and the element the 0-based index in the tensor.
func Uniform[T Float](seed uint64, tensor int, t int64, call, element int) T {
	w := philox(place(tensor, t, call, element), seed)
	return T(float64(w[0]>>9<<1|1) * 0x1p-24)
}

// Normal is a number of the standard normal distribution, computed in float64
// and rounded once to T; the arguments are those of Uniform. In float64 it lies
// within 8.21 of 0, and its relative error as the quantile of its probability
// is below 1e-15.
func Normal[T Float](seed uint64, tensor int, t int64, call, element int) T {
	w := philox(place(tensor, t, call, element), seed)
	k := uint64(w[0])<<20 | uint64(w[1])>>12
	return T(quantile(float64(2*k+1) * 0x1p-53))
}

// place packs where a number stands into the generator's counter.
func place(tensor int, t int64, call, element int) [4]uint32 {
	return [4]uint32{
		uint32(element),
		uint32(call)<<16 | uint32(uint64(element)>>32),
		uint32(t),
		uint32(tensor) | uint32(uint64(t)>>32)<<24,
	}
}

// philox is Philox4x32-10 of a counter under a key of two words, the low one
// first.
func philox(c [4]uint32, key uint64) [4]uint32 {
	k0, k1 := uint32(key), uint32(key>>32)
	for range 10 {
		hi0, lo0 := bits.Mul32(0xD2511F53, c[0])
		hi1, lo1 := bits.Mul32(0xCD9E8D57, c[2])
		c = [4]uint32{hi1 ^ c[1] ^ k0, lo1, hi0 ^ c[3] ^ k1, lo0}
		k0, k1 = k0+0x9E3779B9, k1+0xBB67AE85
	}
	return c
}

// quantile is the z below which a standard normal number lies with probability
// p, for p from 2^-53 to 1-2^-53: the algorithm PPND16 of M. J. Wichura,
// "Algorithm AS 241: the percentage points of the normal distribution", Applied
// Statistics 37 (1988). The differences from 1/2 and from 1 are exact.
func quantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return float64(q*horner(&middleOver, r)) / horner(&middleUnder, r)
	}
	r := min(p, 1-p)
	r = math.Sqrt(-logOfTail(r))
	z := 0.0
	if r <= 5 {
		z = horner(&tailOver, r-1.6) / horner(&tailUnder, r-1.6)
	} else {
		z = horner(&farOver, r-5) / horner(&farUnder, r-5)
	}
	return math.Copysign(z, q)
}

// horner is the polynomial of the given coefficients, that of x^0 first.
func horner(c *[8]float64, x float64) float64 {
	y := c[7]
	for i := 6; i >= 0; i-- {
		y = float64(y*x) + c[i]
	}
	return y
}

// The coefficients of PPND16: numerators and denominators in the middle, in the
// tails, and far out in them.
var (
	middleOver = [8]float64{
		3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
	}
	middleUnder = [8]float64{
		1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
	}
	tailOver = [8]float64{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	}
	tailUnder = [8]float64{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	}
	farOver = [8]float64{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	}
	farUnder = [8]float64{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	}
)

// ln2 is log 2 as binary64 has it.
const ln2 = 0.693147180559945309417232121458176568

// logOfTail is log r for r from 2^-53 to 0.075, by a chain of operations that
// LANGUAGE.md gives, so that the class of normal is exact: with r = m*2^e, m from
// the root of 1/2 to that of 2, and s = (m-1)/(m+1), it is
// e*log 2 + 2s(1 + s^2/3 + s^4/5 + … + s^22/23).
func logOfTail(r float64) float64 {
	b := math.Float64bits(r)
	e := int(b>>52) - 1023
	m := math.Float64frombits(b&fraction | 1023<<52)
	if m > 1.4142135623730951 {
		m, e = m/2, e+1
	}
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	y := 1.0 / 23
	for k := 21; k >= 1; k -= 2 {
		y = float64(y*z) + 1/float64(k)
	}
	return float64(float64(e)*ln2) + float64(2*s*y)
}
