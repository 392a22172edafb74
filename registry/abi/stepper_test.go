package abi_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// call is what a kernel has been given.
type call struct {
	dtype          abi.DType
	variant        int
	hyper          []float64
	t              int64
	theta, buffers int
	seed           uint64
	tensor, first  int
}

// spy is a rule whose kernels note their calls, and add to θ and each buffer.
func spy() (*abi.Rule, *[]call) {
	var calls []call
	rule := &abi.Rule{Manifest: *manifest()}
	for variant := range rule.Manifest.Variants {
		rule.Kernels = append(rule.Kernels, abi.Kernel{
			F32: func(u *abi.Update[float32]) { calls = append(calls, note(abi.F32, variant, u)) },
			F64: func(u *abi.Update[float64]) { calls = append(calls, note(abi.F64, variant, u)) },
		})
	}
	return rule, &calls
}

func note[T abi.Float](d abi.DType, variant int, u *abi.Update[T]) call {
	for i := range u.Theta {
		u.Theta[i] += u.Grad[i]
		for b := range u.State {
			u.State[b][i] += T(b + 1)
		}
	}
	return call{d, variant, append([]float64(nil), u.Hyper...), u.T, len(u.Theta), len(u.State), u.Seed, u.Tensor, u.First}
}

func TestStep(t *testing.T) {
	rule, calls := spy()
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		*calls = nil
		l := layout(t, 3, d, []int{2, 3, 0, 4}, []int{1, 0, 1, 0})
		l.Seed = 1<<64 - 1
		a, err := abi.AllocArena(l)
		require.NoError(t, err)
		copy(a.Hypers(0), []float64{0.1, 0.9})
		copy(a.Hypers(1), []float64{0.2, 0.8})
		copy(a.Steps(), []int64{5, 0, 1, 7})
		abi.NewStepper(rule, a, 1).Step()
		assert.Equal(t, []call{
			{d, 3, []float64{0.2, 0.8}, 5, 2, 3, 1<<64 - 1, 0, 0},
			{d, 3, []float64{0.2, 0.8}, 1, 0, 3, 1<<64 - 1, 2, 0},
			{d, 3, []float64{0.1, 0.9}, 7, 4, 3, 1<<64 - 1, 3, 0},
		}, *calls, "the tensor with step number 0 is left alone")
	}
}

func TestStepWritesItsTensor(t *testing.T) {
	rule, _ := spy()
	a, err := abi.AllocArena(layout(t, 3, abi.F32, []int{2, 2}, []int{0, 0}))
	require.NoError(t, err)
	copy(abi.Grad[float32](a, 0), []float32{1, 2})
	copy(abi.Grad[float32](a, 1), []float32{3, 4})
	copy(a.Steps(), []int64{0, 1})
	abi.NewStepper(rule, a, 1).Step()
	assert.Equal(t, []float32{0, 0}, abi.Theta[float32](a, 0))
	assert.Equal(t, []float32{3, 4}, abi.Theta[float32](a, 1))
	for b := range 3 {
		assert.Equal(t, []float32{0, 0}, abi.State[float32](a, b, 0))
		assert.Equal(t, []float32{float32(b + 1), float32(b + 1)}, abi.State[float32](a, b, 1))
	}
}

// counting is a rule that adds 1 to θ, and writes the element's index to the
// gradient's place.
func counting(elementwise bool) *abi.Rule {
	count := func(u *abi.Update[float32]) {
		for i := range u.Theta {
			u.Theta[i]++
			u.Grad[i] = float32(u.First + i)
		}
	}
	rule := &abi.Rule{Manifest: *manifest()}
	for range rule.Manifest.Variants {
		rule.Kernels = append(rule.Kernels, abi.Kernel{F32: count, Elementwise: elementwise})
	}
	return rule
}

// many are tensors of all sizes, with more elements than one thread is kept for.
func many() []int {
	lens := []int{0, 1, 400_000, 1 << 15, 1<<15 + 1, 0, 100_000}
	for i := range 500 {
		lens = append(lens, i)
	}
	return append(lens, 0)
}

func TestEveryElementIsSteppedOnce(t *testing.T) {
	lens := many()
	for _, threads := range []int{1, 2, 7} {
		for _, elementwise := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d threads, elementwise %t", threads, elementwise), func(t *testing.T) {
				a, err := abi.AllocArena(layout(t, 0, abi.F32, lens, make([]int, len(lens))))
				require.NoError(t, err)
				for i := range lens {
					a.Steps()[i] = int64(i % 3) // each third tensor is left alone
				}
				s := abi.NewStepper(counting(elementwise), a, threads)
				defer s.Close()
				const steps = 20
				for range steps {
					s.Step()
				}
				for i, n := range lens {
					want, at := make([]float32, n), make([]float32, n)
					for j := 0; j < n && i%3 != 0; j++ {
						want[j], at[j] = steps, float32(j)
					}
					require.Equal(t, want, abi.Theta[float32](a, i), "tensor %d", i)
					require.Equal(t, at, abi.Grad[float32](a, i), "tensor %d", i)
				}
			})
		}
	}
}

// TestWholeTensors: where elements depend on one another, a kernel gets all.
func TestWholeTensors(t *testing.T) {
	rule := counting(false)
	rule.Kernels[0].F32 = func(u *abi.Update[float32]) { u.Theta[0] = float32(len(u.Theta)) }
	lens := []int{400_000, 200_000}
	a, err := abi.AllocArena(layout(t, 0, abi.F32, lens, []int{0, 0}))
	require.NoError(t, err)
	copy(a.Steps(), []int64{1, 1})
	s := abi.NewStepper(rule, a, 2)
	defer s.Close()
	s.Step()
	assert.Equal(t, float32(400_000), abi.Theta[float32](a, 0)[0])
	assert.Equal(t, float32(200_000), abi.Theta[float32](a, 1)[0])
}

// TestPanicInAThread: it reaches the caller, whichever thread it was in, and the
// stepper goes on.
func TestPanicInAThread(t *testing.T) {
	rule := counting(true)
	sound, broken := rule.Kernels[0].F32, 0
	rule.Kernels[0].F32 = func(u *abi.Update[float32]) {
		if u.First == broken {
			panic("this part is broken")
		}
		sound(u)
	}
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{400_000}, []int{0}))
	require.NoError(t, err)
	a.Steps()[0] = 1
	s := abi.NewStepper(rule, a, 2)
	defer s.Close()
	for broken = 0; broken < 400_000; broken += abi.JobSize(400_000, 2) {
		func() {
			defer func() {
				p, ok := recover().(*abi.Panic)
				require.True(t, ok)
				assert.EqualError(t, p, "this part is broken")
				assert.Contains(t, string(p.Stack), "TestPanicInAThread")
			}()
			s.Step()
		}()
	}
	broken = -1
	clear(abi.Theta[float32](a, 0))
	s.Step()
	for i, x := range abi.Theta[float32](a, 0) {
		require.Equal(t, float32(1), x, "element %d", i)
	}
}

// TestStepWaitsForItsHelpers: other threads than the caller's work, and a step is
// over when they are done, however long that takes.
func TestStepWaitsForItsHelpers(t *testing.T) {
	for _, threads := range []int{2, 3} {
		var helped, done atomic.Int64
		rule := counting(true)
		rule.Kernels[0].F32 = func(u *abi.Update[float32]) {
			if strings.Contains(string(debug.Stack()), "abi.(*Stepper).help(") {
				helped.Add(1)
				time.Sleep(time.Millisecond) // the caller has lost its patience by then
			} else {
				require.Eventually(t, func() bool { return helped.Load() > 0 }, 10*time.Second, 10*time.Microsecond, "no helper came")
			}
			done.Add(1)
		}
		const jobs = 12
		a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{jobs << 15}, []int{0}))
		require.NoError(t, err)
		a.Steps()[0] = 1
		s := abi.NewStepper(rule, a, threads)
		defer s.Close()
		for range 20 {
			time.Sleep(time.Millisecond) // so that the helpers sleep
			helped.Store(0)
			done.Store(0)
			s.Step()
			require.EqualValues(t, jobs, done.Load(), "%d threads", threads)
		}
	}
}

// TestCloseEndsTheThreads: neither goroutines nor files are left behind.
func TestCloseEndsTheThreads(t *testing.T) {
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{400_000}, []int{0}))
	require.NoError(t, err)
	a.Steps()[0] = 1
	before := runtime.NumGoroutine()
	for i := range 2000 { // more than there may be files in a process
		s := abi.NewStepper(counting(true), a, 4)
		if i%2 == 0 {
			s.Step()
		}
		s.Close()
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "%d goroutines are left", runtime.NumGoroutine()-before)
	}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		assert.Less(t, len(files), 100)
	}
}

func TestAStepAllocatesNothing(t *testing.T) {
	lens := many()
	for _, threads := range []int{1, 2} {
		a, err := abi.AllocArena(layout(t, 0, abi.F32, lens, make([]int, len(lens))))
		require.NoError(t, err)
		for i := range lens {
			a.Steps()[i] = 1
		}
		s := abi.NewStepper(counting(true), a, threads)
		defer s.Close()
		assert.Zero(t, testing.AllocsPerRun(10, s.Step), "%d threads", threads)
	}
}
