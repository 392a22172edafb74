package fakecuda_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
)

func TestWithoutACompiler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := fakecuda.Build(t.TempDir())
	assert.ErrorIs(t, err, fakecuda.ErrUnavailable)
}

func TestVariable(t *testing.T) {
	first := build(t)
	t.Run("words that mean nothing", func(t *testing.T) {
		for _, words := range []string{"devises=2", "devices"} {
			t.Setenv(fakecuda.Variable, words)
			_, err := driver.LoadFrom(first)
			assert.ErrorContains(t, err, "CUDA_ERROR_INVALID_VALUE", words)
		}
	})
	t.Run("two libraries are two machines", func(t *testing.T) {
		second := copied(t, first)
		assert.Len(t, devices(t, first, ""), 1)
		assert.Len(t, devices(t, second, "devices=3"), 3)
		assert.Len(t, devices(t, first, "devices=2"), 2)
	})
	t.Run("a machine that is in use stays", func(t *testing.T) {
		t.Setenv(fakecuda.Variable, "")
		d, err := driver.LoadFrom(first)
		require.NoError(t, err)
		c, err := d.Open(0)
		require.NoError(t, err)
		assert.Len(t, devices(t, first, "devices=2"), 1)
		require.NoError(t, c.Close())
		assert.Len(t, devices(t, first, "devices=2"), 2)
	})
}

// devices are those of a stand-in that is loaded when FAKECUDA has the words.
func devices(t *testing.T, library, words string) []driver.Device {
	t.Helper()
	t.Setenv(fakecuda.Variable, words)
	d, err := driver.LoadFrom(library)
	require.NoError(t, err)
	found, err := d.Devices()
	require.NoError(t, err)
	return found
}

// build makes a stand-in; the test is skipped where that can't be.
func build(t *testing.T) string {
	t.Helper()
	library, err := fakecuda.Build(t.TempDir())
	if errors.Is(err, fakecuda.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return library
}

func copied(t *testing.T, library string) string {
	t.Helper()
	code, err := os.ReadFile(library)
	require.NoError(t, err)
	another := filepath.Join(t.TempDir(), "libcuda.so.1")
	require.NoError(t, os.WriteFile(another, code, 0o644))
	return another
}
