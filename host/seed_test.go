package host_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// walk is a rule that draws: theta = theta + normal().
func walk() *abi.Rule {
	rule := lagged()
	rule.Manifest.Name, rule.Manifest.Variants = "walk", []abi.Variant{{Class: "exact", Values: 2}}
	rule.Kernels = []abi.Kernel{{F32: walkStep[float32], F64: walkStep[float64]}}
	return rule
}

func walkStep[T abi.Float](u *abi.Update[T]) {
	for i := range u.Theta {
		u.Theta[i] += num.Normal[T](u.Seed, u.Tensor, u.T, 0, u.First+i)
	}
}

func walker(t *testing.T, seed uint64) *host.Optimizer {
	return mustNew(t, host.InProcess(walk()), threeParams(), host.Config{Seed: seed, Groups: biases(nil)})
}

// walked is theta after some more steps.
func walked(t *testing.T, o *host.Optimizer, steps int) []float32 {
	for range steps {
		require.NoError(t, o.Step())
	}
	theta, err := host.Thetas[float32](o)
	require.NoError(t, err)
	var all []float32
	for _, values := range theta {
		all = append(all, values...)
	}
	return all
}

func TestTheSeedDecidesWhatIsDrawn(t *testing.T) {
	o := walker(t, 1<<64-1)
	assert.Equal(t, uint64(1<<64-1), o.Seed())
	var want []float32
	for i := range threeParams() {
		for j := range o.Param(i).Len() {
			want = append(want, num.Normal[float32](1<<64-1, i, 1, 0, j))
		}
	}
	assert.Equal(t, want, walked(t, o, 1))
	assert.NotEqual(t, want, walked(t, walker(t, 1<<64-2), 1))
}

// A resumed run draws what one draws that was never stopped.
func TestResumeDrawsOn(t *testing.T) {
	const seed = 1<<63 + 1 // no float64
	dir := t.TempDir()
	first, second := walker(t, seed), walker(t, seed)
	walked(t, first, 4)
	require.NoError(t, first.Save(dir, nil))
	require.NoError(t, second.Restore(dir, nil))
	assert.Equal(t, walked(t, walker(t, seed), 9), walked(t, second, 5))
	require.ErrorContains(t, walker(t, seed-1).Restore(dir, nil), "it was made with the seed 9223372036854775809, not 9223372036854775808")
}
