package abi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

func TestFits(t *testing.T) {
	rule, _ := spy()
	good := func() *abi.Layout { return layout(t, 3, abi.F32, []int{2}, []int{0}) }
	require.NoError(t, rule.Fits(good()))
	tests := map[string]func(*abi.Layout){
		"the layout is for the rule with digest sha256:no; amsgrad has sha256:0a0a": func(l *abi.Layout) { l.Digest = "sha256:no" },
		"amsgrad has no variant 6; it has 6":                                        func(l *abi.Layout) { l.Variant = 6 },
		"amsgrad has no variant -1":                                                 func(l *abi.Layout) { l.Variant = -1 },
		"the layout has 2 buffers and 2 hyperparameters; amsgrad has 3 and 2":       func(l *abi.Layout) { l.Buffers = 2 },
		"the layout has 3 buffers and 1 hyperparameters; amsgrad has 3 and 2":       func(l *abi.Layout) { l.Hypers = 1 },
		"amsgrad has no kernel for f64 in its variant 3":                            func(l *abi.Layout) { l.DType = abi.F64 },
		"amsgrad has no kernel for its variant 5; it has 5 kernels":                 func(l *abi.Layout) { l.Variant = 5 },
		"the layout has protocol 2":                                                 func(l *abi.Layout) { l.Protocol = 2 },
	}
	rule.Kernels = rule.Kernels[:5]
	rule.Kernels[3].F64 = nil
	for want, spoil := range tests {
		l := good()
		spoil(l)
		assert.ErrorContains(t, rule.Fits(l), want)
	}
	assert.EqualError(t, rule.Fits(nil), "there is no layout")
}
