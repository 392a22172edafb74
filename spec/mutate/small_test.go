package mutate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

const smallRule = `optimizer small
hyper lr    = 0.1 in (0, inf)
hyper beta1 = 0.9 in [0, 1)
state m
m[t]       = beta1*m[t-1] + g
theta[t+1] = if m > 0 then theta - lr*m/(1 - beta1^t) else theta
`

// The steps that issue from each sort of operation are there, and said in the
// notation of the rule.
func TestDiffs(t *testing.T) {
	small := compile(t, "small", smallRule)
	var text strings.Builder
	for _, m := range mutate.All(small.Programs[0]) {
		require.NoError(t, ir.Verify(m.Program))
		text.WriteString(m.Diff())
	}
	for _, diff := range []string{
		"  add becomes sub\n  line 5: m[t] = beta1*m[t-1] + g\n- beta1*m[t-1] + g\n+ beta1*m[t-1] - g\n",
		"- beta1*m[t-1] + g\n+ beta1*m[t-1]\n",
		"- beta1*m[t-1] + g\n+ g\n",
		"- beta1*m[t-1]\n+ beta1*m[t-2]\n",
		"- beta1*m[t-1]\n+ lr*m[t-1]\n",
		"- beta1*m[t-1]\n+ beta1^t*m[t-1]\n",
		"- beta1*m[t-1] + g\n+ beta1*m[t-1] + theta\n",
		"  powint is dropped, operand 1 is left\n  line 6: theta[t+1] = if m > 0 then theta - lr*m/(1 - beta1^t) else theta\n- beta1^t\n+ beta1\n",
		"- 1 - beta1^t\n+ beta1^t - 1\n",
		"- beta1^t\n+ beta1^(t - 1)\n",
		"- m[t] = beta1*m[t-1] + g\n+ m[t] = m[t-1]\n",
		"- m[0] = 0\n+ m[0] = 1\n",
		"- m[0] = 0\n+ m[0] = g\n",
		"- lr*m\n+ lr*m[t-1]\n",
		"- lr*m\n+ lr*theta\n",
		"- if m > 0 then theta - lr*m/(1 - beta1^t) else theta\n+ if m >= 0 then theta - lr*m/(1 - beta1^t) else theta\n",
		"+ if not (m > 0) then theta - lr*m/(1 - beta1^t) else theta\n",
		"+ if m > 0 then theta else theta - lr*m/(1 - beta1^t)\n",
	} {
		assert.Contains(t, text.String(), diff)
	}
}

// Random numbers of one distribution become those of the other, by the same call.
func TestRandomNumbersChange(t *testing.T) {
	p := compile(t, "random", "optimizer random\ntheta[t+1] = theta + normal()*g + uniform()").Programs[0]
	diffs := map[string]*ir.Program{}
	for _, m := range mutate.All(p) {
		diffs[m.Before+" | "+m.After] = m.Program
	}
	assert.Equal(t, []string{"uniform 0", "uniform 1"}, calls(diffs["normal()*g | uniform()*g"]))
	assert.Equal(t, []string{"normal 0", "normal 1"}, calls(diffs["theta + normal()*g + uniform() | theta + normal()*g + normal()"]))
}

// calls are a program's random numbers, with the numbers of the calls.
func calls(p *ir.Program) []string {
	if p == nil {
		return nil
	}
	var all []string
	for _, v := range p.Values {
		if v.Op.Random() {
			all = append(all, fmt.Sprint(v.Op, " ", v.Ref))
		}
	}
	return all
}

func TestMutantsDiffer(t *testing.T) {
	p := compile(t, "small", smallRule).Programs[0]
	seen := map[string]bool{withoutLines(p): true}
	for _, m := range mutate.All(p) {
		text := withoutLines(m.Program)
		assert.False(t, seen[text], "twice, or no mutant: %s", m.Diff())
		seen[text] = true
	}
}

func withoutLines(p *ir.Program) string {
	q := p.Clone()
	q.Lines = nil
	for i := range q.Values {
		q.Values[i].Line, q.Values[i].Name = 0, ""
	}
	return q.String()
}

// A mutant takes a rule's place; one that reads older values says that it needs
// more buffers.
func TestRule(t *testing.T) {
	pnm, _ := plugins.Find("pnm")
	p := compile(t, "pnm", pnm.Source).Programs[1]
	layout, err := abi.NewLayout(&pnm.Manifest, 1, abi.F32, []int{3}, []int{0})
	require.NoError(t, err)
	fit, misfit := 0, 0
	for _, m := range mutate.All(p) {
		rule := m.Rule(pnm, 1)
		assert.Equal(t, pnm.Manifest.Variants[0], rule.Manifest.Variants[0])
		if slices.ContainsFunc(m.Program.Values, func(v ir.Value) bool { return v.Lag > 2 }) {
			misfit++
			assert.Error(t, rule.Fits(layout), m.Diff())
			continue
		}
		fit++
		assert.Equal(t, pnm.Manifest, rule.Manifest)
		assert.NoError(t, rule.Fits(layout))
	}
	assert.NotZero(t, fit)
	assert.NotZero(t, misfit)
	assert.Equal(t, 2, pnm.Manifest.Variants[1].Slots[0].Buffers, "the original stays")
}

// What the prover may not pass over: each pair of rules differs somewhere, in
// a place that no run is likely to come to.
func TestProverKnowsTheCorners(t *testing.T) {
	equal := map[string]bool{
		"theta - 0*g | theta":                                      false, // g may be infinite
		"max(g, theta) | max(theta, g)":                            false, // zeros of two signs
		"theta - (g - g) | theta":                                  false,
		"theta + 0 | theta":                                        false, // -0 becomes +0
		"theta - 0 | theta":                                        true,
		"if g >= g then theta else 0 | theta":                      false, // NaN
		"sqrt(g*g) | abs(g)":                                       false, // a square may vanish
		"abs(g) | abs(-g)":                                         true,
		"theta/lr*lr | theta":                                      false,
		"max(abs(g), sqrt(abs(m))) | max(sqrt(abs(m)), abs(g))":    true,
		"if t > 1 then g else theta | if t != 1 then g else theta": true,
		"if t > 2 then g else theta | if t != 1 then g else theta": false,
		"theta*(g - m) | -(theta*(m - g))":                         false, // the sign of the zero of g - m
		"(theta + 0) + g*g | theta + g*g":                          false, // both zeros
		"(theta + 0) + (abs(g) + 1) | theta + (abs(g) + 1)":        true,
		"max(g*g, 0) | g*g":                                        true,
		"min(g*g, 0) | 0":                                          false, // NaN
		"(g - m)^2 | (m - g)^2":                                    true,
		"if b^t < 0 then g else theta | theta":                     true,
		"if b^(-t) < 0 then g else theta | theta":                  false, // -Inf for -0 and an odd t
		"if 1/b^t < 0 then g else theta | theta":                   false,
		"if pow(b, -3.0) < 0 then g else theta | theta":            false,
		"if b^(" + vast + ") >= 0 then theta else g | theta":       false, // NaN for an infinite exponent
		"if t > 5e18 then g else theta | theta":                    false,
		// the gradient of step 1 has a sign of its own in step 2
		"if t = 2 and k[t-2] > 0 and g < 0 then g else theta | theta": false,
	}
	for pair, want := range equal {
		one, other, _ := strings.Cut(pair, " | ")
		p, q := stepOf(t, one), stepOf(t, other)
		_, proved := mutate.NewJudge(p, hypersOf(t)).Prove(&mutate.Mutant{Program: q})
		assert.Equal(t, want, proved, pair)
	}
}

// What is known of this step's gradient is not known of the first one, of which
// an initial value is made.
func TestProverKnowsWhenAStateBegan(t *testing.T) {
	const frame = "optimizer frame\nhyper lr = 0.1 in [0, inf)\nstate m = g\nm[t] = 0.5*m[t-2] + g\ntheta[t+1] = if lr > 1 then m else "
	one := compile(t, "frame", frame+"(if t = 2 then (if g = 0 then m[t-2] else g) else g)")
	other := compile(t, "frame", frame+"(if t = 2 then (if g = 0 then 0*g else g) else g)")
	j := mutate.NewJudge(one.Programs[0], one.Manifest.Hypers)
	reason, proved := j.Prove(&mutate.Mutant{Program: other.Programs[0]})
	assert.False(t, proved, reason)
	again := compile(t, "frame", frame+"(if t != 2 then g else (if g = 0 then m[t-2] else g))")
	_, proved = j.Prove(&mutate.Mutant{Program: again.Programs[0]})
	assert.True(t, proved)
}

// vast is a whole form with the value infinity.
var vast = "1" + strings.Repeat("0", 200) + "*1" + strings.Repeat("0", 200)

const frame = `optimizer frame
hyper lr = 0.1 in (0, inf)
hyper b  = 0.5 in [0, 1)
state m
state k = g
m[t] = 0.5*m[t-1] + g
k[t] = g
theta[t+1] = if lr > 1 then m + k[t-2] else `

func stepOf(t *testing.T, expr string) *ir.Program {
	return compile(t, "frame", frame+"("+expr+")").Programs[0]
}

func hypersOf(t *testing.T) []abi.Hyper { return compile(t, "frame", frame+"g").Manifest.Hypers }

func TestScore(t *testing.T) {
	small := compile(t, "small", smallRule)
	s := mutate.Measure(small.Programs[0], small.Manifest.Hypers, mutate.NewJudge(small.Programs[0], small.Manifest.Hypers).Kills)
	s.Survivors = append(s.Survivors, mutate.Mutant{Step: "add becomes sub", Line: 5, Source: "m[t] = a + b", Before: "a + b", After: "a - b"})
	s.Survived, s.Mutants = s.Survived+1, s.Mutants+1
	assert.Contains(t, s.String(), "small ")
	assert.Contains(t, s.String(), " 1 survived\n  add becomes sub\n  line 5: m[t] = a + b\n- a + b\n+ a - b\n")
	text, err := json.Marshal(s)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"survivors":[{"step":"add becomes sub","line":5,"source":"m[t] = a + b","before":"a + b","after":"a - b"}]`)
}

func TestCaseSaysWhere(t *testing.T) {
	small := compile(t, "small", smallRule)
	j := mutate.NewJudge(small.Programs[0], small.Manifest.Hypers)
	all := mutate.All(small.Programs[0])
	c, killed := j.Kill(&all[0], 0)
	require.True(t, killed)
	assert.Regexp(t, `steps of .*: step \d+, (theta|m\[t-1\])\[\d+\] is .* and with the mutant `, c.String())
}
