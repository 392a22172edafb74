package spec_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/rules"
)

// everyRule lists the rules of the repository: those that users get, and those
// that strain the compiler.
func everyRule() []*abi.Rule { return append(plugins.All(), rules.All()...) }

// oracle is the rule with the reference semantics for kernels.
func oracle(t *testing.T, rule *abi.Rule) *abi.Rule {
	compiled, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
	require.NotNil(t, compiled, "%v", list)
	require.Equal(t, rule.Manifest, compiled.Manifest, "the generated code is not of this text; run go generate")
	o := &abi.Rule{Manifest: compiled.Manifest, Source: compiled.Source}
	for _, p := range compiled.Programs {
		o.Kernels = append(o.Kernels, eval.Kernel(p))
	}
	return o
}

// The tensors' lengths: none, one, about a vector; and for rules with
// reductions about one and three blocks of their tree.
var (
	short = []int{1, 0, 7, 8, 9, 65}
	long  = append(short, 1023, 1024, 1025, 3000)
)

// engineSteps is more than the greatest lag.
const engineSteps = 10

// reduces tells whether any variant of a rule has reductions.
func reduces(t *testing.T, rule *abi.Rule) bool {
	compiled, _ := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
	require.NotNil(t, compiled)
	for _, p := range compiled.Programs {
		if _, passes := p.Stages(); passes > 1 {
			return true
		}
	}
	return false
}

func TestGeneratedGoIsTheOracleInEveryBit(t *testing.T) {
	for _, rule := range everyRule() {
		o, lens := oracle(t, rule), short
		if reduces(t, rule) {
			lens = long
		}
		for v, variant := range rule.Manifest.Variants {
			name := strings.Join(append([]string{rule.Manifest.Name}, variant.Choices...), ",")
			t.Run(name+"/f32", func(t *testing.T) { compareEngines[float32](t, rule, o, v, lens) })
			t.Run(name+"/f64", func(t *testing.T) { compareEngines[float64](t, rule, o, v, lens) })
		}
	}
}

// stepper is an engine at work on an arena.
type stepper interface{ Step() error }

// kernels steps an arena with a rule's kernels in this process.
type kernels struct {
	rule  *abi.Rule
	arena *abi.Arena
}

// Step is one step of the arena.
func (k kernels) Step() error {
	k.rule.Step(k.arena)
	return nil
}

// layoutFor spreads tensors over two groups.
func layoutFor[T abi.Float](t *testing.T, m *abi.Manifest, variant int, lens []int) *abi.Layout {
	group := make([]int, len(lens))
	for i := range group {
		group[i] = i % 2
	}
	layout, err := abi.NewLayout(m, variant, abi.DTypeOf[T](), lens, group)
	require.NoError(t, err)
	return layout
}

func compareEngines[T abi.Float](t *testing.T, a, b *abi.Rule, variant int, lens []int) {
	layout := layoutFor[T](t, &a.Manifest, variant, lens)
	first, err := abi.AllocArena(layout)
	require.NoError(t, err)
	second, err := abi.AllocArena(layout)
	require.NoError(t, err)
	compareSteps[T](t, &a.Manifest, []*abi.Arena{first, second}, []stepper{kernels{a, first}, kernels{b, second}})
}

// compareSteps steps two engines through the same run, some tensors missing
// some steps, and compares all of both arenas.
func compareSteps[T abi.Float](t *testing.T, m *abi.Manifest, arenas []*abi.Arena, engines []stepper) {
	layout := arenas[0].Layout()
	rng := rand.New(rand.NewPCG(1, uint64(layout.Variant)))
	for i, n := range layout.Lens {
		for j := range n {
			x := T(sample(rng, false))
			for _, arena := range arenas {
				abi.Theta[T](arena, i)[j] = x
				for s := range layout.Buffers { // what an arena holds before the first step must not matter
					abi.State[T](arena, s, i)[j] = T(math.NaN())
				}
			}
		}
	}
	taken := make([]int64, len(layout.Lens))
	for step := range engineSteps {
		prepare[T](rng, m, arenas, taken, step)
		for _, e := range engines {
			require.NoError(t, e.Step())
		}
		requireSameBits[T](t, step, arenas[0], arenas[1])
	}
}

// prepare writes the hyperparameters, step numbers and gradients of one step.
func prepare[T abi.Float](rng *rand.Rand, m *abi.Manifest, arenas []*abi.Arena, taken []int64, step int) {
	for g := range arenas[0].Layout().Groups {
		for h := range m.Hypers {
			x := draw(rng, m.Hypers[h].Domain)
			for _, arena := range arenas {
				arena.Hypers(g)[h] = x
			}
		}
	}
	for i := range taken {
		for j := range abi.Grad[T](arenas[0], i) {
			x := T(sample(rng, i%3 == 2))
			for _, arena := range arenas {
				abi.Grad[T](arena, i)[j] = x
			}
		}
		next := int64(0) // no gradient in this step
		if (step+i)%5 != 3 {
			taken[i]++
			next = taken[i]
		}
		for _, arena := range arenas {
			arena.Steps()[i] = next
		}
	}
}

// draw is a number inside a domain, other than 0: every term of a rule counts.
func draw(rng *rand.Rand, d abi.Domain) float64 {
	lo, hi := d.Lo, d.Hi
	for {
		x := rng.NormFloat64()
		switch {
		case !math.IsInf(lo, 0) && !math.IsInf(hi, 0):
			x = lo + (hi-lo)*rng.Float64()
		case !math.IsInf(lo, 0):
			x = lo + math.Exp(x-2)
		}
		if x != 0 && d.Contains(x) {
			return x
		}
	}
}

// sample is a number such as gradients have, now and then one that is special:
// zeros, what is subnormal or whose square is infinite in f32, and for a wild
// tensor the same in f64, infinities and NaN.
func sample(rng *rand.Rand, wild bool) float64 {
	special := []float64{0, math.Copysign(0, -1), 1e-42, -1e-42, 1e19, -1e19}
	if wild {
		special = append(special, 5e-310, -1e160, math.Inf(1), math.Inf(-1), math.NaN())
	}
	if k := rng.IntN(20 * len(special)); k < len(special) {
		return special[k]
	}
	return rng.NormFloat64() * math.Exp(2*rng.NormFloat64())
}

func requireSameBits[T abi.Float](t *testing.T, step int, first, second *abi.Arena) {
	for i := range first.Layout().Lens {
		sameBits(t, fmt.Sprintf("step %d, tensor %d, theta", step, i), abi.Theta[T](first, i), abi.Theta[T](second, i))
		sameBits(t, fmt.Sprintf("step %d, tensor %d, g", step, i), abi.Grad[T](first, i), abi.Grad[T](second, i))
		for s := range first.Layout().Buffers {
			sameBits(t, fmt.Sprintf("step %d, tensor %d, buffer %d", step, i, s), abi.State[T](first, s, i), abi.State[T](second, s, i))
		}
	}
}

// sameBits compares bits; which NaN a NaN is does not matter.
func sameBits[T abi.Float](t *testing.T, where string, a, b []T) {
	t.Helper()
	for j := range a {
		if a[j] != a[j] && b[j] != b[j] {
			continue
		}
		// float32 to float64 is exact and keeps the sign of zero
		if math.Float64bits(float64(a[j])) != math.Float64bits(float64(b[j])) {
			require.FailNow(t, "the engines differ", "%s, element %d: %v (%x) and %v (%x)", where, j, a[j], float64(a[j]), b[j], float64(b[j]))
		}
	}
}
