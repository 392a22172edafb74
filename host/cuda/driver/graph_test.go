package driver_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGraph: a graph keeps what a kernel was given, and finds in memory what is
// there when it is launched.
func TestGraph(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 2)
		grad := append(make([]byte, 0, 1<<16), floats(1, 2)...) // on a page of its own
		require.NoError(t, c.Pin(grad))
		require.NoError(t, s.CopyIn(j.theta, floats(10, 20)))
		g, err := s.Capture(func() error {
			return errors.Join(s.CopyIn(j.grad, grad), s.Launch(j.kernel, 1, 256, j.argument))
		})
		require.NoError(t, err)
		clear(j.argument)
		theta := func() []byte {
			back := make([]byte, 8)
			require.NoError(t, s.CopyOut(back, j.theta))
			return back
		}
		assert.Equal(t, floats(10, 20), theta(), "captured work is not done")

		require.NoError(t, g.Launch(s))
		assert.Equal(t, floats(9, 18), theta())
		copy(grad, floats(-1, 0))
		other := stream(t, c)
		require.NoError(t, g.Launch(other))
		require.NoError(t, g.Launch(other))
		require.NoError(t, other.Wait())
		assert.Equal(t, floats(11, 18), theta())
		require.NoError(t, s.CopyIn(j.theta, floats(0, 0)))
		require.NoError(t, g.Launch(s))
		assert.Equal(t, floats(1, 0), theta())
		assert.EqualValues(t, 4, counts(t).Launches)

		require.NoError(t, g.Close())
		hasCode(t, 400, g.Launch(s))
		hasCode(t, 400, g.Close())
	})
}

// TestCaptureSpoilt: what can't be captured is an error, and the stream works on.
func TestCaptureSpoilt(t *testing.T) {
	c := open(t, "")
	problem := errors.New("a problem")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 2)
		ignored := func(call func() error) func() error {
			return func() error { _ = call(); return nil }
		}
		for name, f := range map[string]func() error{
			"wait":     s.Wait,
			"allocate": func() error { _, err := c.Alloc(1); return err },
			"release":  func() error { return c.Release(j.theta) },
			"unpinned": func() error { return s.CopyIn(j.theta, make([]byte, 8)) },
		} {
			_, err := s.Capture(f)
			require.ErrorContains(t, err, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", name)
			_, err = s.Capture(ignored(f))
			hasCode(t, 901, err)
		}
		_, err := s.Capture(func() error { return problem })
		require.ErrorIs(t, err, problem)
		_, err = s.Capture(func() error { _, err := s.Capture(func() error { return nil }); return err })
		require.Error(t, err)
		require.NoError(t, s.Launch(j.kernel, 1, 256, j.argument))
		require.NoError(t, s.Wait())
		assert.EqualValues(t, 1, counts(t).Launches)
	})
}
