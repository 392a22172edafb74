package abi_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// work is that of a rule that adds 1 to each element, for so many threads.
func work(t *testing.T, lens []int, threads int) (*abi.Work, *abi.Arena) {
	t.Helper()
	a, err := abi.AllocArena(layout(t, 0, abi.F32, lens, make([]int, len(lens))))
	require.NoError(t, err)
	for i := range lens {
		a.Steps()[i] = 1
	}
	return abi.NewWork(counting(true), a, threads), a
}

// allAre asserts the value of every parameter.
func allAre(t *testing.T, a *abi.Arena, want float32) {
	t.Helper()
	for i, n := range a.Layout().Lens {
		for j, x := range abi.Theta[float32](a, i) {
			if x != want {
				require.Equal(t, want, x, "element %d of tensor %d, which has %d", j, i, n)
			}
		}
	}
}

// TestThreadsShareSteps: threads that come when they like, and ask for steps that
// are over too, do each job of a step once, and one of them ends it.
func TestThreadsShareSteps(t *testing.T) {
	const threads, steps = 4, 60
	w, a := work(t, []int{400_000, 70_000}, threads)
	require.Equal(t, threads, w.Threads())
	var ring, ends atomic.Uint32
	over := make(chan uint32, threads*steps)
	var all sync.WaitGroup
	for thread := range threads {
		all.Go(func() {
			for before := uint32(0); before < steps; {
				now := ring.Load()
				if w.Do(thread, now) {
					ends.Add(1)
					over <- now
				}
				assert.False(t, w.Do(thread, before), "step %d is over or just done", before)
				before = now
				runtime.Gosched()
			}
		})
	}
	defer ring.Store(steps) // so that all end
	for step := uint32(1); step <= steps; step++ {
		ring.Store(step)
		require.Equal(t, step, <-over)
		allAre(t, a, float32(step))
	}
	all.Wait()
	assert.EqualValues(t, steps, ends.Load())
	assert.Nil(t, w.Failure())
}

// TestAnyThreadEndsAStep: the others need not come.
func TestAnyThreadEndsAStep(t *testing.T) {
	w, a := work(t, []int{400_000}, 3)
	for step := range uint32(9) {
		thread := int(step % 3)
		assert.True(t, w.Do(thread, 1+step))
		allAre(t, a, float32(1+step))
		for other := range 3 {
			assert.False(t, w.Do(other, 1+step), "it is over")
		}
	}
}

// TestALateThreadFindsNothing: of a step that is over, while the next is under way.
func TestALateThreadFindsNothing(t *testing.T) {
	rule := counting(true)
	var w *abi.Work
	jobs, late := 0, 0
	rule.Kernels[0].F32 = func(u *abi.Update[float32]) {
		jobs++
		if u.T == 2 && u.First == 1<<15 { // a share of step 2 has been begun
			before := jobs
			assert.False(t, w.Do(1, 1))
			assert.False(t, w.Do(0, 1))
			late += jobs - before
		}
	}
	a, err := abi.AllocArena(layout(t, 0, abi.F32, []int{10 << 15}, []int{0}))
	require.NoError(t, err)
	w = abi.NewWork(rule, a, 2)
	for step := range 2 {
		a.Steps()[0] = int64(1 + step)
		require.True(t, w.Do(0, uint32(1+step)))
	}
	assert.Equal(t, 20, jobs)
	assert.Zero(t, late)
}

// TestStepNumbersComeRound: they are counted modulo 2^32.
func TestStepNumbersComeRound(t *testing.T) {
	w, a := work(t, []int{300_000}, 2)
	assert.False(t, w.Do(0, 0), "steps are counted from 1")
	step := uint32(1)
	for i := range 9 {
		require.True(t, w.Do(i%2, step), "step %d", step)
		require.False(t, w.Do(i%2, step-1), "before step %d", step)
		allAre(t, a, float32(1+i))
		step += 1 << 30
	}
}

func TestAStepOfNothingIsOver(t *testing.T) {
	w, _ := work(t, nil, 4)
	assert.Equal(t, 1, w.Threads())
	assert.True(t, w.Do(0, 1))
	assert.False(t, w.Do(0, 1))
	assert.True(t, w.Do(0, 2))
}

// TestJobsCanBeCounted: of the largest arenas, too.
func TestJobsCanBeCounted(t *testing.T) {
	for _, threads := range []int{1, 2, 64, 4096} {
		for _, elements := range []int{0, 1, 1 << 15, 1 << 30, 1<<31 - 1, 1 << 31, 1<<31 + 1, 1 << 38, 1 << 44} {
			size := abi.JobSize(elements, threads)
			assert.GreaterOrEqual(t, size, 1<<15)
			assert.LessOrEqual(t, elements/size+1, 1<<16-1, "%d elements", elements)
		}
	}
}

// TestJobs are large where every thread has some.
func TestJobs(t *testing.T) {
	for _, c := range []struct{ elements, threads, size int }{
		{1 << 20, 1, 1 << 16}, {1 << 20, 2, 1 << 15}, {1 << 22, 2, 1 << 17}, {1 << 22, 8, 1 << 15}, {1 << 30, 64, 1 << 17},
	} {
		assert.Equal(t, c.size, abi.JobSize(c.elements, c.threads), "%d elements, %d threads", c.elements, c.threads)
	}
}

// TestFar: kernels are told that no cache holds what is stepped. Each of two tensors
// is of one and a half times the last cache.
func TestFar(t *testing.T) {
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		rule := counting(true)
		told := map[bool]int{}
		rule.Kernels[0].F32 = func(u *abi.Update[float32]) { told[u.Far]++ }
		rule.Kernels[0].F64 = func(u *abi.Update[float64]) { told[u.Far]++ }
		values := 2 + layout(t, 0, d, []int{1}, []int{0}).Buffers
		n := abi.LastCache() * 3 / 2 / d.Size() / values
		a, err := abi.AllocArena(layout(t, 0, d, []int{n, n}, []int{0, 0}))
		require.NoError(t, err)
		w := abi.NewWork(rule, a, 1)
		for i, stepped := range [][2]int64{{1, 1}, {0, 2}, {2, 0}, {3, 3}} {
			clear(told)
			copy(a.Steps(), stepped[:])
			require.True(t, w.Do(0, uint32(1+i)))
			both := stepped[0] != 0 && stepped[1] != 0
			assert.Positive(t, told[both], "steps %v of %s", stepped, d)
			assert.Zero(t, told[!both], "steps %v of %s", stepped, d)
		}
	}
}
