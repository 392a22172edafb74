package check

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

// truth is what is known of a condition in a variant.
type truth struct {
	typ          Type
	known, value bool // decided by the options, and how
}

// value types what a statement or an initial value gives.
func (f *flow) value(e syntax.Expr) Type {
	if isCondition(e) {
		f.condition(e)
		return Invalid
	}
	return f.number(e)
}

// joinTypes is the type of what is made of two numbers.
func joinTypes(x, y Type) Type {
	if x == Invalid || y == Invalid {
		return Invalid
	}
	return max(x, y)
}

// number types an expression that stands where a number must.
func (f *flow) number(e syntax.Expr) Type {
	f.reach(e)
	t := f.numberType(e)
	f.c.info.Types[e] = max(f.c.info.Types[e], t)
	return t
}

func (f *flow) numberType(e syntax.Expr) Type {
	switch e := e.(type) {
	case *syntax.Number:
		return Scalar
	case *syntax.Name:
		return f.name(e)
	case *syntax.Call:
		return f.call(e)
	case *syntax.Cond:
		return f.conditional(e)
	case *syntax.Unary:
		if e.Op == "-" {
			return f.number(e.X)
		}
	case *syntax.Binary:
		if e.Op == "^" {
			return f.power(e, e.X, e.Y)
		}
		if !isCondition(e) {
			x := f.number(e.X)
			return joinTypes(x, f.number(e.Y))
		}
	}
	f.condition(e)
	return Invalid
}

// name types a name. What an error has spoiled is Invalid.
func (f *flow) name(n *syntax.Name) Type {
	if f.c.bad[n] {
		return Invalid
	}
	switch f.c.lookup(n.Name).kind {
	case kindHyper:
		return Scalar
	case kindBuiltin:
		if n.Name == "t" {
			return Scalar
		}
		return Tensor
	case kindState:
		if n.Index != nil && n.Index.Offset < 0 {
			return Tensor
		}
		return f.read(n, stateKey(n.Name))
	case kindValue:
		return f.read(n, n.Name)
	}
	return Invalid
}

// read is the type of what a statement above has given.
func (f *flow) read(n *syntax.Name, key string) Type {
	b, ok := f.scope.find(key)
	if ok && !b.partial {
		return b.typ
	}
	if !f.c.broken[n.Name] {
		f.reportUnread(n, key, b, ok)
	}
	return Invalid
}

// reportUnread reports a use of what is not known where it is used.
func (f *flow) reportUnread(n *syntax.Name, key string, b binding, partial bool) {
	given := f.c.given[key]
	above := len(given) > 0 && given[0].Start.Offset < n.At.Start.Offset && f.target != key
	switch {
	case partial:
		f.report(n, problem(codeOneArm, n.Span(), fmt.Sprintf("`%s` is known in one arm of a branch only", n.Name),
			otherArmHint, note(b.at, "given here")))
	case above:
		f.report(n, problem(codeOneArm, n.Span(), fmt.Sprintf("`%s` is not known on this path", n.Name),
			otherArmHint, note(given[0], "given here")))
	default:
		f.report(n, f.early(n, key, given))
	}
}

const otherArmHint = "give it in the other arm too, or above the branch"

// early is the error of a use above the statement that gives the value.
func (f *flow) early(n *syntax.Name, key string, given []diag.Span) diag.Diagnostic {
	d := problem(codeEarly, n.Span(), fmt.Sprintf("`%s` is not known yet", n.Name),
		"statements run in order; the one that gives it must stand above")
	switch {
	case key != n.Name:
		d.Message = fmt.Sprintf("`%s` of this step is not known yet", n.Name)
		d.Hint = fmt.Sprintf("its value after the step before is `%s[t-1]`", n.Name)
	case f.target == key:
		d.Hint = fmt.Sprintf("what shall be known from the step before is a state: `state %s`, and `%s[t-1]`", n.Name, n.Name)
		if hint := f.c.subscriptHint(n.Name); hint != "" {
			d.Hint = hint
		}
	}
	if len(given) > 0 {
		d.Notes = append(d.Notes, note(given[0], "it is given here"))
	}
	return d
}

func (f *flow) conditional(e *syntax.Cond) Type {
	cond := f.condition(e.If)
	switch {
	case cond.known && cond.value:
		return f.number(e.Then)
	case cond.known:
		return f.number(e.Else)
	}
	x := f.number(e.Then)
	t := joinTypes(x, f.number(e.Else))
	switch {
	case cond.typ == Invalid:
		return Invalid
	case cond.typ == TensorCond:
		return joinTypes(t, Tensor)
	}
	return t
}

func (f *flow) call(e *syntax.Call) Type {
	fn, _ := builtin.Find(e.Func.Name)
	if fn.Name == "pow" && len(e.Args) == 2 {
		return f.power(e, e.Args[0], e.Args[1])
	}
	t := Scalar
	if fn.Random {
		t = Tensor
	}
	for _, a := range e.Args {
		t = joinTypes(t, f.number(a))
	}
	if f.c.bad[e] {
		return Invalid
	}
	f.c.info.Close = f.c.info.Close || fn.Close
	if !fn.Reduction {
		return t
	}
	if t == Scalar {
		f.report(e, problem(codeReduceScalar, e.Args[0].Span(), fmt.Sprintf("`%s` takes a tensor, and this is a scalar", fn.Name),
			"a scalar needs no reduction"))
	}
	return Scalar
}

// power types x^y. A whole power of a tensor is a chain of products, so that its
// length must be in the text.
func (f *flow) power(e, base, exponent syntax.Expr) Type {
	x, y := f.number(base), f.number(exponent)
	switch {
	case !Whole(exponent):
		f.c.info.Close = true
	case x == Tensor && !tensorExponent(exponent):
		f.report(e, problem(codeExponent, exponent.Span(),
			fmt.Sprintf("a whole exponent of a tensor is a number from -%d to %d", maxExponent, maxExponent),
			"the power of a scalar can have any whole exponent, as in `beta1^t`"))
	}
	return joinTypes(x, y)
}

// condition types an expression that stands where a condition must, and decides
// it as far as the options do.
func (f *flow) condition(e syntax.Expr) truth {
	f.reach(e)
	c := f.truth(e)
	if f.c.info.Types[e] == OptionCond || c.typ == Invalid {
		return c
	}
	c.typ = max(c.typ, ScalarCond) // options may decide it, and it is not of options alone
	f.c.info.Types[e] = max(f.c.info.Types[e], c.typ)
	return c
}

func (f *flow) truth(e syntax.Expr) truth {
	switch e := e.(type) {
	case *syntax.Name:
		if f.c.info.Types[e] == OptionCond {
			return truth{typ: OptionCond, known: true, value: f.choices[e.Name] == "on"}
		}
	case *syntax.Unary:
		if e.Op == "not" {
			c := f.condition(e.X)
			c.value = c.known && !c.value
			return c
		}
	case *syntax.Binary:
		if connects(e.Op) {
			return connect(e.Op, f.condition(e.X), f.condition(e.Y))
		}
		if compares(e.Op) {
			return f.compare(e)
		}
	}
	f.number(e)
	return truth{}
}

func (f *flow) compare(e *syntax.Binary) truth {
	if f.c.info.Types[e] == OptionCond {
		same := f.choices[e.X.(*syntax.Name).Name] == e.Y.(*syntax.Name).Name
		return truth{typ: OptionCond, known: true, value: same == (e.Op == "=")}
	}
	x := f.number(e.X)
	switch joinTypes(x, f.number(e.Y)) {
	case Scalar:
		return truth{typ: ScalarCond}
	case Tensor:
		return truth{typ: TensorCond}
	}
	return truth{}
}

// connect is the truth of X and Y or X or Y, which one known side can decide. A
// known side that doesn't decide it is as if it were not there.
func connect(op string, x, y truth) truth {
	if x.typ == Invalid || y.typ == Invalid {
		return truth{}
	}
	decides := op == "or"
	switch {
	case x.known && x.value == decides, y.known && y.value == decides:
		return truth{typ: max(x.typ, y.typ), known: true, value: decides}
	case x.known:
		return y
	case y.known:
		return x
	}
	return truth{typ: max(x.typ, y.typ)}
}
