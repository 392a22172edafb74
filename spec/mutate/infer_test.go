package mutate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/registry/abi"
)

// What is inferred of an operation holds for all numbers that its operands may
// be, zeros of both signs, subnormals, the greatest numbers, infinities and NaN
// among them, in both dtypes.
func TestFactsHold(t *testing.T) {
	t.Run("f32", factsHold[float32])
	t.Run("f64", factsHold[float64])
}

func factsHold[T abi.Float](t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	numbers := corners[T]()
	round := func(x float64) float64 { return float64(T(x)) }
	for range 1500 {
		a, b := factOf(r, numbers), factOf(r, numbers)
		xs, ys := members(a, numbers), members(b, numbers)
		for op := ir.Add; op <= ir.MaxAbs; op++ {
			compute := operation[T](op)
			if compute == nil {
				continue
			}
			f, seconds := infer(op, a, b, round), ys
			if op.Reduction() {
				seconds = xs
			}
			for _, x := range xs {
				for _, y := range seconds {
					if z := float64(compute(x, y)); !f.holds(z) {
						t.Fatalf("%s of %v, of %+v, and %v, of %+v, is %v, not of %+v", op, x, a, y, b, z, f)
					}
				}
			}
		}
		for _, x := range xs {
			require.True(t, squareOf(a, round).holds(float64(x*x)), "the square of %v of %+v", x, a)
			narrow := func(x float64) float64 { return float64(float32(x)) }
			require.True(t, a.rounded(narrow).holds(narrow(float64(x))), "%v of %+v, rounded", x, a)
			decidedHolds(t, a, b, float64(x), ys)
		}
	}
}

// decidedHolds compares a number with the members of b.
func decidedHolds[T abi.Float](t *testing.T, a, b fact, x float64, ys []T) {
	for _, y := range ys {
		y := float64(y)
		for op, is := range map[ir.Op]bool{ir.Lt: x < y, ir.Le: x <= y, ir.Eq: x == y} {
			if c, known := decided(op, a, b); known {
				require.Equal(t, is, c, "%s of %v, of %+v, and %v, of %+v", op, x, a, y, b)
			}
		}
	}
}

// members are the numbers that a fact allows.
func members[T abi.Float](f fact, numbers []T) []T {
	var all []T
	for _, x := range numbers {
		if f.holds(float64(x)) {
			all = append(all, x)
		}
	}
	return all
}

// The classes of everySign are all numbers, each in one of them.
func TestEverySign(t *testing.T) {
	count := func(x float64, wide bool) (n int) {
		for _, f := range everySign(wide) {
			if f.holds(x) {
				n++
			}
		}
		return n
	}
	for _, x := range corners[float32]() {
		require.Equal(t, 1, count(float64(x), false), "%v", x)
	}
	for _, x := range corners[float64]() {
		require.Equal(t, 1, count(x, true), "%v", x)
	}
}

// corners are numbers of a dtype, of either sign, at which some operation turns.
func corners[T abi.Float]() []T {
	tiny, huge := float64(math.SmallestNonzeroFloat32), float64(math.MaxFloat32)
	if T(1e-300) != 0 {
		tiny, huge = math.SmallestNonzeroFloat64, math.MaxFloat64
	}
	all := []T{T(math.NaN())}
	for _, x := range []float64{0, tiny, 3 * tiny, math.Sqrt(tiny), 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 1e9 + 1, math.Sqrt(huge) * 1.1, huge, math.Inf(1)} {
		all = append(all, T(x), T(math.Copysign(x, -1)))
	}
	return all
}

// factOf is what is known of a number between two of some, with or without NaN
// and zeros.
func factOf[T abi.Float](r *rand.Rand, numbers []T) fact {
	x, y := float64(numbers[1+r.IntN(len(numbers)-1)]), float64(numbers[1+r.IntN(len(numbers)-1)])
	f := fact{min(x, y), max(x, y), r.IntN(3) == 0, r.IntN(2) == 0, r.IntN(2) == 0}
	switch {
	case r.IntN(12) == 0:
		return always(float64(numbers[r.IntN(len(numbers))]))
	case r.IntN(30) == 0:
		return anything
	}
	return both(f.tidy(), anything)
}

// holds tells a number that a fact allows.
func (f fact) holds(x float64) bool {
	switch {
	case x != x:
		return f.nan
	case x == 0 && math.Signbit(x):
		return f.neg0 && f.lo <= 0 && f.hi >= 0
	case x == 0:
		return f.pos0 && f.lo <= 0 && f.hi >= 0
	}
	return f.lo <= x && x <= f.hi
}

// operation is one of the language's on numbers of a dtype; a reduction is that
// of two elements, both the first operand.
func operation[T abi.Float](op ir.Op) func(x, y T) T {
	switch op {
	case ir.Add:
		return func(x, y T) T { return x + y }
	case ir.Mul:
		return func(x, y T) T { return x * y }
	case ir.Div:
		return func(x, y T) T { return x / y }
	case ir.Neg:
		return func(x, _ T) T { return -x }
	case ir.Sqrt:
		return func(x, _ T) T { return num.Sqrt(x) }
	case ir.Abs:
		return func(x, _ T) T { return num.Abs(x) }
	case ir.Sign:
		return func(x, _ T) T { return num.Sign(x) }
	case ir.Min:
		return num.Min[T]
	case ir.Max:
		return num.Max[T]
	case ir.Pow:
		return num.Pow[T]
	case ir.Exp:
		return func(x, _ T) T { return num.Exp(x) }
	case ir.Log:
		return func(x, _ T) T { return num.Log(x) }
	case ir.PowInt: // of scalars only
		if _, narrow := any(T(0)).(float32); !narrow {
			return func(x, y T) T { return T(num.PowInt(float64(x), float64(y))) }
		}
	case ir.Sum, ir.Mean, ir.Norm, ir.MaxAbs:
		return reduction[T](op)
	}
	return nil
}

// reduction is one of two elements.
func reduction[T abi.Float](op ir.Op) func(x, y T) T {
	switch op {
	case ir.Sum:
		return func(x, y T) T { return (0 + x) + (0 + y) }
	case ir.Mean:
		return func(x, y T) T { return ((0 + x) + (0 + y)) / 2 }
	case ir.Norm:
		return func(x, y T) T { return num.Sqrt(T(x*x) + T(y*y)) }
	}
	return func(x, y T) T { return num.Max(num.Abs(x), num.Abs(y)) }
}
