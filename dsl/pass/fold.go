package pass

import (
	"math"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// Fold computes operations on numbers alone, in binary64 as a step would. Only
// scalars are folded: what a tensor's number is depends on the dtype. What has
// no finite value stays an operation, as does what could differ in its last bit.
func Fold(p *ir.Program) {
	var folded []ir.Value // the values made so far
	rebuild(p, func(v ir.Value, add func(ir.Value) ir.ID) ir.ID {
		if x, ok := fold(v, folded); ok {
			v = ir.Value{Op: ir.Const, Type: ir.Scalar, Text: strconv.FormatFloat(x, 'g', -1, 64), Name: v.Name, Line: v.Line}
		}
		folded = append(folded, v)
		return add(v)
	})
}

func fold(v ir.Value, made []ir.Value) (float64, bool) {
	if v.Type != ir.Scalar || len(v.Args) == 0 || v.Op.Close() {
		return 0, false
	}
	var x [3]float64
	for i, a := range v.Args {
		if made[a].Op != ir.Const {
			return 0, false
		}
		x[i], _ = strconv.ParseFloat(made[a].Text, 64)
	}
	z, ok := foldOp(v.Op, x[0], x[1])
	return z, ok && !math.IsInf(z, 0) && !math.IsNaN(z)
}

func foldOp(op ir.Op, x, y float64) (float64, bool) {
	switch op {
	case ir.Add:
		return x + y, true
	case ir.Sub:
		return x - y, true
	case ir.Mul:
		return x * y, true
	case ir.Div:
		return x / y, true
	case ir.Neg:
		return -x, true
	case ir.Sqrt:
		return math.Sqrt(x), true
	case ir.Abs:
		return math.Abs(x), true
	case ir.Sign:
		return num.Sign(x), true
	case ir.Min:
		return num.Min(x, y), true
	case ir.Max:
		return num.Max(x, y), true
	case ir.PowInt:
		return num.PowInt(x, y), true
	}
	return 0, false
}
