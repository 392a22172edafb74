package eval_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/dsl/syntax"
	"github.com/optc-lang/optc/registry/abi"
)

// lowered is the program of a rule's first variant before any pass.
func lowered(t *testing.T, text string) *ir.Program {
	t.Helper()
	file, list := syntax.Parse("rule.opt", text)
	require.False(t, diag.List(list).HasErrors(), "%v", list)
	info, list := check.Check(file)
	require.False(t, diag.List(list).HasErrors(), "%v", list)
	return lower.Program(info, lower.Variants(info)[0])
}

func compiled(t *testing.T, text string, passes []pass.Pass) *ir.Program {
	t.Helper()
	p, err := pass.Run(lowered(t, text), passes)
	require.NoError(t, err)
	return p
}

// buffers is the number of all buffers of a program.
func buffers(p *ir.Program) int {
	n := 0
	for _, s := range p.States {
		n += s.Buffers
	}
	return n
}

// trainer steps one tensor with the oracle.
type trainer[T abi.Float] struct {
	p *ir.Program
	u abi.Update[T]
}

// train makes a tensor whose states hold garbage, as an arena's may.
func train[T abi.Float](p *ir.Program, hyper []float64, theta ...T) *trainer[T] {
	tr := &trainer[T]{p: p, u: abi.Update[T]{Hyper: hyper, Theta: append([]T(nil), theta...)}}
	for range buffers(p) {
		buffer := make([]T, len(theta))
		for i := range buffer {
			buffer[i] = T(math.NaN())
		}
		tr.u.State = append(tr.u.State, buffer)
	}
	return tr
}

func (tr *trainer[T]) step(grad ...T) {
	tr.u.T++
	tr.u.Grad = grad
	k := eval.Kernel(tr.p)
	switch u := any(&tr.u).(type) {
	case *abi.Update[float32]:
		k.F32(u)
	case *abi.Update[float64]:
		k.F64(u)
	}
}

// sameBits compares bits; which NaN a NaN is does not matter.
func sameBits[T abi.Float](t *testing.T, want, got []T, what ...any) {
	t.Helper()
	require.Len(t, got, len(want), what...)
	for i := range want {
		if want[i] != want[i] && got[i] != got[i] {
			continue
		}
		// the widening is exact and keeps the sign of zero
		require.Equal(t, math.Float64bits(float64(want[i])), math.Float64bits(float64(got[i])),
			"%v, element %d: want %v, got %v", what, i, want[i], got[i])
	}
}

// samples are n numbers such as gradients are.
func samples[T abi.Float](rng *rand.Rand, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = T(rng.NormFloat64() * math.Exp(rng.NormFloat64()))
	}
	return out
}
