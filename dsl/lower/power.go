package lower

import (
	"math/big"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
)

// power lowers x^y by the chain of LANGUAGE.md, section 7, where y is whole.
func (b *builder) power(x, y syntax.Expr) ir.ID {
	base := b.expr(x)
	n, isNumber := wholeNumber(y)
	switch {
	case isNumber && n.Sign() < 0:
		return b.apply(ir.Div, b.number("1"), b.chain(base, n))
	case isNumber:
		return b.chain(base, n)
	case check.Whole(y):
		return b.add(ir.Value{Op: ir.PowInt, Type: ir.Scalar, Args: []ir.ID{base, b.expr(y)}})
	}
	return b.apply(ir.Pow, base, b.expr(y))
}

// chain is x^|n|: at most two products for each binary digit of n, of which a
// number of the language has at most 1024.
func (b *builder) chain(x ir.ID, n *big.Int) ir.ID {
	if n.Sign() == 0 {
		one := b.number("1")
		if b.typ(x) == ir.Tensor {
			return b.tensor(one)
		}
		return one
	}
	size, r := new(big.Int).Abs(n), x
	for bit := size.BitLen() - 2; bit >= 0; bit-- {
		r = b.apply(ir.Mul, r, r)
		if size.Bit(bit) == 1 {
			r = b.apply(ir.Mul, r, x)
		}
	}
	return r
}

// wholeNumber reads an exponent that is one number of digits alone, with or
// without sign.
func wholeNumber(e syntax.Expr) (*big.Int, bool) {
	switch e := e.(type) {
	case *syntax.Unary:
		if n, ok := wholeNumber(e.X); ok && e.Op == "-" {
			return n.Neg(n), true
		}
	case *syntax.Number:
		if check.Whole(e) {
			return new(big.Int).SetString(e.Text, 10)
		}
	}
	return nil, false
}
