package num_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
)

// reference is the text that defines the language.
func reference(t *testing.T) string {
	text, err := os.ReadFile("../LANGUAGE.md")
	require.NoError(t, err)
	return string(text)
}

// TestNormalIsAsTheReferenceSays computes as LANGUAGE.md, section 11, says, with
// the coefficients that stand there and in other arithmetic.
func TestNormalIsAsTheReferenceSays(t *testing.T) {
	r := readCoefficients(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		p := randomPlace(rng)
		w := num.Philox([4]uint32{
			uint32(p.element % (1 << 32)), uint32(p.call*(1<<16) + p.element/(1<<32)),
			uint32(p.t % (1 << 32)), uint32(p.t/(1<<32)%256*(1<<24)) + uint32(p.tensor),
		}, p.seed)
		same(t, float64(2*(w[0]/(1<<9))+1)/(1<<24), uniform[float64](p), p)
		k := uint64(w[0])*(1<<20) + uint64(w[1])/(1<<12)
		same(t, r.quantile(float64(2*k+1)/(1<<53)), normal[float64](p), p)
	}
	for e := 1; e <= 53; e++ { // also what is drawn once in 2^53 times
		for _, p := range []float64{math.Ldexp(1, -e), 1 - math.Ldexp(1, -e), math.Ldexp(1.5, -e)} {
			if p < 1 {
				same(t, r.quantile(p), num.Quantile(p), p)
			}
		}
	}
}

// coefficients are those of the reference's polynomials, by their letters.
type coefficients map[string][]*number53

// number53 is a number with 53 binary digits, each operation on which is rounded
// once; the range of its exponent is wider than that of binary64.
type number53 struct{ *big.Float }

func digits53(x float64) *number53 { return &number53{new(big.Float).SetPrec(53).SetFloat64(x)} }

func fresh() *big.Float { return new(big.Float).SetPrec(53) }

func (x *number53) plus(y *number53) *number53 { return &number53{fresh().Add(x.Float, y.Float)} }
func (x *number53) minus(y *number53) *number53 {
	return &number53{fresh().Sub(x.Float, y.Float)}
}
func (x *number53) times(y *number53) *number53 { return &number53{fresh().Mul(x.Float, y.Float)} }
func (x *number53) over(y *number53) *number53  { return &number53{fresh().Quo(x.Float, y.Float)} }

// readCoefficients reads the rows A to F of the reference.
func readCoefficients(t *testing.T) coefficients {
	c := coefficients{}
	for _, line := range strings.Split(reference(t), "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 2 || len(cells[0]) != 3 || !strings.Contains("ABCDEF", cells[0][2:]) {
			continue
		}
		for _, text := range strings.Split(strings.TrimSuffix(cells[1], " |"), ", ") {
			x, _, err := big.ParseFloat(text, 10, 53, big.ToNearestEven)
			require.NoError(t, err, text)
			c[cells[0][2:]] = append(c[cells[0][2:]], &number53{x})
		}
	}
	require.Len(t, c, 6)
	for letter := range c {
		require.Len(t, c[letter], 8, letter)
	}
	return c
}

func (c coefficients) polynomial(letter string, r *number53) *number53 {
	y := c[letter][7]
	for i := 6; i >= 0; i-- {
		y = y.times(r).plus(c[letter][i])
	}
	return y
}

func (c coefficients) quantile(p float64) float64 {
	q := digits53(p).minus(digits53(0.5))
	if new(big.Float).Abs(q.Float).Cmp(big.NewFloat(0.425)) <= 0 {
		r := digits53(0.180625).minus(q.times(q))
		return value(q.times(c.polynomial("A", r)).over(c.polynomial("B", r)))
	}
	s := math.Min(p, 1-p)
	r := &number53{fresh().Sqrt(fresh().Neg(tailLog(s).Float))}
	over, under, from := "C", "D", digits53(1.6)
	if r.Cmp(big.NewFloat(5)) > 0 {
		over, under, from = "E", "F", digits53(5)
	}
	r = r.minus(from)
	return math.Copysign(value(c.polynomial(over, r).over(c.polynomial(under, r))), value(q))
}

func value(x *number53) float64 {
	f, _ := x.Float64()
	return f
}

// tailLog is the reference's L.
func tailLog(s float64) *number53 {
	m, e := math.Frexp(s)
	m, e = 2*m, e-1
	if m > 1.4142135623730951 {
		m, e = m/2, e+1
	}
	one := digits53(1)
	d := digits53(m).minus(one).over(digits53(m).plus(one))
	x, y := d.times(d), one.over(digits53(23))
	for i := 21; i >= 1; i -= 2 {
		y = y.times(x).plus(one.over(digits53(float64(i))))
	}
	return digits53(float64(e)).times(digits53(0.6931471805599453)).plus(digits53(2).times(d).times(y))
}

// TestQuantileIsAccurate puts z into the distribution function, with 200 binary
// digits: its distance from p, divided by the density, is the error of z.
func TestQuantileIsAccurate(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	worst := 0.0
	try := func(p float64) {
		z := num.Quantile(p)
		off := new(big.Float).Sub(distribution(z), bigFloat(p))
		off.Quo(off, density(z))
		err, _ := off.Float64()
		worst = max(worst, math.Abs(err/z))
	}
	for range 1500 {
		try(float64(2*(rng.Uint64()>>12)+1) * 0x1p-53)
		try(math.Ldexp(float64(rng.Uint64()>>11|1), -53-rng.IntN(50)) + 0x1p-53)
	}
	for e := 2; e <= 53; e++ {
		try(math.Ldexp(1, -e))
	}
	assert.Less(t, worst, 1e-15, "the greatest relative error")
	assert.Greater(t, worst, 1e-17, "the test measures something")
	assert.Zero(t, num.Quantile(0.5))
	assert.Less(t, -num.Quantile(0x1p-53), 8.21)
}

var rootOfTwoPi, _, _ = big.ParseFloat("2.50662827463100050241576528481104525300698674060993831662992357634", 10, oracleDigits, big.ToNearestEven)

// density is exp(-z^2/2)/sqrt(2 pi).
func density(z float64) *big.Float {
	half := new(big.Float).Mul(bigFloat(z), bigFloat(-z/2))
	return new(big.Float).Quo(bigExp(half), rootOfTwoPi)
}

// distribution is the probability of less than z:
// 1/2 + density(z)*(z + z^3/3 + z^5/(3*5) + …).
func distribution(z float64) *big.Float {
	term, sum, square := bigFloat(z), bigFloat(0), new(big.Float).Mul(bigFloat(z), bigFloat(z))
	for k := 3; term.Sign() != 0 && term.MantExp(nil) > -oracleDigits; k += 2 {
		sum.Add(sum, term)
		term.Mul(term, square)
		term.Quo(term, bigFloat(float64(k)))
	}
	return sum.Add(sum.Mul(sum, density(z)), bigFloat(0.5))
}
