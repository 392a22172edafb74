//go:build goexperiment.simd && amd64

package plugins_test

import (
	"fmt"
	"simd/archsimd"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkStep measures one step of one f32 tensor on one thread: the scalar
// kernel, those with vectors, and the limit, an axpy in place in vectors of 256
// bits. A kernel's share is that of the limit's bytes a second. The largest
// tensors of adapnm take 1.5 GB.
//
//	GOEXPERIMENT=simd go test ./plugins -run - -bench Step
func BenchmarkStep(b *testing.B) {
	for _, n := range []int{4 << 10, 64 << 10, 1 << 20, 16 << 20, 64 << 20} {
		limit := 0.0 // bytes a nanosecond
		b.Run(fmt.Sprintf("limit/%d", n), func(b *testing.B) {
			limit = measure(b, update(n, 0), 3, axpy)
		})
		for _, name := range []string{"pnm", "adapnm", "hb", "adam"} {
			rule, ok := plugins.Find(name)
			require.True(b, ok)
			v := &rule.Manifest.Variants[0]
			run := func(form string, kernel abi.Kernel) {
				b.Run(fmt.Sprintf("%s/%s/%d", name, form, n), func(b *testing.B) {
					u := update(n, v.Buffers())
					u.Hyper = rule.Manifest.Defaults()
					speed := measure(b, u, v.Values, kernel.F32)
					if limit > 0 { // a filter may leave it out
						b.ReportMetric(100*speed/limit, "%limit")
					}
				})
			}
			run("scalar", rule.Kernels[0])
			for _, vectors := range rule.Vectors {
				run(fmt.Sprintf("simd%d", vectors.Bits), vectors.Kernels[0])
			}
		}
	}
}

// update is a step of a tensor whose parts begin at different offsets within a
// page, as those of an arena do.
func update(n, buffers int) *abi.Update[float32] {
	memory := make([]float32, (n+144)*(2+buffers))
	for i := range memory {
		memory[i] = 1 + float32(i%1000)/1000
	}
	part := func(i int) []float32 { return memory[i*(n+144):][:n] }
	u := &abi.Update[float32]{Theta: part(0), Grad: part(1)}
	for i := range buffers {
		u.State = append(u.State, part(2+i))
	}
	return u
}

// measure runs a step that moves some values an element, and gives the bytes
// that it moves in a nanosecond. An operation is a million elements; what counts
// is the fastest one, which other programs disturbed least.
func measure(b *testing.B, u *abi.Update[float32], values int, step func(*abi.Update[float32])) float64 {
	u.T = 1000 // past the first step, which fills the states
	steps := max(1, 1<<20/len(u.Theta))
	fastest := time.Hour
	for b.Loop() {
		start := time.Now()
		for range steps {
			u.T ^= 1 // the buffers by turns, at no great t
			step(u)
		}
		fastest = min(fastest, time.Since(start))
	}
	ns := float64(fastest.Nanoseconds()) / float64(steps*len(u.Theta))
	speed := 4 * float64(values) / ns
	b.ReportMetric(ns, "ns/elem")
	b.ReportMetric(speed, "GB/s")
	b.ReportMetric(0, "ns/op")
	return speed
}

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
