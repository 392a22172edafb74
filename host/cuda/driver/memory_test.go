package driver_test

import (
	"runtime"
	"testing"
	"unsafe"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/cuda/driver"
)

func TestMemory(t *testing.T) {
	c := open(t, "memory=10000")
	within(t, c, func() {
		p := allocate(t, c, 6000)
		assert.Zero(t, p%256)
		free, total, err := c.Memory()
		require.NoError(t, err)
		assert.EqualValues(t, 4000, free)
		assert.EqualValues(t, 10000, total)

		_, err = c.Alloc(4001)
		hasCode(t, driver.OutOfMemory, err)
		assert.ErrorContains(t, err, "CUDA_ERROR_OUT_OF_MEMORY")
		_, err = c.Alloc(-1)
		hasCode(t, driver.OutOfMemory, err)
		allocate(t, c, 4000)

		require.NoError(t, c.Release(p))
		free, _, err = c.Memory()
		require.NoError(t, err)
		assert.EqualValues(t, 6000, free)
		hasCode(t, 1, c.Release(p))
	})
}

func TestCopies(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		from, to := allocate(t, c, 8), allocate(t, c, 8)
		sent := []byte{1, 2, 3, 4, 5, 6, 7, 8}
		require.NoError(t, s.CopyIn(from, sent))
		clear(sent) // it was not pinned, so it is copied already
		require.NoError(t, s.Copy(to, from+1, 7))
		back := make([]byte, 7)
		require.NoError(t, s.CopyOut(back, to))
		assert.Equal(t, []byte{2, 3, 4, 5, 6, 7, 8}, back)
		assert.EqualValues(t, 8, counts(t).CopiedIn)
		assert.EqualValues(t, 7, counts(t).CopiedOut)
		require.NoError(t, s.CopyIn(from, nil))
		require.NoError(t, s.CopyOut(nil, from))
	})
}

func TestCopiesBeyondMemory(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		p, other := allocate(t, c, 8), allocate(t, c, 8)
		hasCode(t, 1, s.CopyIn(p+1, make([]byte, 8)))
		hasCode(t, 1, s.CopyIn(p-1, make([]byte, 1)))
		hasCode(t, 1, s.CopyIn(0, make([]byte, 1)))
		hasCode(t, 1, s.CopyOut(make([]byte, 9), p))
		hasCode(t, 1, s.Copy(other, p, 9))
		hasCode(t, 1, s.Copy(p, p+1, 2))
		hasCode(t, 1, s.Copy(p, other, -1))
		require.NoError(t, c.Release(p))
		hasCode(t, 1, s.Copy(p, other, 1))
		require.NoError(t, s.Wait())
	})
}

// TestPinned: copies of pinned memory go on after the call, up to Wait.
func TestPinned(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		p := allocate(t, c, 4)
		host := make([]byte, 4096)
		require.NoError(t, c.Pin(host))
		hasCode(t, 712, c.Pin(host[10:20]))
		in, out := host[:4], host[4:8]
		require.NoError(t, s.CopyIn(p, in))
		copy(in, "late") // which is too soon
		require.NoError(t, s.CopyOut(out, p))
		assert.NotEqual(t, "late", string(out))
		require.NoError(t, s.Wait())
		assert.Equal(t, "late", string(out))
		require.NoError(t, c.Unpin(host))
		hasCode(t, 713, c.Unpin(host))
		hasCode(t, 1, c.Pin(nil))
	})
}

// TestPartlyPinned: there is no copy of what is pinned in part, or may be.
func TestPartlyPinned(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		s := stream(t, c)
		p := allocate(t, c, 1<<16)
		host := make([]byte, 1<<16)
		require.NoError(t, c.Pin(host[:100]))
		hasCode(t, 1, s.CopyIn(p, host))
		hasCode(t, 1, s.CopyOut(host[90:110], p))
		hasCode(t, 1, s.CopyIn(p, host[100:110]))
		require.NoError(t, s.CopyIn(p, host[90:100]))
		require.NoError(t, s.CopyIn(p, host[1<<15:]))
	})
}

// TestPinnedIsKept: the driver's use of memory keeps it alive.
func TestPinnedIsKept(t *testing.T) {
	c := open(t, "")
	within(t, c, func() {
		host := make([]byte, 4096)
		require.NoError(t, c.Pin(host))
		kept := weak.Make(&host[0])
		host = nil
		runtime.GC()
		at := kept.Value()
		require.NotNil(t, at)
		require.NoError(t, c.Unpin(unsafe.Slice(at, 4096)))
		at = nil
		runtime.GC()
		assert.Nil(t, kept.Value(), "after Unpin nothing keeps it")
	})
}
