package host_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// still is a rule whose kernel does nothing, so that only the host is measured.
func still() *abi.Rule {
	r := lagged()
	r.Kernels = []abi.Kernel{{F32: func(*abi.Update[float32]) {}, F64: func(*abi.Update[float64]) {}}}
	return r
}

// The host's share of a step, for many small tensors and for few large ones.
func BenchmarkStep(b *testing.B) {
	for _, size := range []struct{ tensors, elements int }{{1, 16}, {1000, 16}, {16, 1 << 16}} {
		for name, config := range map[string]host.Config{
			"f32":         {},
			"f64":         {DType: abi.F64},
			"f32 clipped": {Clip: host.Clip{Norm: 1}},
		} {
			b.Run(fmt.Sprintf("%d of %d/%s", size.tensors, size.elements, name), func(b *testing.B) {
				benchStep(b, size.tensors, size.elements, config)
			})
		}
	}
}

func benchStep(b *testing.B, tensors, elements int, c host.Config) {
	params := make([]host.Param, tensors)
	for i := range params {
		params[i] = host.Param{Name: fmt.Sprint("p", i), Shape: []int{elements}}
	}
	o := mustNew(b, host.InProcess(still()), params, c)
	for i := range o.Len() {
		require.NoError(b, setGrad(o, i, 0, 0.25))
	}
	b.ReportAllocs()
	b.SetBytes(int64(tensors * elements * o.DType().Size()))
	for b.Loop() {
		if err := o.Step(); err != nil {
			b.Fatal(err)
		}
	}
}
