package bench

import (
	"context"
	"time"
)

// work is what takes a turn in each round.
type work struct {
	run     func() error
	times   int       // runs in a sample
	seconds []float64 // mean time of a run, one for each round
}

// calibrate finds how many runs fill a time. Its first runs bring memory and
// caches into the state in which they stay.
func (w *work) calibrate(ctx context.Context, now func() time.Time, slice time.Duration) error {
	for w.times = 1; ; w.times *= 2 {
		took, err := w.time(ctx, now)
		if err != nil {
			return err
		}
		if 4*took >= slice {
			w.times = max(1, int(float64(w.times)*float64(slice)/float64(max(took, 1))))
			return nil
		}
	}
}

// sample takes one sample.
func (w *work) sample(ctx context.Context, now func() time.Time) error {
	took, err := w.time(ctx, now)
	w.seconds = append(w.seconds, took.Seconds()/float64(w.times))
	return err
}

// time is how long the runs of one sample take.
func (w *work) time(ctx context.Context, now func() time.Time) (time.Duration, error) {
	start := now()
	for range w.times {
		if err := ctx.Err(); err != nil { // a sample may last for minutes
			return 0, err
		}
		if err := w.run(); err != nil {
			return 0, err
		}
	}
	return now().Sub(start), nil
}
