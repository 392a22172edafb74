package wire_test

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// median is a benchmark's measure: means are of the machine's other work.
func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func microseconds(d time.Duration) float64 { return float64(d) / 1e3 }

// timed is how long something took.
func timed(b *testing.B, step func() error) time.Duration {
	start := time.Now()
	require.NoError(b, step())
	return time.Since(start)
}

// pauses are what a host does between steps: nothing, sleep, or compute, as one
// that has gradients to compute does.
var pauses = []struct {
	name string
	take func()
}{
	{"none", func() {}},
	{"asleep", func() { time.Sleep(time.Millisecond) }},
	{"computing", func() {
		for begun := time.Now(); time.Since(begun) < time.Millisecond; {
		}
	}},
}

// BenchmarkRoundTrip is a step of 8 parameters, which is all way there and back:
// by either way, with pauses of a millisecond and without, with and without a
// process that keeps a core busy.
func BenchmarkRoundTrip(b *testing.B) {
	for _, busy := range []bool{false, true} {
		for _, pause := range pauses {
			for name, opts := range ways {
				b.Run(fmt.Sprintf("busy=%v/pause=%v/%s", busy, pause.name, name), func(b *testing.B) {
					if busy {
						keepBusy(b)
					}
					c, _ := trapped(b, testrule.None, opts...)
					roundTrips(b, c, pause.take)
				})
			}
		}
	}
}

func roundTrips(b *testing.B, c *wire.Client, pause func()) {
	var all []time.Duration
	for b.Loop() {
		pause()
		all = append(all, timed(b, c.Step))
	}
	b.ReportMetric(microseconds(median(all)), "p50-µs")
	b.ReportMetric(microseconds(all[len(all)*9/10]), "p90-µs")
}

// keepBusy has another process compute until the benchmark ends.
func keepBusy(b *testing.B) {
	cmd := exec.Command(program(b, "busy"))
	require.NoError(b, cmd.Start())
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// BenchmarkStep has the same step of PNM by a plugin, in this process, and in
// this process on the plugin's memory, ten of each by turns so that all see the
// same machine; one after another, and with a millisecond in between in which the
// host computes.
func BenchmarkStep(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"10K", 10_000}, {"100K", 100_000}, {"500K", 500_000}, {"1M", 1_000_000}, {"10M", 10_000_000}} {
		for threads := 1; threads <= runtime.GOMAXPROCS(0); threads *= 2 {
			for _, pause := range []int{0, 2} {
				pause := pauses[pause]
				for name, opts := range ways {
					b.Run(fmt.Sprintf("%s/threads=%d/pause=%s/%s", size.name, threads, pause.name, name), func(b *testing.B) {
						besideInProcess(b, size.n, threads, pause.take, append(opts, wire.Threads(threads)))
					})
				}
			}
		}
	}
}

func besideInProcess(b *testing.B, n, threads int, pause func(), opts []wire.Option) {
	l, err := abi.NewLayout(&pnm.Rule.Manifest, 0, abi.F32, []int{n}, []int{0})
	require.NoError(b, err)
	c := launchProgram(b, "pnm", opts...)
	theirs, err := c.Attach(l)
	require.NoError(b, err)
	ours, err := abi.AllocArena(l)
	require.NoError(b, err)
	type engine struct {
		step func() error
		took []time.Duration
	}
	inProcess := func(a *abi.Arena) *engine {
		copy(a.Hypers(0), pnm.Rule.Manifest.Defaults())
		a.Steps()[0] = 1000 // the first step also clears the states
		s := abi.NewStepper(pnm.Rule, a, threads)
		b.Cleanup(s.Close)
		return &engine{step: func() error { a.Steps()[0]++; s.Step(); return nil }}
	}
	process, shared, plugin := inProcess(ours), inProcess(theirs), &engine{step: func() error { theirs.Steps()[0]++; return c.Step() }}
	for b.Loop() {
		for _, e := range []*engine{plugin, process, shared} {
			for range 10 {
				pause()
				e.took = append(e.took, timed(b, e.step))
			}
		}
	}
	b.ReportMetric(microseconds(median(plugin.took)), "p50-µs")
	b.ReportMetric(float64(median(plugin.took))/float64(median(process.took)), "of-in-process")
	b.ReportMetric(float64(median(shared.took))/float64(median(process.took)), "of-which-memory")
}

// BenchmarkDeath is how long a host waits in a step whose plugin is killed.
func BenchmarkDeath(b *testing.B) {
	for name, opts := range ways {
		b.Run(name, func(b *testing.B) {
			var all []time.Duration
			for b.Loop() {
				all = append(all, death(b, opts))
			}
			b.ReportMetric(microseconds(median(all)), "p50-µs")
		})
	}
}

func death(b *testing.B, opts []wire.Option) time.Duration {
	blocked := newWaiter("blocked")
	c, _ := trapped(b, testrule.Block, append(opts, wire.Stderr(blocked))...)
	result := make(chan error)
	go func() { result <- c.Step() }()
	<-blocked.seen
	kill(b, c.PID())
	start := time.Now()
	require.Error(b, <-result)
	return time.Since(start)
}

// BenchmarkLaunch is the start of a plugin, to its manifest, and its end.
func BenchmarkLaunch(b *testing.B) {
	path := program(b, "testsgd")
	for b.Loop() {
		c, err := wire.Launch(path)
		require.NoError(b, err)
		require.NoError(b, c.Close())
	}
}
