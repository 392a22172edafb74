package eval

import (
	"fmt"
	"math/big"

	"github.com/optc-lang/optc/dsl/ir"
)

// rational is the arithmetic of rational numbers.
type rational struct{}

func (rational) decimal(text string) (*big.Rat, error) {
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%q is no decimal", text)
	}
	return x, nil
}

func (rational) drawn(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

func (rational) compare(x, y *big.Rat) order { return order(x.Cmp(y)) }

func (a rational) apply(op ir.Op, x, y *big.Rat) (*big.Rat, error) {
	z := new(big.Rat)
	switch op {
	case ir.Add:
		z.Add(x, y)
	case ir.Sub:
		z.Sub(x, y)
	case ir.Mul:
		z.Mul(x, y)
	case ir.Div:
		if y.Sign() == 0 {
			return nil, errZero
		}
		z.Quo(x, y)
	case ir.Neg:
		z.Neg(x)
	case ir.Abs:
		z.Abs(x)
	case ir.Sign:
		z.SetInt64(int64(x.Sign()))
	case ir.Min, ir.Max:
		return chosen(a, op, x, y), nil
	default:
		return a.function(op, x, y)
	}
	if max(z.Num().BitLen(), z.Denom().BitLen()) > maxBits {
		return nil, errLarge
	}
	return z, nil
}

// function applies the operations that don't have a rational value everywhere.
func (a rational) function(op ir.Op, x, y *big.Rat) (*big.Rat, error) {
	switch {
	case op == ir.Sqrt && x.Sign() >= 0:
		if z, ok := root(x); ok {
			return z, nil
		}
	case op == ir.PowInt && y.IsInt():
		return chain(a, x, y.Num())
	}
	return nil, fmt.Errorf("the value is not a rational number")
}

// root is the square root of a square.
func root(x *big.Rat) (*big.Rat, bool) {
	z := new(big.Rat).SetFrac(new(big.Int).Sqrt(x.Num()), new(big.Int).Sqrt(x.Denom()))
	return z, new(big.Rat).Mul(z, z).Cmp(x) == 0
}
