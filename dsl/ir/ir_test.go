package ir_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
)

// sample has every operation once and all that a text can say.
const sample = `program sample decay=l2 nesterov=off
hypers lr beta1
line 12 "m[t] = \"quoted\" \\ β"
line 14 "theta[t+1] = theta"
state m buffers 2 init %0
state v buffers 0 init %3
%0 = const 0 : scalar
%1 = theta : tensor
%2 = grad : tensor
%3 = mul %2 %2 : tensor as first @3
%4 = const -1.5e-8 : scalar
%5 = hyper beta1 : scalar @12
%6 = step : scalar
%7 = load m 1 : tensor as mOld
%8 = load v 3 : tensor
%9 = add %4 %5 : scalar
%10 = sub %9 %6 : scalar
%11 = div %10 %5 : scalar
%12 = neg %11 : scalar
%13 = sqrt %12 : scalar
%14 = abs %13 : scalar
%15 = sign %14 : scalar
%16 = min %15 %14 : scalar
%17 = max %16 %14 : scalar
%18 = powint %17 %6 : scalar
%19 = pow %18 %5 : scalar
%20 = exp %19 : scalar
%21 = log %20 : scalar
%22 = round %21 : tensor
%23 = eq %22 %1 : tensor-cond
%24 = ne %22 %1 : tensor-cond
%25 = lt %21 %20 : scalar-cond
%26 = le %22 %1 : tensor-cond
%27 = gt %21 %20 : scalar-cond
%28 = ge %22 %1 : tensor-cond
%29 = and %23 %25 : tensor-cond
%30 = or %27 %25 : scalar-cond
%31 = not %29 : tensor-cond
%32 = select %31 %22 %7 : tensor
%33 = select %30 %32 %8 : tensor
%34 = select %25 %21 %20 : scalar
%35 = sum %33 : scalar
%36 = mean %33 : scalar
%37 = norm %33 : scalar
%38 = maxabs %33 : scalar as largest @14
%39 = uniform 0 : tensor
%40 = normal 65535 : tensor as noise @14
store v %33
store m %32
store theta %22
`

func parse(t *testing.T, text string) *ir.Program {
	t.Helper()
	p, err := ir.Parse(text)
	require.NoError(t, err)
	return p
}

func TestTextRoundTrip(t *testing.T) {
	p := parse(t, sample)
	assert.Equal(t, sample, p.String())
	assert.Equal(t, "sample", p.Rule)
	assert.Equal(t, []string{"decay=l2", "nesterov=off"}, p.Choices)
	assert.Equal(t, []string{"lr", "beta1"}, p.Hypers)
	assert.Equal(t, `m[t] = "quoted" \ β`, p.LineText(12))
	assert.Empty(t, p.LineText(13))
	assert.Equal(t, ir.Value{Op: ir.Mul, Type: ir.Tensor, Args: []ir.ID{2, 2}, Name: "first", Line: 3}, p.Values[3])
	assert.Equal(t, ir.Value{Op: ir.Load, Type: ir.Tensor, Ref: 1, Lag: 3}, p.Values[8])
	assert.Equal(t, ir.State{Name: "m", Buffers: 2, Init: 0}, p.States[0])
	assert.Equal(t, []ir.Store{{State: 1, Value: 33}, {State: 0, Value: 32}, {State: ir.Theta, Value: 22}}, p.Stores)
}

func TestParsePassesOverCommentsAndBlankLines(t *testing.T) {
	p := parse(t, "# a program\n\n  program x\nhypers\n  %0 = theta : tensor\r\n# the end\nstore theta %0\n")
	assert.Equal(t, "program x\nhypers\n%0 = theta : tensor\nstore theta %0\n", p.String())
}

func TestStoreOf(t *testing.T) {
	p := parse(t, sample)
	assert.Equal(t, 1, p.StoreOf(0))
	assert.Equal(t, 0, p.StoreOf(1))
	assert.Equal(t, 2, p.StoreOf(ir.Theta))
	assert.Equal(t, -1, p.StoreOf(7))
}

func TestCloneIsApart(t *testing.T) {
	p := parse(t, sample)
	q := p.Clone()
	assert.Equal(t, p, q)
	q.Choices[0], q.Hypers[0], q.Lines[0].Text, q.States[0].Name = "x=y", "x", "x", "x"
	q.Values[0].Text, q.Values[3].Args[0], q.Stores[0].Value = "7", 1, 1
	q.Values = append(q.Values, ir.Value{})
	assert.Equal(t, sample, p.String())
}

func TestStages(t *testing.T) {
	p := parse(t, `program lamb
hypers
%0 = theta : tensor
%1 = norm %0 : scalar
%2 = round %1 : tensor
%3 = div %0 %2 : tensor
%4 = grad : tensor
%5 = sum %4 : scalar
%6 = maxabs %3 : scalar
%7 = add %6 %5 : scalar
%8 = round %7 : tensor
store theta %8
`)
	stage, passes := p.Stages()
	assert.Equal(t, []int{0, 1, 1, 1, 0, 1, 2, 2, 2}, stage)
	assert.Equal(t, 3, passes)
	_, passes = parse(t, "program x\n%0 = theta : tensor\nstore theta %0").Stages()
	assert.Equal(t, 1, passes)
}

func TestOpClasses(t *testing.T) {
	classes := map[string]string{}
	for op := ir.Const; op.String() != "invalid"; op++ {
		switch {
		case op.Close():
			classes[op.String()] = "close"
		case op.Reduction():
			classes[op.String()] = "reduction"
		case op.Random():
			classes[op.String()] = "random"
		}
		assert.Contains(t, sample, " "+op.String()+" ", "the sample has every operation")
	}
	assert.Equal(t, map[string]string{"pow": "close", "exp": "close", "log": "close",
		"sum": "reduction", "mean": "reduction", "norm": "reduction", "maxabs": "reduction", "uniform": "random", "normal": "random"}, classes)
	assert.Equal(t, "invalid", ir.Type(9).String())
	assert.True(t, ir.ScalarCond.Cond() && ir.TensorCond.Cond() && !ir.Tensor.Cond())
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(strings.ReplaceAll(sample, "%0", "%00"))
	f.Add("program x\nhypers a a\n%0 = hyper : scalar\n")
	f.Add("program x\nline 1 'x'\n%0 = const : : scalar\nstore theta %0\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ir.Parse(text)
		if err != nil {
			return
		}
		require.NoError(t, ir.Verify(p))
		again, err := ir.Parse(p.String())
		require.NoError(t, err, "the text of a program is refused:\n%s", p)
		require.Equal(t, p.String(), again.String())
		p.Stages()
		require.Equal(t, p.String(), p.Clone().String())
	})
}
