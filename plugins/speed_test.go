//go:build goexperiment.simd && amd64

package plugins_test

import (
	"fmt"
	"simd/archsimd"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkStep measures one step of one f32 tensor on one thread, by the scalar
// kernel and by those with vectors, and the share of the limit that it reaches: the
// bytes a second of an axpy in place, in vectors of 256 bits, on the same arrays.
// The largest tensors of adapnm take 1.5 GB.
//
//	GOEXPERIMENT=simd go test ./plugins -run - -bench Step
func BenchmarkStep(b *testing.B) {
	for _, n := range []int{4 << 10, 64 << 10, 1 << 20, 16 << 20, 64 << 20} {
		for _, name := range []string{"pnm", "adapnm", "hb", "adam"} {
			rule, ok := plugins.Find(name)
			require.True(b, ok)
			run := func(form string, kernel abi.Kernel) {
				b.Run(fmt.Sprintf("%s/%s/%d", name, form, n), func(b *testing.B) {
					besideLimit(b, update(b, rule, n), rule.Manifest.Variants[0].Values, kernel.F32)
				})
			}
			if n <= 1<<20 { // a longer call would be interrupted, and slow from then on: abi's clearUpper is for jobs
				run("scalar", rule.Kernels[0])
			}
			for _, vectors := range rule.Vectors {
				run(fmt.Sprintf("simd%d", vectors.Bits), vectors.Kernels[0])
			}
		}
	}
}

// BenchmarkFar measures what reading ahead does to a step of one f32 tensor: its
// time with over that without, in turns on one arena; the median of all rounds.
//
//	GOEXPERIMENT=simd go test ./plugins -run - -bench Far -benchtime 20x
func BenchmarkFar(b *testing.B) {
	for _, name := range []string{"pnm", "adapnm", "adam"} {
		rule, ok := plugins.Find(name)
		require.True(b, ok)
		for _, n := range []int{1 << 20, 4 << 20, 16 << 20, 64 << 20} {
			arena := newArena(b, rule, []int{n}, 1)
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%dM/threads=%d", name, n>>20, threads), func(b *testing.B) {
					benchFar(b, rule, arena, threads)
				})
			}
		}
	}
}

func benchFar(b *testing.B, rule *abi.Rule, arena *abi.Arena, threads int) {
	var steppers [2]*abi.Stepper
	for i, far := range []bool{false, true} {
		steppers[i] = abi.NewStepper(reading(rule, far), arena, threads)
		defer steppers[i].Close()
	}
	step := func(s *abi.Stepper) {
		arena.Steps()[0]++
		s.Step()
	}
	var ratios []float64
	for b.Loop() {
		var took [2]float64
		for i, s := range steppers {
			step(s) // so that neither finds in the cache what the other left
			start := time.Now()
			step(s)
			step(s)
			took[i] = float64(time.Since(start))
		}
		ratios = append(ratios, took[1]/took[0])
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "far/near")
	b.ReportMetric(0, "ns/op")
}

// reading is a rule whose f32 kernel has Far forced on or off.
func reading(rule *abi.Rule, far bool) *abi.Rule {
	kernel := rule.Kernel(0).F32
	r := *rule
	r.Vectors = nil
	r.Kernels = []abi.Kernel{{Elementwise: true, F32: func(u *abi.Update[float32]) {
		u.Far = far
		kernel(u)
	}}}
	return &r
}

// update is a step of the one tensor of an arena.
func update(b *testing.B, rule *abi.Rule, n int) *abi.Update[float32] {
	arena := newArena(b, rule, []int{n}, 1)
	u := &abi.Update[float32]{
		Hyper: arena.Hypers(0), Theta: abi.Theta[float32](arena, 0), Grad: abi.Grad[float32](arena, 0),
		Far: n >= 16<<20,
	}
	for i := range arena.Layout().Buffers {
		u.State = append(u.State, abi.State[float32](arena, i, 0))
	}
	return u
}

// besideLimit runs a step that moves some values an element and, in turns, the
// limit on the same arrays, two and two: memory is faster in some places than in
// others. What counts of each is the fastest sample of a million elements or more,
// which other programs disturbed least. A sample has an even number of steps, since
// buffers that take turns lie in different places too.
func besideLimit(b *testing.B, u *abi.Update[float32], values int, step func(*abi.Update[float32])) {
	u.T = 1000 // past the first step, which fills the states
	times := max(2, 1<<20/len(u.Theta))
	arrays := append([][]float32{u.Theta, u.Grad}, u.State...)
	kernel, limits := sample{}, make([]sample, len(arrays)/2)
	for b.Loop() {
		kernel.take(times, func() {
			u.T ^= 1 // at no great t
			step(u)
		})
		for i := range limits {
			pair := &abi.Update[float32]{Theta: arrays[2*i], Grad: arrays[2*i+1]}
			limits[i].take(times, func() { axpy(pair) })
		}
	}
	limit := 0.0 // nanoseconds for three values an element
	for _, s := range limits {
		limit += s.ns(len(u.Theta)) / float64(len(limits))
	}
	ns := kernel.ns(len(u.Theta))
	b.ReportMetric(ns, "ns/elem")
	b.ReportMetric(4*float64(values)/ns, "GB/s")
	b.ReportMetric(100*(float64(values)/ns)/(3/limit), "%limit")
	b.ReportMetric(0, "ns/op")
}

// sample is the fastest of several measurements.
type sample struct {
	took  time.Duration
	times int
}

func (s *sample) take(times int, do func()) {
	start := time.Now()
	for range times {
		do()
	}
	if took := time.Since(start); s.times == 0 || took < s.took {
		s.took, s.times = took, times
	}
}

// ns is the nanoseconds of one of n elements.
func (s *sample) ns(n int) float64 { return float64(s.took.Nanoseconds()) / float64(s.times*n) }

// axpy is theta - g/1000: two numbers read and one written.
func axpy(u *abi.Update[float32]) {
	theta, g := u.Theta, u.Grad[:len(u.Theta)]
	c := archsimd.BroadcastFloat32x8(0.001)
	for i := 0; i+8 <= len(theta); i += 8 {
		x := archsimd.LoadFloat32x8Slice(theta[i : i+8])
		y := archsimd.LoadFloat32x8Slice(g[i : i+8])
		x.Sub(c.Mul(y)).StoreSlice(theta[i : i+8])
	}
	archsimd.ClearAVXUpperBits()
}
