package abi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/registry/abi"
)

// A variant steps by its vector kernel, and where there is none by its scalar
// one.
func TestKernelIsTheFastestThereIs(t *testing.T) {
	scalar, vector := 0, 0
	count := func(n *int) abi.Kernel {
		return abi.Kernel{F32: func(*abi.Update[float32]) { *n++ }, F64: func(*abi.Update[float64]) { *n++ }}
	}
	rule := &abi.Rule{Kernels: []abi.Kernel{count(&scalar), count(&scalar)}}
	rule.Kernel(0).F32(nil)
	rule.Kernel(1).F64(nil)
	assert.Equal(t, []int{2, 0}, []int{scalar, vector}, "this build has no vectors")
	rule.Vector = []abi.Kernel{count(&vector), {}}
	rule.Kernel(0).F64(nil)
	rule.Kernel(1).F64(nil)
	assert.Equal(t, []int{3, 1}, []int{scalar, vector}, "one variant has vectors")
}
