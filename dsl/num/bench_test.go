package num_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/optc-lang/optc/dsl/num"
)

// sink keeps the compiler from leaving a benchmark's work out.
var sink float64

// benchmark runs a function of two numbers over 1024 arguments.
func benchmark(b *testing.B, f func(x, y float64) float64, x, y func(a arguments) float64) {
	a := arguments{rand.New(rand.NewPCG(13, 1))}
	var xs, ys [1024]float64
	for i := range xs {
		xs[i], ys[i] = x(a), y(a)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sink = f(xs[i&1023], ys[i&1023])
	}
}

func within10(a arguments) float64 { return a.between(-10, 10) }
func upTo10(a arguments) float64   { return a.between(0, 10) }

func BenchmarkExp(b *testing.B) {
	b.Run("num", func(b *testing.B) {
		benchmark(b, func(x, _ float64) float64 { return num.Exp(x) }, within10, within10)
	})
	b.Run("math", func(b *testing.B) {
		benchmark(b, func(x, _ float64) float64 { return math.Exp(x) }, within10, within10)
	})
}

func BenchmarkLog(b *testing.B) {
	b.Run("num", func(b *testing.B) {
		benchmark(b, func(x, _ float64) float64 { return num.Log(x) }, upTo10, within10)
	})
	b.Run("math", func(b *testing.B) {
		benchmark(b, func(x, _ float64) float64 { return math.Log(x) }, upTo10, within10)
	})
}

func BenchmarkPow(b *testing.B) {
	b.Run("num", func(b *testing.B) { benchmark(b, num.Pow[float64], upTo10, within10) })
	b.Run("math", func(b *testing.B) { benchmark(b, math.Pow, upTo10, within10) })
}

func BenchmarkUniform(b *testing.B) {
	for i := range b.N {
		sink += num.Uniform[float64](1, 2, 3, 4, i)
	}
}

func BenchmarkNormal(b *testing.B) {
	for i := range b.N {
		sink += num.Normal[float64](1, 2, 3, 4, i)
	}
}
