package num_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
)

func finite(x float64) bool { return x-x == 0 }

// checkPow compares with the oracle where the power is no special case. Where
// the power's logarithm is beyond the oracle's reach it must be 0 or infinity.
func checkPow(t *testing.T, x, y float64) {
	if !finite(x) || !finite(y) || x <= 0 || y == 0 || x == 1 {
		return
	}
	got := num.Pow(x, y)
	if l := y * math.Log(x); math.Abs(l) > 1000 {
		want := map[bool]float64{true: inf, false: 0}[l > 0]
		same(t, want, got, "pow", x, y)
		return
	}
	assert.LessOrEqual(t, ulps(got, bigPow(x, y)), bound, "pow(%x, %x)", x, y)
}

func checkExpAndLog(t *testing.T, x float64) {
	if math.Abs(x) < 1000 {
		assert.LessOrEqual(t, ulps(num.Exp(x), bigExp(bigFloat(x))), bound, "exp(%x)", x)
	}
	if finite(x) && x > 0 {
		assert.LessOrEqual(t, ulps(num.Log(x), bigLog(x)), bound, "log(%x)", x)
	}
}

func FuzzClose(f *testing.F) {
	for _, x := range everyValue() {
		f.Add(math.Float64bits(x), math.Float64bits(1.5))
		f.Add(math.Float64bits(1.5), math.Float64bits(x))
	}
	f.Add(math.Float64bits(0.251082919456289), math.Float64bits(240.25))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		checkExpAndLog(t, x)
		checkPow(t, math.Abs(x), y)
		if x < 0 && finite(y) && math.Trunc(y) != y {
			same(t, nan, num.Pow(x, y), "pow", x, y)
		}
	})
}
