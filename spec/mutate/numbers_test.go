package mutate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// Inside ends, and gives numbers of the domain, for every legal domain: narrow
// ones, half-lines, and those that are wider than the greatest number.
func TestInside(t *testing.T) {
	inf, tiny, huge := math.Inf(1), math.SmallestNonzeroFloat64, math.MaxFloat64
	after := func(x float64) float64 { return math.Nextafter(x, inf) }
	closed := func(lo, hi float64) abi.Domain { return abi.Domain{Lo: lo, Hi: hi} }
	open := func(lo, hi float64) abi.Domain { return abi.Domain{Lo: lo, Hi: hi, LoOpen: true, HiOpen: true} }
	rightOpen := func(lo, hi float64) abi.Domain { return abi.Domain{Lo: lo, Hi: hi, HiOpen: true} }
	leftOpen := func(lo, hi float64) abi.Domain { return abi.Domain{Lo: lo, Hi: hi, LoOpen: true} }
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range []abi.Domain{
		closed(0, 1), rightOpen(0, 1), leftOpen(0, 1), open(0, 1), closed(-1, 1), open(-1, 1),
		leftOpen(-inf, -50), open(-inf, -50), leftOpen(-inf, 0), open(-inf, 0), open(-inf, 1e300), open(-inf, inf),
		rightOpen(50, inf), open(0, inf), rightOpen(0, inf), open(1e300, inf), open(-1e300, inf), open(-inf, -1e300),
		closed(-1e308, 1.7e308), open(-huge, huge), closed(-huge, huge), rightOpen(huge, inf), leftOpen(-inf, -huge),
		closed(3, 3), closed(-0.1, -0.1), closed(huge, huge), closed(tiny, tiny),
		closed(1, after(1)), rightOpen(1, after(1)), leftOpen(1, after(1)), open(1, after(after(1))),
		closed(0, tiny), leftOpen(0, tiny), closed(-tiny, 0), rightOpen(-tiny, 0), closed(-tiny, tiny), open(0, 2*tiny),
		closed(huge/2, after(huge/2)), leftOpen(-0.3, after(-0.3)),
	} {
		for range 300 {
			x := mutate.Inside(rng, d)
			assert.True(t, d.Contains(x), "%v lies not in %v", x, d)
			assert.NotZero(t, x, "of %v", d)
		}
	}
	for _, d := range []abi.Domain{closed(0, 0), rightOpen(0, tiny), leftOpen(-tiny, 0), open(-tiny, tiny)} {
		assert.Zero(t, mutate.Inside(rng, d), "%v", d)
	}
}

// Inside spreads over the domain, not only about an end.
func TestInsideSpreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range []abi.Domain{{Lo: 0, Hi: 1}, {Lo: -1e308, Hi: 1.7e308}, {Lo: -3, Hi: 5}} {
		low, middle := 0, d.Lo/2+d.Hi/2
		for range 1000 {
			if mutate.Inside(rng, d) < middle {
				low++
			}
		}
		assert.InDelta(t, 500, low, 80, "%v", d)
	}
}
