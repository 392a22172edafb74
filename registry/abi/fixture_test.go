package abi_test

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// manifest is of a rule with two hyperparameters, two options and six variants.
func manifest() *abi.Manifest {
	m := &abi.Manifest{
		Name: "amsgrad", Title: "AMSGrad", Version: "1.0.0", Protocol: abi.Protocol, Class: "exact",
		Paper: []string{"Reddi et al., ICLR 2018"}, Doc: []string{"Adam with a memory."},
		Hypers: []abi.Hyper{
			{Name: "lr", Default: 1e-3, Domain: abi.Domain{Lo: 0, Hi: inf, LoOpen: true, HiOpen: true}, Doc: "learning rate"},
			{Name: "beta1", Default: 0.9, Domain: abi.Domain{Lo: 0, Hi: 1, HiOpen: true}},
		},
		Options: []abi.Option{
			{Name: "amsgrad", Choices: []string{"on", "off"}},
			{Name: "decay", Choices: []string{"none", "l2", "decoupled"}, Doc: "weight decay"},
		},
		Digest: "sha256:" + strings.Repeat("0a", 32), Compiler: "0.1.0",
		Targets: []string{"go"}, Numbers: []string{"f32", "f64"},
	}
	for _, amsgrad := range m.Options[0].Choices {
		for _, decay := range m.Options[1].Choices {
			v := abi.Variant{Choices: []string{amsgrad, decay}, Class: "exact", Values: 7,
				Slots: []abi.Slot{{Name: "m", Buffers: 2}, {Name: "v", Buffers: 1}}}
			if amsgrad == "on" {
				v.Slots, v.Values = append(v.Slots, abi.Slot{Name: "vmax", Buffers: 1}), 9
			}
			m.Variants = append(m.Variants, v)
		}
	}
	return m
}

func layout(t testing.TB, variant int, d abi.DType, lens, group []int) *abi.Layout {
	t.Helper()
	l, err := abi.NewLayout(manifest(), variant, d, lens, group)
	require.NoError(t, err)
	return l
}

// memory is n zero bytes, the first at a multiple of 4096.
func memory(n int) []byte {
	mem := make([]byte, n+4096)
	skip := -int(uintptr(unsafe.Pointer(&mem[0]))) & 4095
	return mem[skip : skip+n : skip+n]
}
