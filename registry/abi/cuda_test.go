package abi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// kernels are what a plugin of the fixture's manifest could hand over.
func kernels() *abi.CUDA {
	c := &abi.CUDA{
		Compiler:  "NVRTC 13.0",
		Images:    []abi.Image{{Kind: abi.ImagePTX, Arch: 80, Code: []byte("//")}, {Kind: abi.ImageCubin, Arch: 90, Code: []byte{0, 255}}},
		Resources: []abi.Resources{{Kernel: "step", Arch: 90, Registers: 31}},
	}
	for range manifest().Variants {
		c.Launches = append(c.Launches, abi.Launch{Name: "v", Kernels: []string{"prepare", "step"}, Scalars: 8})
	}
	return c
}

func TestCUDAJSON(t *testing.T) {
	text, err := json.Marshal(kernels())
	require.NoError(t, err)
	c, err := abi.ParseCUDA(manifest(), text)
	require.NoError(t, err)
	assert.Equal(t, kernels(), c)
}

func TestCUDAErrors(t *testing.T) {
	for want, change := range map[string]func(*abi.CUDA){
		"variants, and the rule has":    func(c *abi.CUDA) { c.Launches = c.Launches[1:] },
		"it has 0 kernels":              func(c *abi.CUDA) { c.Launches[0].Kernels = nil },
		"its structs have 0 and 0":      func(c *abi.CUDA) { c.Launches[0].Scalars = 0 },
		"its structs have 8 and -1":     func(c *abi.CUDA) { c.Launches[0].Reduced = -1 },
		"its structs have 1048576 and":  func(c *abi.CUDA) { c.Launches[0].Scalars = 1 << 20 },
		"it has -1 reductions at once":  func(c *abi.CUDA) { c.Launches[0].Reductions = -1 },
		"it has no images":              func(c *abi.CUDA) { c.Images = nil },
		`of the kind "elf", with 2 byt`: func(c *abi.CUDA) { c.Images[0].Kind = "elf" },
		`"cubin", with 0 bytes`:         func(c *abi.CUDA) { c.Images[1].Code = nil },
	} {
		c := kernels()
		change(c)
		text, err := json.Marshal(c)
		require.NoError(t, err)
		_, err = abi.ParseCUDA(manifest(), text)
		assert.ErrorContains(t, err, want)
	}
	_, err := abi.ParseCUDA(manifest(), []byte("{"))
	assert.ErrorContains(t, err, "the CUDA code of")
	assert.ErrorContains(t, err, "is not understood")
}

func TestHasCUDA(t *testing.T) {
	m := manifest()
	assert.False(t, m.HasCUDA())
	m.Targets = append(m.Targets, abi.TargetCUDA)
	assert.True(t, m.HasCUDA())
}

func FuzzParseCUDA(f *testing.F) {
	text, err := json.Marshal(kernels())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"launches":[{"kernels":[""]}],"images":[{"kind":"ptx"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := abi.ParseCUDA(manifest(), text)
		if err == nil {
			assert.Len(t, c.Launches, len(manifest().Variants))
			assert.NotEmpty(t, c.Images)
		}
	})
}
