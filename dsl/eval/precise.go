package eval

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/optc-lang/optc/dsl/ir"
)

// maxExponent bounds the exponent of a chain, in bits; binary64 has no more.
const maxExponent = 1024

// precise is the arithmetic of binary floating point with prec bits.
type precise struct{ prec uint }

// new is a number to be set by one operation, which rounds once.
func (a precise) new() *big.Float { return new(big.Float).SetPrec(a.prec) }

func (a precise) decimal(text string) (*big.Float, error) {
	x, _, err := big.ParseFloat(text, 10, a.prec, big.ToNearestEven)
	return x, err
}

func (a precise) drawn(x float64) *big.Float { return a.new().SetFloat64(x) }

func (precise) compare(x, y *big.Float) order { return order(x.Cmp(y)) }

// apply performs an operation. Package big panics where the result is NaN.
func (a precise) apply(op ir.Op, x, y *big.Float) (z *big.Float, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case big.ErrNaN:
			z, err = nil, errors.New("the value is not a number")
		default:
			panic(r)
		}
	}()
	switch op {
	case ir.Add:
		return a.new().Add(x, y), nil
	case ir.Sub:
		return a.new().Sub(x, y), nil
	case ir.Mul:
		return a.new().Mul(x, y), nil
	case ir.Div:
		return a.new().Quo(x, y), nil
	case ir.Neg:
		return a.new().Neg(x), nil
	case ir.Abs:
		return a.new().Abs(x), nil
	case ir.Sqrt:
		return a.new().Sqrt(x), nil
	case ir.Sign:
		return a.sign(x), nil
	case ir.Min, ir.Max:
		return chosen(a, op, x, y), nil
	}
	return a.function(op, x, y)
}

func (a precise) sign(x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return x
	}
	return a.new().SetInt64(int64(x.Sign()))
}

func (a precise) function(op ir.Op, x, y *big.Float) (*big.Float, error) {
	switch op {
	case ir.PowInt:
		if !y.IsInt() || y.MantExp(nil) > maxExponent {
			return nil, fmt.Errorf("%v is no whole exponent of at most %d bits", y, maxExponent)
		}
		n, _ := y.Int(nil)
		return chain(a, x, n)
	case ir.Exp:
		return a.new().Set(exp(x, a.prec)), nil
	case ir.Log:
		return a.new().Set(log(x, a.prec)), nil
	case ir.Pow:
		return a.new().Set(pow(x, y, a.prec)), nil
	}
	return nil, fmt.Errorf("there is no arithmetic for the operation %s", op)
}
