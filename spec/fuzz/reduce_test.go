package fuzz_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/fuzz"
)

// wrong is an engine that computes max(x, y) as x where x > y, else y, so that
// the NaN of an x is lost.
var wrong = fuzz.Kernels("wrong", func(p *ir.Program) abi.Kernel { return eval.Kernel(losesNaN(p)) })

// losesNaN puts a comparison and a choice in the place of each maximum.
func losesNaN(p *ir.Program) *ir.Program {
	q := p.Clone()
	q.Values = nil
	renamed := make([]ir.ID, len(p.Values))
	for i, v := range p.Clone().Values {
		for j, a := range v.Args {
			v.Args[j] = renamed[a]
		}
		if v.Op == ir.Max {
			cond := ir.ScalarCond
			if v.Type == ir.Tensor {
				cond = ir.TensorCond
			}
			q.Values = append(q.Values, ir.Value{Op: ir.Gt, Type: cond, Args: v.Args})
			v.Op, v.Args = ir.Select, []ir.ID{ir.ID(len(q.Values) - 1), v.Args[0], v.Args[1]}
		}
		q.Values = append(q.Values, v)
		renamed[i] = ir.ID(len(q.Values) - 1)
	}
	for i := range q.States {
		q.States[i].Init = renamed[q.States[i].Init]
	}
	for i := range q.Stores {
		q.Stores[i].Value = renamed[q.Stores[i].Value]
	}
	return q
}

// found is the first seed, from one on, with whose rule an engine differs.
func found(t *testing.T, e fuzz.Engine, from uint64) (seed uint64, err error) {
	for seed := from; seed < from+500; seed++ {
		if err := fuzz.Compare(fuzz.Rule(seed), []fuzz.Engine{e}, fuzz.Short(seed)); err != nil {
			return seed, err
		}
	}
	require.Fail(t, "no rule shows the fault")
	return 0, nil
}

func TestAPlantedFaultIsFoundAndReduced(t *testing.T) {
	for _, from := range []uint64{0, 1000, 2000} {
		seed, err := found(t, wrong, from)
		var d *spec.Difference
		require.ErrorAs(t, err, &d)
		assert.ErrorContains(t, err, `engine "wrong": `)
		assert.ErrorContains(t, err, "0x", "values in hex")
		fails := func(text string) bool {
			all := fuzz.Short(seed)
			all.Quick = false
			return errors.As(fuzz.Compare(text, []fuzz.Engine{wrong}, all), &d)
		}
		text := fuzz.Reduce(fuzz.Rule(seed), fails)
		t.Logf("seed %d, %v, reduced to\n%s", seed, err, text)
		assert.Regexp(t, `max\(|clamp\(`, text)
		assert.LessOrEqual(t, len(regexp.MustCompile(`(?m)^[^"]* = .*`).FindAllString(text, -1)), 3, "statements and declarations of\n%s", text)
		assert.True(t, fails(text), "the reduced rule still fails")
		assert.NoError(t, fuzz.Compare(text, []fuzz.Engine{fuzz.NoPasses}, fuzz.Short(seed)))
	}
}

func TestReduceKeepsWhatFailsAndNothingElse(t *testing.T) {
	text := `optimizer x "a title"
paper "Nobody"
hyper lr = 0.1 in (0, inf)
hyper a = 2 in (0, inf)
option o = on | off
state m = g^2
y = lr*sqrt(norm(g))
m[t] = if o then m[t-3] + a else g
if t > 3 {
  z = 1/y
} else {
  if y > 1 { z = log(y) } else { z = exp(lr) }
}
theta[t+1] = theta - z*(m + theta)/(1e-8 + abs(g))
`
	for has, want := range map[string]string{
		"log(":   "optimizer x theta[t+1] = log(1) ",
		"m[t-":   "optimizer x state m m[t] = m[t-1] theta[t+1] = 1 ",
		"option": "optimizer x option o = on | off theta[t+1] = 1 ",
		"1e-8":   "optimizer x theta[t+1] = 1e-8 ",
		"lr = ":  "optimizer x hyper lr = 0.1 in (0, inf) theta[t+1] = 1 ",
		"norm":   "optimizer x y = norm(g) theta[t+1] = 1 ",
		"title":  "optimizer x \"a title\" theta[t+1] = 1 ",
		"if o":   "optimizer x option o = on | off state m m[t] = if o then 1 else 1 theta[t+1] = 1 ",
	} {
		got := fuzz.Reduce(text, func(text string) bool {
			compiled(t, text) // no text that is no rule is tried
			return strings.Contains(text, has)
		})
		assert.Equal(t, want, blankless(got), "what is left for %s", has)
	}
}

// blankless is a text without blank lines and spaces.
func blankless(text string) string { return regexp.MustCompile(`\n+| +`).ReplaceAllString(text, " ") }

// Where all rules fail, hardly anything is left of one.
func TestReduceGoesToTheEnd(t *testing.T) {
	for seed := range uint64(6) {
		small := fuzz.Reduce(fuzz.Rule(seed), func(text string) bool { compiled(t, text); return true })
		assert.Less(t, len(small), 60, "seed %d: %s", seed, small)
	}
}

func TestReduceLeavesAloneWhatDoesNotFail(t *testing.T) {
	text := fuzz.Rule(1)
	assert.Equal(t, text, fuzz.Reduce(text, func(string) bool { return false }))
	assert.Equal(t, "no rule", fuzz.Reduce("no rule", func(string) bool { return true }))
}

func TestCompareRefusesWhatIsNoRule(t *testing.T) {
	err := fuzz.Compare("optimizer x\ntheta[t+1] = y\n", nil, fuzz.Short(1))
	require.ErrorIs(t, err, fuzz.ErrNoRule)
	assert.ErrorContains(t, err, "y")
	assert.ErrorIs(t, fuzz.Texts("no rule"), fuzz.ErrNoRule)
}
