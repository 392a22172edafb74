package mutate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Run is one item of a battery: the start of one tensor, and what each step is
// given. All numbers are float64, rounded to the dtype where the run is in f32.
type Run struct {
	Name   string
	Wide   bool // f64, not f32
	Theta  []float64
	Grads  [][]float64 // a row for each step
	Hypers [][]float64 // a row for each step
}

// Battery lists runs that tell a program, whose hyperparameters have the
// manifest's domains, from what is one step away: the quick and the thorough ones
// of so many rounds, from 0 to Rounds, and ties of its comparisons. They are the
// same ones each time.
func Battery(p *ir.Program, hypers []abi.Hyper, rounds int) []*Run {
	first, rest := battery(p, hypers)
	return slices.Concat(first, rest[:len(rest)*rounds/Rounds], ties(p, nil, hypers, 3))
}

// source draws a number of one sort.
type source struct {
	name string
	draw func(r *rand.Rand) float64
}

// The sorts of gradients and parameters. Small ones meet in ties, such as a
// second moment that is the gradient's square.
var (
	plain = source{"normal", func(r *rand.Rand) float64 { return r.NormFloat64() * math.Exp(r.NormFloat64()) }}
	small = source{"small whole numbers and halves", oneOf(-3, -2, -1, -0.5, math.Copysign(0, -1), 0, 0.5, 1, 2, 3)}
	whole = source{"whole numbers and halves to 8", oneOf(-8, -6, -5, -4, -3, -2.5, 2.5, 3, 3, 3.5, 4, 5, 6, 8)}
	zeros = source{"zeros of both signs", oneOf(0, math.Copysign(0, -1))}
	units = source{"one, minus one and zeros", oneOf(1, -1, 0, math.Copysign(0, -1))}
	tiny  = source{"some 1e-170", func(r *rand.Rand) float64 { return 1e-170 * r.NormFloat64() }}
	below = source{"normal, below one", func(r *rand.Rand) float64 { return 0.3 * r.NormFloat64() }}
	rare  = source{"normal, now and then infinite", func(r *rand.Rand) float64 {
		if r.IntN(40) == 0 {
			return math.Inf(1 - 2*r.IntN(2))
		}
		return r.NormFloat64()
	}}
	edges = source{"the greatest, tiny and zero", oneOf(3e38, 3e38, 1e-42, 0, 1)}
	faint = source{"about the least normal numbers", func(r *rand.Rand) float64 {
		return oneOf(1e-309, 1e-308, 3e-308, 1e-39, 1e-38, 3e-38, 5e-324)(r) * r.NormFloat64()
	}}
	outer = source{"huge and tiny", oneOf(1e-42, -1e-42, 1e19, -1e19, 5e-310, -1e160, 3e38, 1e-20, 1e-160, 1, -1, 1e5, -1e-5)}
	wild  = source{"infinities and NaN", oneOf(math.Inf(1), math.Inf(-1), math.NaN(), 0, 1, -1, 1e-3, -0.5)}
)

func oneOf(xs ...float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return xs[r.IntN(len(xs))] }
}

// plan is what a run is drawn from.
type plan struct {
	theta, grad source
	n, steps    int
	hyper       func(*rand.Rand, abi.Domain) float64
	vary        bool // new hyperparameters in each step
	constant    bool // one gradient for all steps
	balanced    bool // gradients in each step that lie as far above a number as below it
	alike       bool // gradients in each step that are one number
	times       int  // runs in a round and dtype, where it is more than one
}

// quick are the plans that nearly every mutant falls to, the cheapest first.
var quick = []plan{
	{theta: plain, grad: plain, n: 3, steps: 3, hyper: Inside},
	{theta: plain, grad: plain, n: 3, steps: 8, hyper: Inside, vary: true},
	{theta: units, grad: units, n: 16, steps: 4, hyper: round},
	{theta: small, grad: small, n: 16, steps: 8, hyper: round},
	{theta: zeros, grad: zeros, n: 8, steps: 4, hyper: round},
	{theta: outer, grad: outer, n: 16, steps: 8, hyper: Inside},
	{theta: wild, grad: wild, n: 16, steps: 5, hyper: Inside},
	{theta: plain, grad: plain, n: 1, steps: 40, hyper: Inside},
}

// thorough are the plans for those that the quick ones leave, each drawn anew
// in each round.
var thorough = []plan{
	{theta: plain, grad: plain, n: 3, steps: 8, hyper: Inside, vary: true},
	{theta: small, grad: plain, n: 8, steps: 4, hyper: Inside, constant: true},
	{theta: units, grad: units, n: 16, steps: 6, hyper: round, vary: true},
	{theta: small, grad: small, n: 32, steps: 8, hyper: round, vary: true, times: 4},
	{theta: units, grad: small, n: 4, steps: 8, hyper: round, balanced: true},
	{theta: small, grad: small, n: 4, steps: 8, hyper: Inside, balanced: true},
	{theta: whole, grad: whole, n: 2, steps: 8, hyper: Inside, alike: true},
	{theta: whole, grad: small, n: 4, steps: 8, hyper: Inside, balanced: true},
	{theta: zeros, grad: zeros, n: 8, steps: 4, hyper: round},
	{theta: plain, grad: zeros, n: 4, steps: 3, hyper: extreme},
	{theta: zeros, grad: units, n: 16, steps: 6, hyper: extreme},
	{theta: units, grad: zeros, n: 16, steps: 4, hyper: extreme, vary: true},
	{theta: units, grad: units, n: 1, steps: 3, hyper: round, constant: true, times: 4},
	{theta: below, grad: below, n: 3, steps: 6, hyper: Inside},
	{theta: tiny, grad: units, n: 4, steps: 3, hyper: Inside},
	{theta: units, grad: tiny, n: 4, steps: 3, hyper: Inside},
	{theta: outer, grad: outer, n: 16, steps: 8, hyper: extreme},
	{theta: outer, grad: units, n: 16, steps: 8, hyper: extreme, vary: true},
	{theta: wild, grad: wild, n: 16, steps: 5, hyper: round, vary: true},
	{theta: zeros, grad: units, n: 16, steps: 4, hyper: nought, vary: true},
	{theta: units, grad: zeros, n: 16, steps: 4, hyper: nought, vary: true},
	{theta: plain, grad: plain, n: 2, steps: 16, hyper: count, times: 2},
	{theta: faint, grad: faint, n: 8, steps: 3, hyper: Inside},
	{theta: edges, grad: edges, n: 16, steps: 8, hyper: Inside},
	{theta: plain, grad: rare, n: 8, steps: 20, hyper: Inside, times: 3},
	{theta: plain, grad: plain, n: 2, steps: 40, hyper: Inside, vary: true},
}

// Rounds is how often the battery draws a run of each sort.
const Rounds = 12

// among is one of some numbers that lie in the domain, or one inside it.
func among(r *rand.Rand, d abi.Domain, xs ...float64) float64 {
	for range 16 {
		if x := xs[r.IntN(len(xs))]; d.Contains(x) {
			return x
		}
	}
	return Inside(r, d)
}

// round is a number with few digits, so that sums and products have no error.
func round(r *rand.Rand, d abi.Domain) float64 {
	return among(r, d, 0, 0.5, 0.5, 0.25, 1, 1, 2, -0.5, -1, 4, d.Lo, d.Hi)
}

// extreme is a number near an end of the domain, or of its floats.
func extreme(r *rand.Rand, d abi.Domain) float64 {
	return among(r, d, d.Lo, d.Hi, math.Nextafter(d.Lo, d.Hi), math.Nextafter(d.Hi, d.Lo), math.Copysign(0, -1),
		0, 1e-3, 0.999, 0.5, 1e-30, 1e-50, 1e-200, 1e10, 1e30, 1e60, 1e200)
}

// nought is most often a zero of either sign, where the domain has them.
func nought(r *rand.Rand, d abi.Domain) float64 {
	return among(r, d, 0, math.Copysign(0, -1), math.Copysign(0, -1), 0.5)
}

// count is now and then a whole number, as a number of steps is.
func count(r *rand.Rand, d abi.Domain) float64 {
	if r.IntN(2) == 0 {
		return Inside(r, d)
	}
	return among(r, d, float64(2+r.IntN(14)))
}

// make draws the run of a plan.
func (p plan) make(r *rand.Rand, hypers []abi.Hyper, wide bool) *Run {
	out := &Run{Name: p.name(wide), Wide: wide, Theta: numbers(r, p.theta, p.n)}
	for step := range p.steps {
		out.Hypers = append(out.Hypers, p.hypers(r, hypers, out.Hypers))
		grad := numbers(r, p.grad, p.n)
		if p.constant && step > 0 {
			grad = out.Grads[0]
		}
		switch {
		case p.balanced:
			balance(r, grad)
		case p.alike:
			grad = slices.Repeat(grad[:1], p.n)
		}
		out.Grads = append(out.Grads, grad)
	}
	return out
}

func numbers(r *rand.Rand, s source, n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = s.draw(r)
	}
	return xs
}

// balance makes numbers of few digits whose mean, and whose distance from it,
// have few digits too.
func balance(r *rand.Rand, xs []float64) {
	mean := oneOf(0, 0.125, 0.25, 0.5, -0.5, 1, 2)(r)
	away := oneOf(0.125, 0.25, 0.25, 0.5, 1)(r)
	for i := range xs {
		xs[i] = mean + away
		if i%2 == 1 {
			xs[i] = mean - away
		}
	}
}

func (p plan) hypers(r *rand.Rand, hypers []abi.Hyper, before [][]float64) []float64 {
	if len(before) > 0 && !p.vary {
		return before[0]
	}
	xs := make([]float64, len(hypers))
	for i, h := range hypers {
		xs[i] = p.hyper(r, h.Domain)
	}
	return xs
}

func (p plan) name(wide bool) string {
	dtype := abi.F32
	if wide {
		dtype = abi.F64
	}
	text := fmt.Sprintf("%d steps of %d elements in %s, theta of %s, g of %s", p.steps, p.n, dtype, p.theta.name, p.grad.name)
	for _, extra := range []struct {
		on   bool
		text string
	}{{p.vary, "hyperparameters change"}, {p.constant, "g stays"}, {p.balanced, "g about one number"}, {p.alike, "g is one number"}} {
		if extra.on {
			text += ", " + extra.text
		}
	}
	return text
}

// battery draws runs for a program whose hyperparameters have the manifest's
// domains; the same ones each time.
func battery(p *ir.Program, hypers []abi.Hyper) (first, rest []*Run) {
	r := rand.New(rand.NewPCG(3, 14))
	for i, p := range quick {
		first = append(first, p.make(r, hypers, i%2 == 0), p.make(r, hypers, i%2 == 1))
	}
	for range Rounds {
		for i, p := range append(thorough, ownPlans(p)...) {
			for range max(p.times, 1) {
				rest = append(rest, p.make(r, hypers, i%2 == 0), p.make(r, hypers, i%2 == 1))
			}
		}
	}
	return first, rest
}

// ownPlans draw from the numbers that stand in a rule, and some about them.
func ownPlans(p *ir.Program) []plan {
	var xs []float64
	for _, v := range p.Values {
		if v.Op == ir.Const {
			c, _ := strconv.ParseFloat(v.Text, 64)
			xs = append(xs, c, -c, c, 0.8*c, 1.2*c, -0.8*c)
		}
	}
	if len(xs) == 0 {
		return nil
	}
	own := source{"the rule's own numbers", oneOf(xs...)}
	return []plan{
		{theta: own, grad: own, n: 2, steps: 4, hyper: Inside},
		{theta: own, grad: own, n: 4, steps: 6, hyper: Inside, alike: true},
		{theta: own, grad: units, n: 4, steps: 3, hyper: Inside, alike: true},
	}
}
