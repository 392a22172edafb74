//go:build !race

package driver_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoAllocations, except under the race detector: there purego's pool of arguments
// forgets some.
func TestNoAllocations(t *testing.T) {
	c := open(t, "")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = c.Do(nothing) }), "Do")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 64)
		host := make([]byte, 1<<16)[:256]
		require.NoError(t, c.Pin(host))
		g, err := s.Capture(func() error { return s.Launch(j.kernel, 1, 256, j.argument) })
		require.NoError(t, err)
		for name, call := range map[string]func() error{
			"Launch":       func() error { return s.Launch(j.kernel, 1, 256, j.argument) },
			"CopyIn":       func() error { return s.CopyIn(j.theta, host) },
			"CopyOut":      func() error { return s.CopyOut(host, j.theta) },
			"Copy":         func() error { return s.Copy(j.theta, j.grad, 256) },
			"Graph.Launch": func() error { return g.Launch(s) },
			"Wait":         s.Wait,
		} {
			allocations := testing.AllocsPerRun(100, func() { err = errors.Join(err, call()) })
			require.NoError(t, err)
			assert.Zero(t, allocations, name)
		}
	})
}

func nothing() error { return nil }
