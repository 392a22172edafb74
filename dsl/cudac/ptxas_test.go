package cudac_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/cudac"
	"github.com/optc-lang/optc/registry/abi"
)

// log is of ptxas in nvcc: two kernels, the first of which calls a function.
const log = `ptxas info    : 16 bytes gmem
ptxas info    : Compiling entry function 'b_step_f32' for 'sm_90'
ptxas info    : Function properties for b_step_f32
    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads
ptxas info    : Function properties for helper
    99 bytes stack frame, 98 bytes spill stores, 97 bytes spill loads
ptxas info    : Used 57 registers, 32 bytes cumulative stack size, 448 bytes cmem[0]
ptxas info    : Compile time = 28.306 ms
ptxas info    : Compiling entry function 'a_step_f32' for 'sm_90'
ptxas info    : Function properties for a_step_f32
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 40 registers, used 1 barriers, 1024 bytes smem, 448 bytes cmem[0]`

func TestResources(t *testing.T) {
	want := []abi.Resources{
		{Kernel: "a_step_f32", Arch: 90, Registers: 40, Shared: 1024},
		{Kernel: "b_step_f32", Arch: 90, Registers: 57, Stack: 16, SpillStores: 12, SpillLoads: 8},
	}
	assert.Equal(t, want, cudac.ResourcesIn(90, log))
	assert.Equal(t, want, cudac.ResourcesIn(90, strings.ReplaceAll(log, "\n    ", "\nptxas         .     ")), "in NVRTC 13")
	assert.Empty(t, cudac.ResourcesIn(90, "Used 3 registers\n1 bytes stack frame, 2 bytes spill stores, 3 bytes spill loads"))
}

// FuzzResources: whatever is printed, kernels are in order and numbers are sizes.
func FuzzResources(f *testing.F) {
	f.Add(log)
	f.Add("Compiling entry function 'k' for\nUsed 99999999999999999999 registers")
	f.Fuzz(func(t *testing.T, log string) {
		all := cudac.ResourcesIn(90, log)
		assert.LessOrEqual(t, len(all), strings.Count(log, "Compiling entry function"))
		assert.True(t, slices.IsSortedFunc(all, func(x, y abi.Resources) int { return strings.Compare(x.Kernel, y.Kernel) }))
		for _, r := range all {
			assert.NotEmpty(t, r.Kernel)
			assert.GreaterOrEqual(t, min(r.Registers, r.Stack, r.SpillStores, r.SpillLoads, r.Shared), 0)
		}
	})
}
