package abi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"strings"
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

// packed is c as a plugin carries it.
func packed(t testing.TB, c *abi.CUDA) []byte {
	t.Helper()
	text, err := c.Pack()
	require.NoError(t, err)
	return text
}

func TestPack(t *testing.T) {
	c, err := abi.UnpackCUDA(manifest(), packed(t, kernels()))
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
		_, err := abi.UnpackCUDA(manifest(), packed(t, c))
		assert.ErrorContains(t, err, want)
	}
	for _, text := range []string{"{", "[]", ""} {
		_, err := abi.UnpackCUDA(manifest(), compressed(t, text))
		assert.ErrorContains(t, err, "the CUDA code of "+manifest().Name+" is not understood")
	}
	whole := packed(t, kernels())
	_, err := abi.UnpackCUDA(manifest(), whole[:len(whole)/2])
	assert.ErrorContains(t, err, "unexpected EOF")
	_, err = abi.UnpackCUDA(manifest(), []byte("{}"))
	assert.ErrorContains(t, err, "is not understood")
	_, err = abi.UnpackCUDA(manifest(), compressed(t, strings.Repeat(" ", 1<<28+1)))
	assert.ErrorContains(t, err, "it is longer than 268435456 bytes")
}

func compressed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

func TestHasCUDA(t *testing.T) {
	m := manifest()
	assert.False(t, m.HasCUDA())
	m.Targets = append(m.Targets, abi.TargetCUDA)
	assert.True(t, m.HasCUDA())
}

func FuzzUnpackCUDA(f *testing.F) {
	text, err := json.Marshal(kernels())
	require.NoError(f, err)
	f.Add(string(text))
	f.Add(`{"launches":[{"kernels":[""]}],"images":[{"kind":"ptx"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = abi.UnpackCUDA(manifest(), []byte(text))
		if c, err := abi.UnpackCUDA(manifest(), compressed(t, text)); err == nil {
			assert.Len(t, c.Launches, len(manifest().Variants))
			assert.NotEmpty(t, c.Images)
		}
	})
}
