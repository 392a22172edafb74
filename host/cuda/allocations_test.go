//go:build !race

package cuda_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins/pnm"
)

// TestStepsAllocateNothing, except under the race detector: there purego's pool of
// arguments forgets some.
func TestStepsAllocateNothing(t *testing.T) {
	e := engine(t, gpu(t, ""), pnm.Rule.Source)
	defer func() { require.NoError(t, e.Close()) }()
	a := attach(t, e)
	for n := int64(1); n < 4; n++ { // begins, and captures a graph
		advance(a, n)
		require.NoError(t, e.Step())
	}
	assert.Zero(t, testing.AllocsPerRun(20, func() {
		a.Steps()[0]++
		a.Steps()[1]++
		require.NoError(t, e.Step())
	}))
}
