package num_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
)

// ends are values of which one in a power makes it a special case of IEEE 754.
var ends = []float64{0, negZero, 1, -1, inf, -inf, nan}

// plain are values that are no special case themselves.
var plain = []float64{
	5e-324, 0x1p-1022, 1e-300, 0x1p-65, 0.3, 0.5, 1 - 0x1p-53, 1 + 0x1p-52, 1.5, 2, 2.5, 3, 4, 5,
	1<<52 + 0.5, 1<<52 + 1, 1<<53 - 1, 1 << 53, 1<<53 + 2, 1 << 60, 1 << 63, 1 << 64, 1e300, math.MaxFloat64,
}

// everyValue is all of these with both signs.
func everyValue() []float64 {
	all := ends
	for _, x := range plain {
		all = append(all, x, -x)
	}
	return all
}

func isEnd(x float64) bool { return x != x || x == 0 || math.IsInf(x, 0) || math.Abs(x) == 1 }

// Go documents the special cases of the standard.
func TestPowOfEveryPairOfSpecialValues(t *testing.T) {
	for _, x := range everyValue() {
		for _, y := range everyValue() {
			switch {
			case x < 0 && math.Trunc(y) != y: // of -Inf, the standard has a zero or an infinity
				same(t, nan, num.Pow(x, y), "pow", x, y)
			case isEnd(x) && math.Abs(y) != 1 || isEnd(y) && math.Abs(y) != 1:
				same(t, math.Pow(x, y), num.Pow(x, y), "pow", x, y)
				same(t, float32(math.Pow(float64(float32(x)), float64(float32(y)))), num.Pow(float32(x), float32(y)), "pow f32", x, y)
			}
		}
	}
}

func TestPowOfOneAndMinusOne(t *testing.T) {
	for _, x := range everyValue() {
		same(t, x, num.Pow(x, 1), "pow", x, 1)
		if x != 0 && math.Abs(x) > 0x1p-1022 { // 1/x is finite
			off := math.Abs(num.Pow(x, -1)*x - 1)
			assert.True(t, off < 0x1p-51 || isEnd(x), "pow(%v, -1)", x)
		}
	}
}

// An odd power of a negative number is that of its size, negative; an even one
// is that of its size.
func TestPowOfNegativeBases(t *testing.T) {
	for _, x := range plain {
		for _, y := range []float64{-1<<53 + 1, -1001, -7, -3, -1, 1, 3, 7, 1001, 1<<53 - 1} {
			same(t, -num.Pow(x, y), num.Pow(-x, y), "pow", -x, y)
		}
		for _, y := range []float64{-1 << 53, -1000, -2, 2, 4, 1000, 1 << 53, 1<<53 + 2, 1 << 63} {
			same(t, num.Pow(x, y), num.Pow(-x, y), "pow", -x, y)
		}
	}
}

func TestExpAndLogOfEverySpecialValue(t *testing.T) {
	for _, x := range ends {
		if math.Abs(x) == 1 {
			continue
		}
		same(t, math.Exp(x), num.Exp(x), "exp", x)
		same(t, math.Log(x), num.Log(x), "log", x)
	}
	same(t, 0, num.Log(1.0), "log", 1)
	for _, x := range plain {
		same(t, nan, num.Log(-x), "log", -x)
	}
}

// The numbers next to where e^x becomes infinity, zero and subnormal.
func TestExpAtItsEnds(t *testing.T) {
	last := 709.782712893384 // the largest with a finite power
	assert.False(t, math.IsInf(num.Exp(last), 0))
	same(t, inf, num.Exp(math.Nextafter(last, inf)))
	first := -745.1332191019411 // the least with a power above 2^-1075
	same(t, 5e-324, num.Exp(first))
	same(t, 0, num.Exp(math.Nextafter(first, -inf)))
	for _, x := range []float64{709.999, 710, 1e10, math.MaxFloat64} {
		same(t, inf, num.Exp(x), x)
		same(t, 0, num.Exp(-x-36), -x-36)
	}
}
