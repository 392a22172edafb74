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
		at, value := -1, 0.0
		if o.DType() == abi.F64 {
			at, value = bad64(abi.Grad[float64](o.arena, i))
		} else {
			at, value = bad32(abi.Grad[float32](o.arena, i))
		}
		if at >= 0 {
			p := o.params[i]
			return &NonFiniteError{Step: o.step, Param: p.Name, Shape: p.Shape, Index: at, Value: value}
		}
	}
	return nil
}

// The exponent bits: all of them are set in NaN and infinities alone.
const (
	exponent32 = 0x7f80_0000
	exponent64 = 0x7ff0_0000_0000_0000
)

// bad32 is the first element that is not finite and its value, or -1.
func bad32(g []float32) (int, float64) {
	for i := range g {
		if math.Float32bits(g[i])&exponent32 == exponent32 {
			return i, float64(g[i])
		}
	}
	return -1, 0
}

func bad64(g []float64) (int, float64) {
	for i := range g {
		if math.Float64bits(g[i])&exponent64 == exponent64 {
			return i, g[i]
		}
	}
	return -1, 0
}

func (c Clip) check() error {
	if !finite(c.Value) || c.Value < 0 {
		return fmt.Errorf("Clip.Value is %v; it must be a positive number, or 0 for no clipping", c.Value)
	}
	if !finite(c.Norm) || c.Norm < 0 {
		return fmt.Errorf("Clip.Norm is %v; it must be a positive number, or 0 for no clipping", c.Norm)
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
		if n := norm[T](o); n > bound {
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

// norm is the Euclidean norm of the active gradients, all finite. Where their
// squares overflow or vanish, they are added again in units of a power of two
// near the greatest.
func norm[T abi.Float](o *Optimizer) float64 {
	sum := sumSquares[T](o, 1)
	if finite(sum) && sum >= 0x1p-900 {
		return math.Sqrt(sum)
	}
	greatest := 0.0
	eachGrad(o, func(g []T) {
		for _, x := range g {
			greatest = max(greatest, math.Abs(float64(x)))
		}
	})
	if greatest == 0 {
		return 0
	}
	_, e := math.Frexp(greatest)
	return math.Ldexp(math.Sqrt(sumSquares[T](o, math.Ldexp(1, -e))), e)
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
