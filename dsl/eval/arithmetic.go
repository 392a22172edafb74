package eval

import (
	"fmt"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// arithmetic is what the language needs of one kind of number.
type arithmetic[N any] interface {
	// decimal is the number nearest to a decimal.
	decimal(text string) (N, error)
	// drawn is a random number of binary64, rounded where N has fewer digits.
	drawn(x float64) N
	// apply performs an operation of the shape arithmetic; y counts for those
	// with two operands.
	apply(op ir.Op, x, y N) (N, error)
	compare(x, y N) order
}

// order is how two numbers compare.
type order int

const (
	less      order = -1
	equal     order = 0
	greater   order = 1
	unordered order = 2 // one is NaN
)

// calculator performs operations one after another and keeps the first error,
// after which the results mean nothing.
type calculator[N any] struct {
	a   arithmetic[N]
	err error
}

func (c *calculator[N]) do(op ir.Op, x, y N) N {
	if c.err != nil {
		return x
	}
	n, err := c.a.apply(op, x, y)
	c.err = err
	return n
}

func (c *calculator[N]) count(n int) N {
	x, err := c.a.decimal(strconv.Itoa(n))
	c.err = first(c.err, err)
	return x
}

// float is the arithmetic of a dtype. Each operation is one conversion of one
// operation, so that no compiler fuses two.
type float[T num.Float] struct{}

func (float[T]) decimal(text string) (T, error) {
	x, err := strconv.ParseFloat(text, 64)
	return T(x), err
}

func (float[T]) drawn(x float64) T { return T(x) }

func (float[T]) compare(x, y T) order {
	switch {
	case x < y:
		return less
	case x > y:
		return greater
	case x == y:
		return equal
	}
	return unordered
}

func (float[T]) apply(op ir.Op, x, y T) (T, error) {
	switch op {
	case ir.Add:
		return T(x + y), nil
	case ir.Sub:
		return T(x - y), nil
	case ir.Mul:
		return T(x * y), nil
	case ir.Div:
		return T(x / y), nil
	case ir.Neg:
		return -x, nil
	case ir.Sqrt:
		return num.Sqrt(x), nil
	case ir.Abs:
		return num.Abs(x), nil
	case ir.Sign:
		return num.Sign(x), nil
	case ir.Min:
		return num.Min(x, y), nil
	case ir.Max:
		return num.Max(x, y), nil
	case ir.PowInt: // of scalars only, for which T is float64
		return T(num.PowInt(float64(x), float64(y))), nil
	case ir.Pow:
		return num.Pow(x, y), nil
	case ir.Exp:
		return num.Exp(x), nil
	case ir.Log:
		return num.Log(x), nil
	}
	return 0, fmt.Errorf("there is no arithmetic for the operation %s", op)
}
