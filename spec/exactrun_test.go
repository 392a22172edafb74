package spec_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/plugins"
)

// exactSteps is the length of the runs in rational numbers and in many bits.
const exactSteps = 36

// exactUse is a rule's program for exact arithmetic, with hyperparameters.
type exactUse struct {
	program *ir.Program
	set     ratios
}

// exactPlugin is a rule of the repository; options are "name=choice", and those
// left out have their first choice.
func exactPlugin(t *testing.T, name string, set ratios, options ...string) exactUse {
	rule, ok := plugins.Find(name)
	require.True(t, ok, name)
	return exactText(t, rule.Source, set, options...)
}

// exactText compiles the text of a rule. A hyperparameter that is not set has
// the default.
func exactText(t *testing.T, text string, set ratios, options ...string) exactUse {
	info, list := dsl.Check("rule.opt", text)
	require.False(t, list.HasErrors(), "%v", list)
	choices := lower.Variants(info)[0]
	for _, o := range options {
		name, choice, _ := strings.Cut(o, "=")
		require.Contains(t, choices, name)
		choices[name] = choice
	}
	p, err := pass.Run(lower.Program(info, choices), pass.Exact)
	require.NoError(t, err)
	for name := range set {
		require.Contains(t, p.Hypers, name, p.Rule)
	}
	all := ratios{}
	for _, h := range info.Hypers {
		all[h.Name] = ratio(h.DefaultText)
	}
	for name, x := range set {
		all[name] = x
	}
	return exactUse{p, all}
}

// exactGradients are the same for all runs: rational numbers of several sizes,
// none of them zero, with denominators of a few bits.
func exactGradients() (theta []*big.Rat, gradients [][]*big.Rat) {
	rng := rand.New(rand.NewPCG(27, 18))
	theta = []*big.Rat{ratio("9/10"), ratio("-17/8"), ratio("1/3")}
	for range exactSteps {
		var row []*big.Rat
		for i := range theta {
			x := big.NewRat(1+rng.Int64N(200), 1<<(4*i+2))
			if rng.Int64N(2) == 0 {
				x.Neg(x)
			}
			row = append(row, x)
		}
		gradients = append(gradients, row)
	}
	return theta, gradients
}

// exactRun is θ after each step, in the numbers that from makes and step takes.
func exactRun[N any](t *testing.T, u exactUse, from func(*big.Rat) *N, step func(*ir.Program, *eval.Update[*N]) error) [][]*N {
	all := func(xs []*big.Rat) []*N {
		var out []*N
		for _, x := range xs {
			out = append(out, from(x))
		}
		return out
	}
	theta, gradients := exactGradients()
	update := eval.Update[*N]{Theta: all(theta)}
	for _, name := range u.program.Hypers {
		update.Hyper = append(update.Hyper, from(u.set[name]))
	}
	for _, s := range u.program.States {
		for range s.Buffers {
			update.State = append(update.State, make([]*N, len(theta)))
		}
	}
	var out [][]*N
	for i, row := range gradients {
		update.T, update.Grad = int64(i+1), all(row)
		require.NoError(t, step(u.program, &update))
		out = append(out, append([]*N(nil), update.Theta...))
	}
	return out
}

// firstApart says where two rules first differ in rational numbers; it is empty
// where they are identical in all steps.
func firstApart(t *testing.T, one, other exactUse) string {
	keep := func(x *big.Rat) *big.Rat { return x }
	a, b := exactRun(t, one, keep, eval.Rat), exactRun(t, other, keep, eval.Rat)
	for s := range a {
		for i, x := range a[s] {
			if x.Cmp(b[s][i]) != 0 {
				return fmt.Sprintf("step %d, element %d", s+1, i)
			}
		}
	}
	return ""
}

// log2Apart is the binary logarithm, rounded up, of the greatest difference of
// two rules relative to the greater number, in floats of prec bits; it is the
// least int where they are identical.
func log2Apart(t *testing.T, one, other exactUse, prec uint) int {
	from := func(x *big.Rat) *big.Float { return new(big.Float).SetPrec(prec).SetRat(x) }
	step := func(p *ir.Program, u *eval.Update[*big.Float]) error { return eval.Big(p, prec, u) }
	a, b := exactRun(t, one, from, step), exactRun(t, other, from, step)
	worst := math.MinInt
	for s := range a {
		for i, x := range a[s] {
			off := new(big.Float).Sub(x, b[s][i])
			if off.Sign() != 0 {
				size := max(x.MantExp(nil), b[s][i].MantExp(nil))
				worst = max(worst, off.MantExp(nil)-size+1)
			}
		}
	}
	return worst
}
