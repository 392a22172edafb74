package eval

import "github.com/optc-lang/optc/dsl/ir"

// The shape of the tree of LANGUAGE.md, section 8, which is followed here step
// by step, and not by package num, so that each is a check of the other.
const (
	block = 1024 // elements
	lanes = 8
)

// reduction is the value of a reduction, whose argument is evaluated for all
// elements.
func (m *machine[S, T]) reduction(id ir.ID) cell[S] {
	v := &m.p.Values[id]
	xs := make([]S, len(m.theta))
	for i := range xs {
		c := m.tensor(v.Args[0], i)
		if c.err != nil {
			return cell[S]{err: c.err}
		}
		xs[i] = m.widen(c.n)
	}
	n, err := m.reduce(v.Op, xs)
	if err != nil {
		err = m.failed(id, err)
	}
	return cell[S]{n: n, err: err}
}

func (m *machine[S, T]) reduce(op ir.Op, xs []S) (S, error) {
	c := &calculator[S]{a: m.scalars}
	switch op {
	case ir.MaxAbs:
		return c.maxAbs(xs), c.err
	case ir.Mean:
		return c.do(ir.Div, c.tree(xs), c.count(len(xs))), c.err
	case ir.Norm:
		squares := make([]S, len(xs))
		for i, x := range xs {
			squares[i] = c.do(ir.Mul, x, x)
		}
		return c.do(ir.Sqrt, c.tree(squares), c.count(0)), c.err
	}
	return c.tree(xs), c.err // Sum
}

func (c *calculator[S]) maxAbs(xs []S) S {
	zero := c.count(0)
	greatest := zero
	for _, x := range xs {
		greatest = c.do(ir.Max, c.do(ir.Abs, x, zero), greatest)
	}
	return greatest
}

// tree adds numbers by the tree.
func (c *calculator[S]) tree(xs []S) S {
	var sums []S
	for at := 0; at < len(xs); at += block {
		sums = append(sums, c.block(xs[at:min(at+block, len(xs))]))
	}
	if len(sums) == 0 {
		return c.count(0)
	}
	for len(sums) > 1 {
		sums = c.level(sums)
	}
	return sums[0]
}

// block adds at most 1024 numbers in eight lanes.
func (c *calculator[S]) block(xs []S) S {
	var l [lanes]S
	for j := range l {
		l[j] = c.count(0)
	}
	for i, x := range xs {
		l[i%lanes] = c.do(ir.Add, l[i%lanes], x)
	}
	add := func(x, y S) S { return c.do(ir.Add, x, y) }
	return add(add(add(l[0], l[4]), add(l[2], l[6])), add(add(l[1], l[5]), add(l[3], l[7])))
}

// level adds pairs of neighbours; an odd one goes up as it is.
func (c *calculator[S]) level(sums []S) []S {
	var up []S
	for i := 0; i+1 < len(sums); i += 2 {
		up = append(up, c.do(ir.Add, sums[i], sums[i+1]))
	}
	if len(sums)%2 == 1 {
		up = append(up, sums[len(sums)-1])
	}
	return up
}
