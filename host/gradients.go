package host

import (
	"fmt"
	"math"

	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/registry/abi"
)

// NonFiniteError is a gradient that is NaN or infinite.
type NonFiniteError struct {
	Step  int // 0-based
	Param string
	Shape []int
	Index int // of the element, row-major, 0-based
	Value float64
}

func (e *NonFiniteError) Error() string {
	if len(e.Shape) == 0 {
		return fmt.Sprintf("step %d: the gradient of %q, a scalar, is %v; nothing was changed", e.Step, e.Param, e.Value)
	}
	return fmt.Sprintf("step %d: the gradient of %q is %v at element %d, which is %v of the shape %v; nothing was changed",
		e.Step, e.Param, e.Value, e.Index, coordinates(e.Index, e.Shape), e.Shape)
}

// coordinates are the 0-based indices of a row-major element.
func coordinates(index int, shape []int) []int {
	at := make([]int, len(shape))
	for d := len(shape) - 1; d >= 0; d-- {
		at[d], index = index%shape[d], index/shape[d]
	}
	return at
}

// checkGrads returns a *NonFiniteError for the first gradient that is NaN or
// infinite.
func (o *Optimizer) checkGrads() error {
	for i, active := range o.active {
		if !active {
			continue
		}
		var err error
		if o.DType() == abi.F64 {
			err = checkGrad[float64](o, i)
		} else {
			err = checkGrad[float32](o, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkGrad[T abi.Float](o *Optimizer, i int) error {
	g := abi.Grad[T](o.arena, i)
	at := firstBad(g)
	if at < 0 {
		return nil
	}
	p := o.params[i]
	return &NonFiniteError{Step: o.step, Param: p.Name, Shape: p.Shape, Index: at, Value: float64(g[at])}
}

func (c Clip) check() error {
	if !finite(c.Value) || c.Value < 0 {
		return fmt.Errorf("gradients can't be clipped to %v; it must be a positive number, or 0 for no clipping", c.Value)
	}
	if !finite(c.Norm) || c.Norm < 0 {
		return fmt.Errorf("the gradient's norm can't be clipped to %v; it must be a positive number, or 0 for no clipping", c.Norm)
	}
	return nil
}

// clip brings the active gradients into their bounds.
func (o *Optimizer) clip() {
	if o.DType() == abi.F64 {
		clip[float64](o)
	} else {
		clip[float32](o)
	}
}

func clip[T abi.Float](o *Optimizer) {
	if v := o.config.Clip.Value; v > 0 {
		eachGrad(o, func(g []T) { clamp(g, roundDown[T](v)) })
	}
	if bound := o.config.Clip.Norm; bound > 0 {
		n, exponent := norm[T](o)
		if bound = math.Ldexp(bound, -exponent); n > bound {
			eachGrad(o, func(g []T) { scale(g, bound/n) })
		}
	}
}

func eachGrad[T abi.Float](o *Optimizer, do func(g []T)) {
	for i, active := range o.active {
		if active {
			do(abi.Grad[T](o.arena, i))
		}
	}
}

// roundDown is the greatest value of the dtype that is at most v.
func roundDown[T abi.Float](v float64) T {
	x := T(v)
	if float64(x) <= v {
		return x
	}
	return T(math.Nextafter32(float32(x), 0))
}

func clamp[T abi.Float](g []T, bound T) {
	for i := range g {
		g[i] = max(-bound, min(bound, g[i]))
	}
}

func scale[T abi.Float](g []T, by float64) {
	for i := range g {
		g[i] = T(float64(g[i]) * by)
	}
}

// norm is the Euclidean norm of the active gradients, all finite, in units of
// a power of two. The unit is 1, except where the squares overflow or vanish;
// then they are added again in a unit near the greatest element.
func norm[T abi.Float](o *Optimizer) (root float64, exponent int) {
	sum := sumSquares[T](o, 1)
	if finite(sum) && sum >= 0x1p-900 {
		return math.Sqrt(sum), 0
	}
	_, exponent = math.Frexp(greatest[T](o))
	exponent = max(exponent, -1000) // so that the unit's inverse is finite
	return math.Sqrt(sumSquares[T](o, math.Ldexp(1, -exponent))), exponent
}

// greatest is the greatest absolute value among the active gradients.
func greatest[T abi.Float](o *Optimizer) float64 {
	most := 0.0
	eachGrad(o, func(g []T) {
		for _, x := range g {
			most = max(most, math.Abs(float64(x)))
		}
	})
	return most
}

func sumSquares[T abi.Float](o *Optimizer, unit float64) float64 {
	sum := 0.0
	eachGrad(o, func(g []T) { sum += squares(g, unit) })
	return sum
}

// squares is the sum of the squares of unit times each element, by the tree.
func squares[T abi.Float](g []T, unit float64) float64 {
	var tree num.Tree
	for len(g) > 0 {
		n := min(len(g), num.Block)
		tree.Add(blockSquares(g[:n], unit))
		g = g[n:]
	}
	return tree.Sum()
}

func blockSquares[T abi.Float](g []T, unit float64) float64 {
	var lanes num.Lanes
	for i, x := range g {
		y := float64(x) * unit
		lanes[i%len(lanes)] += float64(y * y)
	}
	return lanes.Sum()
}
