package abi_test

import (
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// BenchmarkWake is how long it takes from the wake of a goroutine that sleeps to
// its first instruction, on another thread, while the one that woke it goes on
// computing; the median. A stepper calls its helpers by files.
func BenchmarkWake(b *testing.B) {
	b.Run("channel", func(b *testing.B) {
		wake := make(chan struct{}, 1)
		defer close(wake)
		wakes(b, func() { wake <- struct{}{} }, func() bool { _, open := <-wake; return open })
	})
	b.Run("file", func(b *testing.B) {
		read, write, err := abi.NewCall()
		require.NoError(b, err)
		defer write.Close()
		token, heard := binary.NativeEndian.AppendUint64(nil, 1), make([]byte, 8)
		wakes(b, func() { _, _ = write.Write(token) }, func() bool { _, err := read.Read(heard); return err == nil })
	})
}

func wakes(b *testing.B, wake func(), sleep func() (woken bool)) {
	var begun time.Time
	var awake atomic.Int64 // since begun
	go func() {
		for sleep() {
			awake.Store(int64(time.Since(begun)))
		}
	}()
	var all []int64
	for b.Loop() {
		for pause := time.Now(); time.Since(pause) < 200*time.Microsecond; {
		}
		awake.Store(0)
		begun = time.Now()
		wake()
		for awake.Load() == 0 {
		}
		all = append(all, awake.Load())
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2])/1e3, "p50-µs")
}
