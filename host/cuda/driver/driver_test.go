package driver_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
)

func TestNoDriver(t *testing.T) {
	_, err := driver.LoadFrom("libthere-is-none.so.1")
	require.ErrorIs(t, err, driver.ErrNoDriver)
	if !errors.Is(noLibrary, fakecuda.ErrUnavailable) {
		assert.ErrorContains(t, err, "libthere-is-none.so.1")
		assert.ErrorContains(t, err, "install the driver")
	}
}

// TestLoad: in a process for which the stand-in is the system's driver, Load loads
// it.
func TestLoad(t *testing.T) {
	if os.Getenv(asChild) != "" {
		d, err := driver.Load()
		require.NoError(t, err)
		assert.Equal(t, 11080, d.Version())
		return
	}
	load(t, "")
	child := exec.Command(os.Args[0], "-test.run=^TestLoad$", "-test.v")
	child.Env = append(os.Environ(), asChild+"=1", "LD_LIBRARY_PATH="+filepath.Dir(library), fakecuda.Variable+"=version=11080")
	out, err := child.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestLoad")
}

func TestAnotherLibrary(t *testing.T) {
	load(t, "")
	_, err := driver.LoadFrom("libc.so.6")
	assert.ErrorContains(t, err, "libc.so.6 has no function cuInit; install a driver of CUDA 11.4 or later")
	assert.NotErrorIs(t, err, driver.ErrNoDriver)
}

func TestNoDevice(t *testing.T) {
	load(t, "")
	t.Setenv(fakecuda.Variable, "devices=0")
	_, err := driver.LoadFrom(library)
	failed := hasCode(t, driver.NoDevice, err)
	assert.Equal(t, driver.Error{
		Call: "cuInit", Code: 100, Name: "CUDA_ERROR_NO_DEVICE", Text: "no CUDA-capable device is detected",
	}, *failed)
	assert.EqualError(t, err, "the CUDA driver's cuInit failed: no CUDA-capable device is detected (CUDA_ERROR_NO_DEVICE, code 100); "+
		"this machine has a driver but no GPU that it can use; CUDA_VISIBLE_DEVICES may hide it")
}

func TestDevices(t *testing.T) {
	d := load(t, "devices=2 memory=5000000000 arch=121 multiprocessors=7 version=12040")
	assert.Equal(t, 12040, d.Version())
	devices, err := d.Devices()
	require.NoError(t, err)
	first := driver.Device{Index: 0, Name: "stand-in GPU 0", Memory: 5e9, Arch: 121, Multiprocessors: 7}
	second := driver.Device{Index: 1, Name: "stand-in GPU 1", Memory: 5e9, Arch: 121, Multiprocessors: 7}
	assert.Equal(t, []driver.Device{first, second}, devices)

	c, err := d.Open(1)
	require.NoError(t, err)
	assert.Equal(t, second, c.Device())
	require.NoError(t, c.Close())
	for _, index := range []int{-1, 2} {
		_, err = d.Open(index)
		assert.ErrorContains(t, err, "this machine has 2, and the first is 0")
	}
}

func TestOutsideDo(t *testing.T) {
	c := open(t, "")
	_, err := c.Alloc(1)
	failed := hasCode(t, driver.InvalidContext, err)
	assert.Equal(t, "cuMemAlloc", failed.Call)
	assert.ErrorContains(t, err, "calls to the GPU belong within Context.Do")
	_, _, err = c.Memory()
	hasCode(t, driver.InvalidContext, err)
	_, err = c.NewStream()
	hasCode(t, driver.InvalidContext, err)
}

func TestDo(t *testing.T) {
	d := load(t, "devices=2")
	var contexts [2]*driver.Context
	for i := range contexts {
		c, err := d.Open(i)
		require.NoError(t, err)
		defer func() { assert.NoError(t, c.Close()) }()
		contexts[i] = c
	}
	// free is the free memory of the device that is current, by either's door
	free := func() int64 {
		free, _, err := contexts[1].Memory()
		require.NoError(t, err)
		return free
	}
	var all int64
	within(t, contexts[0], func() {
		all = free()
		allocate(t, contexts[0], 1<<20)
	})
	within(t, contexts[1], func() { assert.Equal(t, all, free()) })
	within(t, contexts[0], func() { assert.Equal(t, all-1<<20, free()) })
	problem := errors.New("a problem")
	assert.ErrorIs(t, contexts[0].Do(func() error { return problem }), problem)
	assert.Panics(t, func() { _ = contexts[0].Do(func() error { panic(problem) }) })
	_, err := contexts[0].Alloc(1)
	hasCode(t, driver.InvalidContext, err)
}

func TestClose(t *testing.T) {
	d := load(t, "")
	first, err := d.Open(0)
	require.NoError(t, err)
	second, err := d.Open(0)
	require.NoError(t, err)
	within(t, first, func() { allocate(t, first, 1000) })
	require.NoError(t, first.Close())
	require.NoError(t, first.Close())
	assert.EqualError(t, first.Do(func() error { return nil }), "the GPU is closed; open it again")
	free := func(c *driver.Context) (used int64) {
		within(t, c, func() {
			free, total, err := c.Memory()
			require.NoError(t, err)
			used = total - free
		})
		return used
	}
	assert.EqualValues(t, 1000, free(second), "the device is still open")
	require.NoError(t, second.Close())
	third, err := d.Open(0)
	require.NoError(t, err)
	assert.Zero(t, free(third))
	require.NoError(t, third.Close())
}

func TestManyGoroutines(t *testing.T) {
	c := open(t, "")
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for range 20 {
				assert.NoError(t, c.Do(func() error { return roundTrip(c, byte(i)) }))
			}
		})
	}
	all.Wait()
}

// roundTrip copies to the device and back on a stream of its own.
func roundTrip(c *driver.Context, value byte) error {
	s, err := c.NewStream()
	if err != nil {
		return err
	}
	at, err := c.Alloc(3)
	if err != nil {
		return err
	}
	back := make([]byte, 3)
	sent := []byte{value, value, value}
	err = errors.Join(s.CopyIn(at, sent), s.CopyOut(back, at), s.Wait(), c.Release(at), s.Close())
	if string(back) != string(sent) {
		return errors.Join(err, errors.New("other bytes came back"))
	}
	return err
}
