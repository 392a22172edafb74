package driver_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/cuda/driver"
)

func TestModule(t *testing.T) {
	c := open(t, "multiprocessors=5")
	within(t, c, func() {
		m, err := c.Load(minusImage)
		require.NoError(t, err)
		f, err := m.Function(minusKernel)
		require.NoError(t, err)
		blocks, err := c.Blocks(f, 128)
		require.NoError(t, err)
		assert.Equal(t, 5*2048/128, blocks)
		blocks, err = c.Blocks(f, 512)
		require.NoError(t, err)
		assert.Zero(t, blocks)

		_, err = m.Function("plus")
		hasCode(t, 500, err)
		assert.ErrorContains(t, err, "the module gives no kernel plus")

		require.NoError(t, m.Unload())
		hasCode(t, 400, m.Unload())
		_, err = c.Blocks(f, 128)
		hasCode(t, 400, err)
		_, err = m.Function(minusKernel)
		hasCode(t, 400, err)
	})
}

func TestImages(t *testing.T) {
	c := open(t, "")
	cubin := bytes.Clone(minusImage)
	copy(cubin[18:], []byte{190, 0}) // e_machine: EM_CUDA
	broken := bytes.Clone(minusImage)
	copy(broken[16:], []byte{99, 0}) // e_type
	for _, image := range []struct {
		name string
		code []byte
		want int
		says []string
		log  string
	}{
		{"PTX", []byte(".version 999.000"), driver.UnsupportedPTXVersion, []string{"stand-in GPU 0", "update the driver"}, "the stand-in for CUDA does not compile PTX, here 16 bytes"},
		{"nothing", nil, driver.UnsupportedPTXVersion, nil, "the stand-in for CUDA does not compile PTX, here 0 bytes"},
		{"cubin", cubin, driver.NoBinaryForGPU, []string{"compiled for this GPU's architecture"}, ""},
		{"broken", broken, 200, []string{"only ET_DYN"}, "fakecuda-"},
	} {
		t.Run(image.name, func(t *testing.T) {
			err := c.Do(func() error { _, err := c.Load(image.code); return err })
			failed := hasCode(t, image.want, err)
			assert.Contains(t, failed.Log, image.log)
			assert.ErrorContains(t, err, failed.Log)
			for _, text := range image.says {
				assert.ErrorContains(t, err, text)
			}
		})
	}
}
