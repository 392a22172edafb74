package cudacpu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cudacpu"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkStep is a step of pnm over 2^20 elements in f32, by the CUDA source on
// the processor and by the generated Go, each with one thread.
func BenchmarkStep(b *testing.B) {
	rule, _ := dsl.Compile("pnm.opt", pnm.Rule.Source)
	library, err := cudacpu.Build(rule, b.TempDir())
	require.NoError(b, err)
	source, err := library.Open()
	require.NoError(b, err)
	for _, e := range []struct {
		name   string
		engine host.Engine
	}{{"cuda-cpu", source}, {"go", host.InThreads(pnm.Rule, 1)}} {
		b.Run(e.name, func(b *testing.B) {
			layout, err := abi.NewLayout(&rule.Manifest, 0, abi.F32, []int{1 << 20}, []int{0})
			require.NoError(b, err)
			arena, err := e.engine.Attach(layout)
			require.NoError(b, err)
			copy(arena.Hypers(0), rule.Manifest.Defaults())
			b.SetBytes(int64(layout.Lens[0] * rule.Manifest.Variants[0].BytesPerElement(abi.F32)))
			for b.Loop() {
				arena.Steps()[0]++
				require.NoError(b, e.engine.Step())
			}
		})
		require.NoError(b, e.engine.Close())
	}
}
