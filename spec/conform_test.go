package spec_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/rules"
)

// everyRule lists the rules of the repository: those that users get, and those
// that strain the compiler.
func everyRule() []*abi.Rule { return append(plugins.All(), rules.All()...) }

// TestEveryRuleConforms holds the generated Go of every rule in the repository
// to every clause.
func TestEveryRuleConforms(t *testing.T) {
	for _, rule := range everyRule() {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			spec.Run(t, spec.InProcess(rule))
		})
	}
}

// TestVectorsConform holds the vector kernels of every rule that has them to
// every clause.
func TestVectorsConform(t *testing.T) {
	for bits, needs := range map[int]string{256: "AVX2", 512: "AVX-512"} {
		for _, rule := range everyRule() {
			t.Run(fmt.Sprintf("%d/%s", bits, rule.Manifest.Name), func(t *testing.T) {
				t.Parallel()
				e, ok := spec.Vectors(rule, bits)
				if !ok {
					t.Skipf("no vectors of %d bits: the rule has none, or this build (GOEXPERIMENT=simd for amd64) or this processor (%s)", bits, needs)
				}
				spec.Run(t, e)
			})
		}
	}
}

// TestVectorsConformInMemory holds kernels of 4, 6 and 10 tensors to the same in the
// form that they have for arenas that no cache holds.
func TestVectorsConformInMemory(t *testing.T) {
	for _, rule := range everyRule() {
		if !slices.Contains([]string{"pnm", "adam", "adapnm", "lagged"}, rule.Manifest.Name) {
			continue
		}
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			e, ok := spec.Vectors(fromMemory(rule), 512)
			if !ok {
				t.Skip("no vectors of 512 bits, which alone read ahead: this build (GOEXPERIMENT=simd for amd64) or this processor (AVX-512)")
			}
			spec.Run(t, e)
		})
	}
}

// fromMemory is a rule whose kernels with vectors take every tensor for far.
func fromMemory(rule *abi.Rule) *abi.Rule {
	far := *rule
	far.Vectors = nil
	for _, v := range rule.Vectors {
		v.Kernels = slices.Clone(v.Kernels)
		for i, k := range v.Kernels {
			if k.F32 != nil {
				v.Kernels[i].F32 = asFar(k.F32)
				v.Kernels[i].F64 = asFar(k.F64)
			}
		}
		far.Vectors = append(far.Vectors, v)
	}
	return &far
}

func asFar[T abi.Float](kernel func(*abi.Update[T])) func(*abi.Update[T]) {
	return func(u *abi.Update[T]) {
		far := *u
		far.Far = true
		kernel(&far)
	}
}

// TestVectorsOfOneWidth: the engine of a width runs no wider vectors, and is not
// there where the rule has none of just this width.
func TestVectorsOfOneWidth(t *testing.T) {
	found, ok := plugins.Find("pnm")
	require.True(t, ok)
	rule, ran := *found, 0
	says := func(bits int) abi.Vectors {
		k := abi.Kernel{F32: func(*abi.Update[float32]) { ran = bits }}
		return abi.Vectors{Bits: bits, Kernels: []abi.Kernel{k, k}}
	}
	rule.Vectors = []abi.Vectors{says(512), says(256)}
	for _, bits := range []int{256, 512} {
		e, ok := spec.Vectors(&rule, bits)
		require.True(t, ok)
		assert.Equal(t, fmt.Sprintf("simd%d", bits), e.Name)
		stepOnce(t, e, &rule)
		assert.Equal(t, bits, ran)
	}
	_, ok = spec.Vectors(&rule, 128)
	assert.False(t, ok)
	rule.Vectors = rule.Vectors[1:]
	_, ok = spec.Vectors(&rule, 512)
	assert.False(t, ok, "there are narrower ones")
}

// stepOnce has an engine step one f32 tensor of one element.
func stepOnce(t *testing.T, e spec.Engine, rule *abi.Rule) {
	engine, err := e.Open()
	require.NoError(t, err)
	layout, err := abi.NewLayout(&rule.Manifest, 0, abi.F32, []int{1}, []int{0})
	require.NoError(t, err)
	arena, err := engine.Attach(layout)
	require.NoError(t, err)
	arena.Steps()[0] = 1
	require.NoError(t, engine.Step())
	require.NoError(t, engine.Close())
}

// TestTheOracleConforms: the suite asks nothing that the reference does not keep.
// The rules that strain the compiler have all of the language in them, and stand
// for all.
func TestTheOracleConforms(t *testing.T) {
	for _, rule := range rules.All() {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			e, err := spec.Oracle(rule.Manifest.Name+".opt", rule.Source)
			require.NoError(t, err)
			spec.Run(t, e)
		})
	}
}
