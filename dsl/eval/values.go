package eval

import (
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/num"
)

// compute gives the scalars and scalar conditions before end their values.
func (m *machine[S, T]) compute(end int) {
	for ; m.known < end; m.known++ {
		id := ir.ID(m.known)
		if t := m.p.Values[id].Type; t == ir.Scalar || t == ir.ScalarCond {
			m.scalar[id] = m.scalarValue(id)
		}
	}
}

func (m *machine[S, T]) scalarValue(id ir.ID) cell[S] {
	v := &m.p.Values[id]
	switch {
	case v.Op == ir.Hyper:
		return cell[S]{n: m.hyper[v.Ref]}
	case v.Op == ir.Const:
		return m.decimal(v.Text)
	case v.Op == ir.Step:
		return m.decimal(strconv.FormatInt(m.t, 10))
	case v.Op.Reduction():
		return m.reduction(id)
	}
	return operation(m, m.scalars, m.scalar, id)
}

func (m *machine[S, T]) decimal(text string) cell[S] {
	n, err := m.scalars.decimal(text)
	return cell[S]{n: n, err: err}
}

// tensor is a tensor's number, or an element condition, for element i. All that
// stands before it in the program is computed on the way.
func (m *machine[S, T]) tensor(id ir.ID, i int) cell[T] {
	for j := range id + 1 {
		if t := m.p.Values[j].Type; t == ir.Tensor || t == ir.TensorCond {
			m.element[j] = m.tensorValue(j, i)
		}
	}
	return m.element[id]
}

func (m *machine[S, T]) tensorValue(id ir.ID, i int) cell[T] {
	v := &m.p.Values[id]
	switch v.Op {
	case ir.ThetaIn:
		return cell[T]{n: m.theta[i]}
	case ir.Grad:
		return cell[T]{n: m.grad[i]}
	case ir.Load:
		return cell[T]{n: m.past(v.Ref, v.Lag)[i]}
	case ir.Uniform:
		return m.drawn(num.Uniform[float64](m.seed, m.tensorIndex, m.t, v.Ref, m.firstElement+i))
	case ir.Normal:
		return m.drawn(num.Normal[float64](m.seed, m.tensorIndex, m.t, v.Ref, m.firstElement+i))
	case ir.Round:
		return m.rounded(v.Args[0])
	}
	return operation(m, m.tensors, m.element, id)
}

// drawn is a random number, which is one of binary64 in every arithmetic.
func (m *machine[S, T]) drawn(x float64) cell[T] { return cell[T]{n: m.tensors.drawn(x)} }

func (m *machine[S, T]) rounded(scalar ir.ID) cell[T] {
	c := m.scalar[scalar]
	if c.err != nil {
		return cell[T]{err: c.err}
	}
	return cell[T]{n: m.round(c.n)}
}

// operation performs an operation whose numbers are all of one kind; cells has
// the values of that kind that are known.
func operation[N, S, T any](m *machine[S, T], a arithmetic[N], cells []cell[N], id ir.ID) cell[N] {
	v := &m.p.Values[id]
	switch v.Op {
	case ir.And, ir.Or, ir.Not:
		return logic[N](m, v)
	case ir.Select:
		return selected(m, cells, v)
	}
	var x, y cell[N]
	x = cells[v.Args[0]]
	if len(v.Args) == 2 {
		y = cells[v.Args[1]]
	}
	if err := first(x.err, y.err); err != nil {
		return cell[N]{err: err}
	}
	if v.Type.Cond() {
		return cell[N]{c: holds(v.Op, a.compare(x.n, y.n))}
	}
	n, err := a.apply(v.Op, x.n, y.n)
	if err != nil {
		err = m.failed(id, err)
	}
	return cell[N]{n: n, err: err}
}

func selected[N, S, T any](m *machine[S, T], cells []cell[N], v *ir.Value) cell[N] {
	c, err := m.cond(v.Args[0])
	switch {
	case err != nil:
		return cell[N]{err: err}
	case c:
		return cells[v.Args[1]]
	}
	return cells[v.Args[2]]
}

func logic[N, S, T any](m *machine[S, T], v *ir.Value) cell[N] {
	x, err := m.cond(v.Args[0])
	if err != nil || v.Op == ir.Not {
		return cell[N]{c: !x, err: err}
	}
	y, err := m.cond(v.Args[1])
	if v.Op == ir.And {
		return cell[N]{c: x && y, err: err}
	}
	return cell[N]{c: x || y, err: err}
}

// cond is a condition of either kind.
func (m *machine[S, T]) cond(id ir.ID) (bool, error) {
	if m.p.Values[id].Type == ir.ScalarCond {
		return m.scalar[id].c, m.scalar[id].err
	}
	return m.element[id].c, m.element[id].err
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether a comparison's operator holds for an order.
func holds(op ir.Op, o order) bool {
	switch op {
	case ir.Eq:
		return o == equal
	case ir.Ne:
		return o != equal
	case ir.Lt:
		return o == less
	case ir.Le:
		return o == less || o == equal
	case ir.Gt:
		return o == greater
	}
	return o == greater || o == equal // Ge
}
