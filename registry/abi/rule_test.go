package abi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/registry/abi"
)

// A variant steps by the widest vectors that there are for it, and where there
// are none by its scalar kernel.
func TestKernelIsTheFastestThereIs(t *testing.T) {
	ran := ""
	says := func(name string) abi.Kernel {
		return abi.Kernel{F32: func(*abi.Update[float32]) { ran = name }, F64: func(*abi.Update[float64]) { ran = name }}
	}
	rule := &abi.Rule{Kernels: []abi.Kernel{says("scalar 0"), says("scalar 1"), says("scalar 2")}}
	kernels := func() (names []string) {
		for variant := range rule.Kernels {
			rule.Kernel(variant).F32(nil)
			names = append(names, ran)
		}
		return names
	}
	assert.Equal(t, []string{"scalar 0", "scalar 1", "scalar 2"}, kernels(), "this build has no vectors")
	narrow := abi.Vectors{Bits: 256, Kernels: []abi.Kernel{says("256 0"), says("256 1"), {}}}
	rule.Vectors = []abi.Vectors{narrow}
	assert.Equal(t, []string{"256 0", "256 1", "scalar 2"}, kernels(), "one variant has no vectors")
	rule.Vectors = []abi.Vectors{{Bits: 512, Kernels: []abi.Kernel{says("512 0"), {}, {}}}, narrow}
	assert.Equal(t, []string{"512 0", "256 1", "scalar 2"}, kernels(), "one variant has wide ones")
	wide := rule
	rule = wide.UpTo(256)
	assert.Equal(t, []string{"256 0", "256 1", "scalar 2"}, kernels())
	rule = wide.UpTo(0)
	assert.Equal(t, []string{"scalar 0", "scalar 1", "scalar 2"}, kernels())
	rule = wide
	assert.Equal(t, []string{"512 0", "256 1", "scalar 2"}, kernels(), "the rule itself is as it was")
}
