package driver_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/cuda/driver"
)

func TestLaunch(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 5)
		require.NoError(t, s.CopyIn(j.theta, floats(1, 2, 3, 4, 5)))
		require.NoError(t, s.CopyIn(j.grad, floats(0.5, 0, -1, 1, 5)))
		require.NoError(t, s.Launch(j.kernel, 2, 256, j.argument))
		clear(j.argument) // it is copied already
		back := make([]byte, 20)
		require.NoError(t, s.CopyOut(back, j.theta))
		require.NoError(t, s.Wait())
		assert.Equal(t, floats(0.5, 2, 4, 3, 0), back)
		assert.EqualValues(t, 1, counts(t).Launches)
		require.NoError(t, s.Close())
		hasCode(t, 400, s.Wait())
		hasCode(t, 400, s.Close())
	})
}

func TestLaunchOfNoSuchGrid(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 5)
		for _, size := range [][2]int{{0, 1}, {1 << 31, 1}, {1<<32 + 1, 1}, {1, 0}, {1, 1025}, {1, 1<<32 + 1}, {-1, -1}} {
			err := s.Launch(j.kernel, size[0], size[1], j.argument)
			assert.ErrorContains(t, err, "the kernel minus_step_f32 can't run")
		}
		err := s.Launch(j.kernel, 1, 257, j.argument)
		hasCode(t, 1, err)
		assert.ErrorContains(t, err, "the kernel minus_step_f32 can't be launched")
	})
}

// TestFaultStays: after a kernel's fault the context can do nothing more, and the
// device, opened again when nobody has it any more, can.
func TestFaultStays(t *testing.T) {
	d := load(t, "failing_launch=2")
	c, err := d.Open(0)
	require.NoError(t, err)
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 5)
		require.NoError(t, s.Launch(j.kernel, 1, 256, j.argument))
		require.NoError(t, s.Wait())
		require.NoError(t, s.Launch(j.kernel, 1, 256, j.argument), "a launch does not wait")
		err := s.Wait()
		hasCode(t, driver.IllegalAddress, err)
		assert.ErrorContains(t, err, "must be started again")
		hasCode(t, driver.IllegalAddress, s.Launch(j.kernel, 1, 256, j.argument))
		_, err = c.Alloc(1)
		hasCode(t, driver.IllegalAddress, err)
		hasCode(t, driver.IllegalAddress, s.CopyOut(make([]byte, 4), j.theta))
		hasCode(t, driver.IllegalAddress, s.Close())
	})
	require.NoError(t, c.Close())
	c = open(t, "")
	within(t, c, func() { require.NoError(t, stream(t, c).Wait()) })
}

// TestWriteBesideMemory: the rule is told of more elements than there are.
func TestWriteBesideMemory(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 8)
		short := allocate(t, c, 4*5)
		copy(j.argument, words(uint64(short)))
		require.NoError(t, s.Launch(j.kernel, 1, 256, j.argument))
		hasCode(t, driver.IllegalAddress, s.Wait())
	})
}

func TestTime(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		j := newJob(t, c, s, 1<<20)
		work := func(launches int) func() error {
			return func() error {
				for range launches {
					if err := s.Launch(j.kernel, 1, 256, j.argument); err != nil {
						return err
					}
				}
				return nil
			}
		}
		took, err := s.Time(work(20))
		require.NoError(t, err)
		assert.Greater(t, took, 20*time.Microsecond)
		nothing, err := s.Time(work(0))
		require.NoError(t, err)
		assert.Less(t, nothing, took)
		problem := errors.New("a problem")
		_, err = s.Time(func() error { return problem })
		assert.ErrorIs(t, err, problem)
	})
}

// BenchmarkLaunch is what calls cost beside the driver's own work: a launch by the
// stand-in, of a kernel on one element, and a wait.
func BenchmarkLaunch(b *testing.B) {
	c := open(b, "")
	within(b, c, func() {
		s := stream(b, c)
		j := newJob(b, c, s, 1)
		b.ReportAllocs()
		for b.Loop() {
			if s.Launch(j.kernel, 1, 256, j.argument) != nil || s.Wait() != nil {
				b.Fatal("the launch failed")
			}
		}
	})
}
