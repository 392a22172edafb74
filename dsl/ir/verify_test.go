package ir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
)

// sound is a program that the cases below break.
const sound = `program sound
hypers lr
state m buffers 2 init %0
%0 = const 0 : scalar
%1 = hyper lr : scalar
%2 = theta : tensor
%3 = grad : tensor
%4 = load m 2 : tensor
%5 = round %1 : tensor
%6 = mul %5 %4 : tensor
%7 = lt %2 %3 : tensor-cond
%8 = lt %0 %1 : scalar-cond
store m %6
store theta %2
`

func TestParseRefuses(t *testing.T) {
	parse(t, sound)
	cases := []struct{ old, new, says string }{
		// the form of a line
		{"program sound\n", "", "has the name \"\""},
		{"program sound", "program sound\nprogram twice", "is no line of a program"},
		{"hypers lr", "hypers lr\nhypers lr", "is no line of a program"},
		{"hypers lr", "what is this", "is no line of a program"},
		{"hypers lr", "hypers lr\nline x \"a\"", "is no line number"},
		{"hypers lr", "hypers lr\nline 1 text", "is no quoted text"},
		{"buffers 2", "buffers two", "is no number of buffers"},
		{"buffers 2", "buffers -1", "is no number of buffers"},
		{"init %0", "init 0", "is no value; one looks like %7"},
		{"store m %6", "store m 6", "is no value"},
		{"store m %6", "store n %6", "there is no state \"n\""},
		{"%1 = hyper", "%9 = hyper", "value %9 where %1 is next"},
		{"%3 = grad : tensor", "%3 = grad of loss", "the value %3 has no type"},
		{"%3 = grad : tensor", "%3 = grad tensor :", "the value %3 has no type"},
		{"%3 = grad : tensor", "%3 = : tensor as g", "a value without an operation"},
		{"grad : tensor", "gradient : tensor", "there is no operation \"gradient\""},
		{"grad : tensor", "grad : matrix", "there is no type \"matrix\""},
		{"grad : tensor", "grad : tensor tail", "\"tail\" after a value"},
		{"grad : tensor", "grad : tensor @x", "\"@x\" is no line"},
		{"mul %5 %4", "mul %5 four", "\"four\" is no value"},
		{"hyper lr", "hyper", "hyper with 0 words after it"},
		{"hyper lr", "hyper mu", "there is no hyperparameter \"mu\" above"},
		{"load m 2", "load m", "load with 1 words after it"},
		{"load m 2", "load n 2", "there is no state \"n\" above"},
		{"load m 2", "load m two", "\"two\" is no lag"},
		{"const 0", "const", "const with 0 words after it"},
		// names
		{"program sound", "program 3d", "has the name \"3d\""},
		{"program sound", "program sound decay", "not of the form option=choice"},
		{"hypers lr", "hypers lr lr", "\"lr\" is none, or another's"},
		{"hypers lr", "hypers lr m", "\"m\" is none, or another's"},
		{"hypers lr", "hypers lr theta", "\"theta\" is none, or another's"},
		{"grad : tensor", "grad : tensor as a-b", "has the name \"a-b\""},
		// leaves
		{"const 0", "const NaN", "is not a decimal in the range of binary64"},
		{"const 0", "const -Inf", "is not a decimal"},
		{"const 0", "const 0x1p3", "is not a decimal"},
		{"const 0", "const 1e999", "is not a decimal"},
		{"const 0", "const 1e-999", "is not a decimal"},
		{"const 0", "const .", "is not a decimal"},
		{"const 0", "const +1", "is not a decimal"},
		{"const 0 : scalar", "const 0 : tensor", "has type tensor, not scalar"},
		{"grad : tensor", "grad : scalar", "has type scalar, not tensor"},
		{"theta : tensor", "theta : tensor-cond", "has type tensor-cond, not tensor"},
		{"load m 2", "load m 0", "lag 0 is less than 1"},
		{"load m 2", "load m 3", "lag 3 of a state with 2 buffers"},
		{"grad : tensor", "normal : tensor", "normal with 0 words after it"},
		{"grad : tensor", "normal one : tensor", "\"one\" is no number of a call"},
		{"grad : tensor", "normal 0 1 : tensor", "normal with 2 words after it"},
		{"grad : tensor", "uniform -1 : tensor", "the call has the number -1; it lies between 0 and 65535"},
		{"grad : tensor", "uniform 65536 : tensor", "the call has the number 65536"},
		{"grad : tensor", "uniform 0 : scalar", "has type scalar, not tensor"},
		{"grad : tensor", "grad %0 : tensor", "has 1 arguments, not 0"},
		// arguments and types
		{"mul %5 %4", "mul %5", "has 1 arguments, not 2"},
		{"mul %5 %4", "mul %5 %6", "argument %6 isn't an earlier value"},
		{"mul %5 %4", "mul %5 %-1", "argument %-1 isn't an earlier value"},
		{"mul %5 %4 : tensor", "mul %5 %1 : tensor", "don't fit the type tensor"},
		{"mul %5 %4 : tensor", "mul %5 %4 : scalar", "don't fit the type scalar"},
		{"mul %5 %4 : tensor", "powint %5 %4 : tensor", "don't fit the type tensor"},
		{"mul %5 %4 : tensor", "select %1 %5 %4 : tensor", "don't fit the type tensor"},
		{"lt %2 %3 : tensor-cond", "lt %2 %3 : scalar-cond", "don't fit"},
		{"lt %2 %3 : tensor-cond", "lt %2 %1 : tensor-cond", "don't fit"},
		{"lt %2 %3 : tensor-cond", "not %2 : tensor-cond", "don't fit"},
		{"lt %2 %3 : tensor-cond", "lt %2 %3 : tensor", "don't fit"},
		{"lt %0 %1 : scalar-cond", "and %7 %7 : scalar-cond", "don't fit"},
		{"lt %0 %1 : scalar-cond", "select %7 %0 %1 : scalar", "don't fit"},
		{"lt %0 %1 : scalar-cond", "select %7 %7 %7 : tensor-cond", "don't fit"},
		{"round %1 : tensor", "round %1 : scalar", "don't fit"},
		{"round %1 : tensor", "round %2 : tensor", "don't fit"},
		{"lt %0 %1 : scalar-cond", "sum %1 : scalar", "don't fit"},
		{"lt %0 %1 : scalar-cond", "sum %2 : tensor", "don't fit"},
		// stores and states
		{"store theta %2\n", "", "the last store isn't the parameter's"},
		{"store m %6\nstore theta %2", "store theta %2\nstore m %6", "the last store isn't the parameter's"},
		{"store theta %2", "store theta %2\nstore theta %2", "a second store to theta"},
		{"store m %6", "store m %6\nstore m %6", "a second store to m"},
		{"store m %6", "store m %1", "the store to m takes no tensor"},
		{"store m %6", "store m %99", "the store to m takes no tensor"},
		{"store m %6\n", "", "the state m has buffers and no store"},
		{"state m buffers 2 init %0", "state m buffers 0 init %0\nstate n buffers 0 init %99", "the initial value of n is no number"},
		{"init %0", "init %7", "the initial value of m is no number"},
		{"init %0", "init %4", "the initial value of m needs t, a state, a reduction or a random number, or comes after a load"},
		{"init %0\n%0 = const 0 : scalar\n%1 = hyper lr : scalar\n%2 = theta", "init %2\n%0 = const 0 : scalar\n%1 = hyper lr : scalar\n%2 = normal 0",
			"m needs t, a state, a reduction or a random number"},
		{"init %0", "init %5", "comes after a load"},
		{"init %0\n%0 = const 0 : scalar", "init %0\n%0 = step : scalar", "needs t"},
	}
	for _, c := range cases {
		t.Run(c.new, func(t *testing.T) {
			require.Contains(t, sound, c.old)
			_, err := ir.Parse(strings.Replace(sound, c.old, c.new, 1))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.says)
		})
	}
}

func TestVerifyOfWhatNoTextSays(t *testing.T) {
	cases := []struct {
		says  string
		spoil func(*ir.Program)
	}{
		{"no such operation", func(p *ir.Program) { p.Values[3].Op = 200 }},
		{"no hyperparameter 1", func(p *ir.Program) { p.Values[1].Ref = 1 }},
		{"no hyperparameter -1", func(p *ir.Program) { p.Values[1].Ref = -1 }},
		{"no state 4", func(p *ir.Program) { p.Values[4].Ref = 4 }},
		{"a store to state 9", func(p *ir.Program) { p.Stores[0].State = 9 }},
		{"the state m has -1 buffers", func(p *ir.Program) { p.States[0].Buffers = -1 }},
		{"don't fit the type invalid", func(p *ir.Program) { p.Values[6].Type = 9 }},
		{"is read and never stored", func(p *ir.Program) { p.States[0].Buffers, p.Stores = 0, p.Stores[1:] }},
	}
	for _, c := range cases {
		p := parse(t, sound)
		c.spoil(p)
		assert.ErrorContains(t, ir.Verify(p), c.says)
	}
}

func TestErrorsSayWhere(t *testing.T) {
	_, err := ir.Parse("program x\nhypers\n%0 = grad : tensors\n")
	assert.EqualError(t, err, `line 3: there is no type "tensors"`)
	_, err = ir.Parse(fmt.Sprintf("program x\n%s\nstore theta %%0\n", "%0 = sqrt %0 : tensor"))
	assert.EqualError(t, err, "x: %0 = sqrt: argument %0 isn't an earlier value")
}
