package cuda

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkPlan is what a processor does for each step of 10,000 tensors, in two
// groups, before the device is given anything.
func BenchmarkPlan(b *testing.B) {
	lens, group := make([]int, 10_000), make([]int, 10_000)
	for i := range lens {
		lens[i], group[i] = 1000, i%2
	}
	l, err := abi.NewLayout(&pnm.Rule.Manifest, 0, abi.F32, lens, group)
	require.NoError(b, err)
	a, err := abi.AllocArena(l)
	require.NoError(b, err)
	p := newPlan(a)
	for b.Loop() {
		for i := range a.Steps() {
			a.Steps()[i]++
		}
		p.next(a.Steps())
	}
}
