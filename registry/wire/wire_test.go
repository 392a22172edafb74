package wire_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

func TestSmoke(t *testing.T) {
	c := launch(t)
	assert.Equal(t, "testsgd", c.Manifest().Name)
	a, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.NoError(t, err)
	copy(a.Hypers(0), testrule.Rule.Manifest.Defaults())
	a.Steps()[0] = 1
	copy(abi.Grad[float32](a, 0), []float32{1, 2, 3})
	require.NoError(t, c.Step())
	assert.Equal(t, []float32{-0.1, -0.2, -0.3}, abi.Theta[float32](a, 0))
}
