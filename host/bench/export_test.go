package bench

import (
	"context"
	"time"
)

// RunOn is Run on a machine of which both the clock and the limit are given.
func RunOn(ctx context.Context, now func() time.Time, limit func(bytes int) func() error, rules []Rule, c Config) (*Report, error) {
	return meter{now, limit}.run(ctx, rules, c)
}

// Passed is what a pass of the limit leaves of y.
func Passed(bytes, threads int) []byte {
	p := newPass(bytes)
	p.run(threads)
	return p.y
}
