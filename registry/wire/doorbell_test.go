package wire_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// TestDoorbellIsUsed where the system, the plugin and the host's options allow
// it, and steps go by call elsewhere.
func TestDoorbellIsUsed(t *testing.T) {
	c, _ := trapped(t, testrule.None)
	assert.Equal(t, runtime.GOOS == "linux", c.Doorbell())
	if c.Doorbell() {
		assert.Zero(t, testing.AllocsPerRun(100, func() { require.NoError(t, c.Step()) }), "a ring allocates nothing")
	}
	c, _ = trapped(t, testrule.None, wire.StepByCall())
	assert.False(t, c.Doorbell())
	assert.False(t, launch(t).Doorbell(), "there is no arena yet")
}
