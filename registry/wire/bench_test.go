package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// BenchmarkStep compares one step by a plugin with one in this process: the
// difference is the round trip, whatever the size.
func BenchmarkStep(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"16", 16}, {"1M", 1 << 20}} {
		l := layout(b, 0, abi.F32, []int{size.n}, []int{0})
		b.Run(size.name+"/plugin", func(b *testing.B) {
			c := launch(b)
			a, err := c.Attach(l)
			require.NoError(b, err)
			ready(a, testrule.None)
			for b.Loop() {
				require.NoError(b, c.Step())
			}
		})
		b.Run(size.name+"/inprocess", func(b *testing.B) {
			a, err := abi.AllocArena(l)
			require.NoError(b, err)
			ready(a, testrule.None)
			s := abi.NewStepper(testrule.Rule, a, 1)
			for b.Loop() {
				s.Step()
			}
		})
	}
}

// BenchmarkLaunch is the start of a plugin, to its manifest, and its end.
func BenchmarkLaunch(b *testing.B) {
	path := program(b, "testsgd")
	for b.Loop() {
		c, err := wire.Launch(path)
		require.NoError(b, err)
		require.NoError(b, c.Close())
	}
}
