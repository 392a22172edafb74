package spec_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
)

type hypers = map[string]float64

// paper is a rule as its publication has it.
type paper struct {
	formula  formula
	hypers   hypers
	branches []string // each variant must come through all of them
}

var (
	maximum = []string{"v is the greatest", "v is below"}
	clips   = append([]string{"lower", "between", "upper"}, maximum...)
)

// papers has the rules of the repository; no hyperparameter is at its default.
var papers = map[string]paper{
	"sgd":      {sgd, hypers{"lr": 0.07, "lambda": 0.03}, nil},
	"hb":       {heavyBall, hypers{"lr": 0.03, "beta1": 0.83, "beta3": 0.71, "lambda": 0.05}, nil},
	"adam":     {adam, moments(nil), nil},
	"amsgrad":  {amsgrad, moments(nil), maximum},
	"adamw":    {adamw, moments(hypers{"schedule": 0.7}), nil},
	"adabound": {adabound, moments(hypers{"lr": 0.05, "final_lr": 0.04, "gamma": 0.3, "base_lr": 0.043}), clips},
	"padam":    {padam, moments(hypers{"p": 0.19}), maximum},
	"yogi":     {yogi, moments(hypers{"v0": 0.013, "eps": 2e-3}), []string{"v grows", "v shrinks"}},
	"radam":    {radam, moments(hypers{"beta2": 0.9}), []string{"rectified", "not rectified"}},
	"pnm":      {pnm, hypers{"lr": 0.03, "beta1": 0.83, "beta0": 0.6, "lambda": 0.05}, nil},
	"adapnm":   {adapnm, moments(hypers{"beta0": 0.6}), maximum},
}

// moments are the hyperparameters of Adam's family, and others.
func moments(more hypers) hypers {
	all := hypers{"lr": 0.013, "beta1": 0.83, "beta2": 0.94, "eps": 1e-3, "lambda": 0.05}
	maps.Copy(all, more)
	return all
}

// The formulas' arithmetic is that of the kernels in another order.
const paperTolerance = 1e-11

// randomRun is 25 steps of a few elements, with gradients of several sizes.
func randomRun() golden {
	rng := rand.New(rand.NewPCG(3, 14))
	g := golden{Theta0: []float64{0.9, -1.7, 0.3, 2.6, -0.4}}
	for range 25 {
		var row []float64
		for i := range g.Theta0 {
			row = append(row, rng.NormFloat64()*math.Pow(3, float64(i)-2))
		}
		g.Gradients = append(g.Gradients, row)
	}
	return g
}

func TestEachRuleIsItsPaper(t *testing.T) {
	require.Len(t, papers, len(plugins.All()))
	for _, rule := range plugins.All() {
		p, ok := papers[rule.Manifest.Name]
		require.True(t, ok, rule.Manifest.Name)
		for _, h := range rule.Manifest.Hypers {
			require.NotContains(t, []float64{0, h.Default}, p.hypers[h.Name], "%s of %s", h.Name, rule.Manifest.Name)
		}
		for _, v := range rule.Manifest.Variants {
			run := randomRun()
			run.Rule, run.Set, run.Choose = rule.Manifest.Name, p.hypers, map[string]string{}
			for i, o := range rule.Manifest.Options {
				run.Choose[o.Name] = v.Choices[i]
			}
			name := strings.Join(append([]string{run.Rule}, v.Choices...), ",")
			t.Run(name, func(t *testing.T) { comparePaper(t, p, run) })
		}
	}
}

// comparePaper runs the kernel and the formula.
func comparePaper(t *testing.T, p paper, run golden) {
	got := kernelRun(t, run)
	saw := map[string]bool{}
	theta, step := run.Theta0, p.overTensor(run.Rule, settings{p.hypers, run.Choose, saw}, len(run.Theta0))
	for s, row := range run.Gradients {
		theta = step(float64(s+1), theta, row)
		for i := range theta {
			require.InEpsilon(t, theta[i], got[s][i], paperTolerance, "step %d, element %d", s+1, i)
		}
	}
	for _, branch := range p.branches {
		assert.True(t, saw[branch], "no step came through %q", branch)
	}
}

// kernelRun is θ after each step of a run, by the generated kernel.
func kernelRun(t *testing.T, run golden) [][]float64 {
	rule, variant, values := run.resolve(t)
	return trajectory[float64](t, rule, variant, values, &run)
}

// law says that two rules with these settings are the same.
type law struct {
	name      string
	one, same golden
	spoil     string // a hyperparameter of the second on which the law depends
}

// use is a rule with hyperparameters and options, these as "name=choice".
func use(rule string, set hypers, options ...string) golden {
	g := golden{Rule: rule, Set: set, Choose: map[string]string{}}
	for _, o := range options {
		name, choice, _ := strings.Cut(o, "=")
		g.Choose[name] = choice
	}
	return g
}

// with is a copy of hyperparameters with some others.
func with(set, more hypers) hypers {
	all := maps.Clone(set)
	maps.Copy(all, more)
	return all
}

// neutralLaws are those of the gain at which the momenta of PNM are one.
func neutralLaws() []law {
	const b1, lr, lambda = 0.83, 0.013, 0.05
	b0 := -b1 / (1 + b1)
	root := math.Sqrt((1+b0)*(1+b0) + b0*b0)
	ada := moments(hypers{"beta1": b1, "lr": lr, "lambda": lambda})
	less := with(ada, hypers{"lr": lr / root})
	ada0 := with(ada, hypers{"beta0": b0})
	plain := hypers{"lr": lr, "beta1": b1, "beta0": b0, "lambda": lambda}
	ball := hypers{"lr": lr / root, "beta1": b1, "beta3": 1 - b1, "lambda": lambda}
	// decoupled decay is lr*lambda, which the root must leave as it is
	kept := hypers{"lambda": lambda * root}
	return []law{
		{"adapnm is amsgrad", use("adapnm", ada0, "decay=l2", "amsgrad=on"), use("amsgrad", less, "follow=torch"), "lr"},
		{"adapnm is adam", use("adapnm", ada0, "decay=l2", "amsgrad=off"), use("adam", less), "beta1"},
		{"adapnm is adamw", use("adapnm", ada0, "decay=decoupled", "amsgrad=off"), use("adamw", with(less, kept), "follow=torch"), "lambda"},
		{"pnm is hb", use("pnm", plain, "decay=l2"), use("hb", ball, "decay=l2"), "beta3"},
		{"pnm is hb, decoupled", use("pnm", plain, "decay=decoupled"), use("hb", with(ball, kept), "decay=decoupled"), "lambda"},
	}
}

// specialCases are the laws of rules that contain others.
func specialCases() []law {
	set := moments(hypers{"eps": 0})
	half := with(set, hypers{"p": 0.5})
	sgd := hypers{"lr": 0.07, "lambda": 0.03}
	ball := with(sgd, hypers{"beta1": 0, "beta3": 1})
	still := moments(hypers{"beta1": 0, "lr": 0.02})
	return []law{
		{"padam is amsgrad", use("amsgrad", set, "follow=paper"), use("padam", half, "follow=paper"), "p"},
		{"hb is sgd", use("sgd", sgd, "decay=l2"), use("hb", ball, "decay=l2"), "beta3"},
		{"hb is sgd, decoupled", use("sgd", sgd, "decay=decoupled"), use("hb", ball, "decay=decoupled"), "lambda"},
		{"adapnm without gain or momentum is adam", use("adam", still), use("adapnm", with(still, hypers{"beta0": 0}), "decay=l2", "amsgrad=off"), "beta2"},
	}
}

func TestRulesAreSpecialCasesOfOthers(t *testing.T) {
	for _, l := range append(neutralLaws(), specialCases()...) {
		t.Run(l.name, func(t *testing.T) {
			assert.LessOrEqual(t, apart(t, l.one, l.same), paperTolerance)
			spoilt := l.same
			spoilt.Set = with(spoilt.Set, hypers{l.spoil: spoilt.Set[l.spoil] * 0.99})
			assert.Greater(t, apart(t, l.one, spoilt), 1e-6, "the run does not depend on %s", l.spoil)
		})
	}
}

// apart is the greatest relative difference of two rules on one random run.
func apart(t *testing.T, a, b golden) float64 {
	run := randomRun()
	return apartOn(t, a, b, run.Theta0, run.Gradients)
}

func apartOn(t *testing.T, a, b golden, theta []float64, gradients [][]float64) float64 {
	a.Theta0, a.Gradients = theta, gradients
	b.Theta0, b.Gradients = theta, gradients
	first, second := kernelRun(t, a), kernelRun(t, b)
	worst := 0.0
	for s := range first {
		for i, x := range first[s] {
			worst = max(worst, math.Abs(x-second[s][i])/math.Abs(x))
		}
	}
	return worst
}

// While gradients grow the second moment is its own maximum, so that AMSBound
// is AdaBound to the last bit; it is not once they shrink.
func TestAMSBoundIsAdaBoundWhileGradientsGrow(t *testing.T) {
	set := with(papers["adabound"].hypers, hypers{"lambda": 0, "gamma": 1e-3}) // bounds too wide to hide the moment
	for _, follow := range []string{"follow=paper", "follow=code"} {
		off, on := use("adabound", set, "amsbound=off", follow), use("adabound", set, "amsbound=on", follow)
		grow, shrink := [][]float64(nil), [][]float64(nil)
		for s := range 25 {
			size := math.Pow(1.2, float64(s)) / 20
			grow = append(grow, []float64{size, -2 * size})
			shrink = append(shrink, []float64{1 / size, -2 / size})
		}
		assert.Zero(t, apartOn(t, off, on, []float64{0.9, -1.7}, grow), follow)
		assert.Greater(t, apartOn(t, off, on, []float64{0.9, -1.7}, shrink), 1e-6, follow)
	}
}
