package host

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"github.com/optc-lang/optc/registry/abi"
)

// makeViews makes the tensors of all parameters over the arena, without a copy.
func makeViews(a *abi.Arena, params []Param) []view {
	views := make([]view, len(params))
	for i, p := range params {
		if a.Layout().DType == abi.F64 {
			views[i] = view{dense(p, abi.Theta[float64](a, i)), dense(p, abi.Grad[float64](a, i))}
		} else {
			views[i] = view{dense(p, abi.Theta[float32](a, i)), dense(p, abi.Grad[float32](a, i))}
		}
	}
	return views
}

func dense[T abi.Float](p Param, values []T) *tensor.Dense {
	return tensor.New(tensor.WithShape(p.Shape...), tensor.WithBacking(values))
}

// Theta is parameter i, to read and, before the first step or between steps, to
// write. It is a view of the arena: what a step changes, it shows. Its shape
// must not be changed in place.
func (o *Optimizer) Theta(i int) *tensor.Dense { return o.views[i].theta }

// Grad is the gradient of parameter i, to be written before each step. It is a
// view of the arena. A step leaves it as it is, but for clipping.
func (o *Optimizer) Grad(i int) *tensor.Dense { return o.views[i].grad }

// Thetas are the values of all parameters, row-major, in their order: slices of
// the arena. It is an error if T is not the Go type of the optimizer's dtype.
func Thetas[T abi.Float](o *Optimizer) ([][]T, error) { return slicesOf(o, abi.Theta[T]) }

// Grads are the gradients of all parameters, as Thetas.
func Grads[T abi.Float](o *Optimizer) ([][]T, error) { return slicesOf(o, abi.Grad[T]) }

func slicesOf[T abi.Float](o *Optimizer, of func(*abi.Arena, int) []T) ([][]T, error) {
	if o.closed {
		return nil, errClosed
	}
	if d := abi.DTypeOf[T](); d != o.DType() {
		return nil, fmt.Errorf("the optimizer's tensors are %s, not %s; set Config.DType", o.DType(), d)
	}
	all := make([][]T, o.Len())
	for i := range all {
		all[i] = of(o.arena, i)
	}
	return all, nil
}

// SetTheta copies a tensor into parameter i. It is an error if its shape or
// number format is another.
func (o *Optimizer) SetTheta(i int, from *tensor.Dense) error {
	return o.set("parameter", i, from, abi.Theta[float32], abi.Theta[float64])
}

// SetGrad copies a tensor into the gradient of parameter i. It is an error if
// its shape or number format is another.
func (o *Optimizer) SetGrad(i int, from *tensor.Dense) error {
	return o.set("gradient", i, from, abi.Grad[float32], abi.Grad[float64])
}

func (o *Optimizer) set(what string, i int, from *tensor.Dense,
	single func(*abi.Arena, int) []float32, double func(*abi.Arena, int) []float64) error {
	if o.closed {
		return errClosed
	}
	if i < 0 || i >= len(o.params) {
		return fmt.Errorf("no parameter %d; they go from 0 to %d", i, len(o.params)-1)
	}
	p := o.params[i]
	if from == nil {
		return fmt.Errorf("the %s given for %q is nil", what, p.Name)
	}
	if !slices.Equal([]int(from.Shape()), p.Shape) && len(from.Shape())+len(p.Shape) > 0 {
		return fmt.Errorf("the %s given for %q has the shape %v; it must be %v", what, p.Name, []int(from.Shape()), p.Shape)
	}
	if o.DType() == abi.F64 {
		return fill(what, p, double(o.arena, i), from)
	}
	return fill(what, p, single(o.arena, i), from)
}

// fill copies a tensor of the same shape, in any order of its elements.
func fill[T abi.Float](what string, p Param, to []T, from *tensor.Dense) error {
	if one, ok := from.Data().(T); ok {
		to[0] = one
		return nil
	}
	values, ok := from.Data().([]T)
	if !ok {
		return fmt.Errorf("the %s given for %q is of %v; it must be of %T", what, p.Name, from.Dtype(), *new(T))
	}
	if !from.RequiresIterator() && from.DataOrder().IsRowMajor() {
		copy(to, values)
		return nil
	}
	it := from.Iterator()
	for i := range to {
		at, err := it.Next()
		if err != nil {
			return fmt.Errorf("the %s given for %q: %w", what, p.Name, err)
		}
		to[i] = values[at]
	}
	return nil
}

// ZeroGrads sets all gradients to zero, for a program that adds them up.
func (o *Optimizer) ZeroGrads() {
	if o.closed {
		return
	}
	for i := range o.params {
		o.views[i].grad.Zero()
	}
}
