package plugins_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins/adam"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkThreads is a step on one thread and on two.
func BenchmarkThreads(b *testing.B) {
	for _, rule := range []*abi.Rule{pnm.Rule, adam.Rule} {
		for _, n := range []int{1 << 18, 1 << 19, 1 << 20, 1 << 24} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%dK/threads=%d", rule.Manifest.Name, n>>10, threads), func(b *testing.B) {
					benchStep(b, rule, []int{n}, threads, everything)
				})
			}
		}
	}
}

// BenchmarkScalar is a long step by the kernel without vectors. Its time must not
// depend on GOEXPERIMENT=simd.
func BenchmarkScalar(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			benchStep(b, adam.Rule.UpTo(0), []int{16 << 20}, threads, everything)
		})
	}
}

// BenchmarkManyTensors is a step of 10M elements, in one tensor and in 10,000.
func BenchmarkManyTensors(b *testing.B) {
	for _, rule := range []*abi.Rule{pnm.Rule, adam.Rule} {
		for _, tensors := range []int{1, 10_000} {
			lens := make([]int, tensors)
			for i := range lens {
				lens[i] = 10_000_000 / tensors
			}
			b.Run(fmt.Sprintf("%s/tensors=%d", rule.Manifest.Name, tensors), func(b *testing.B) {
				benchStep(b, rule, lens, 1, everything)
			})
		}
	}
}

// BenchmarkGroups is a step of 10M elements in 1000 tensors: of one group, each of
// its own, and with nine in ten frozen. Times are for each element that is stepped.
func BenchmarkGroups(b *testing.B) {
	lens := slices.Repeat([]int{10_000}, 1000)
	for name, of := range map[string]share{
		"one": everything, "each its own": {groups: 1000, stepped: 1}, "frozen": {groups: 1, stepped: 10},
	} {
		b.Run(name, func(b *testing.B) { benchStep(b, pnm.Rule, lens, 1, of) })
	}
}

// share is how tensors are grouped, and that one in how many is stepped.
type share struct{ groups, stepped int }

var everything = share{groups: 1, stepped: 1}

func benchStep(b *testing.B, rule *abi.Rule, lens []int, threads int, of share) {
	arena := newArena(b, rule, lens, of.groups)
	elements := 0
	for i := 0; i < len(lens); i += of.stepped {
		elements += lens[i]
	}
	s := abi.NewStepper(rule, arena, threads)
	defer s.Close()
	t := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		t++
		for i := 0; i < len(lens); i += of.stepped {
			arena.Steps()[i] = t
		}
		s.Step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(elements), "ns/elem")
}

// newArena is an f32 arena of the rule's first variant, with its default
// hyperparameters in each of so many groups. No number in it is zero.
func newArena(b *testing.B, rule *abi.Rule, lens []int, groups int) *abi.Arena {
	b.Helper()
	group := make([]int, len(lens))
	for i := range group {
		group[i] = i % groups
	}
	layout, err := abi.NewLayout(&rule.Manifest, 0, abi.F32, lens, group)
	require.NoError(b, err)
	arena, err := abi.AllocArena(layout)
	require.NoError(b, err)
	for g := range groups {
		copy(arena.Hypers(g), rule.Manifest.Defaults())
	}
	for i := range lens {
		arrays := [][]float32{abi.Theta[float32](arena, i), abi.Grad[float32](arena, i)}
		for buffer := range layout.Buffers {
			arrays = append(arrays, abi.State[float32](arena, buffer, i))
		}
		for _, array := range arrays {
			for j := range array {
				array[j] = 1 + float32(j%1000)/1000
			}
		}
	}
	return arena
}
