package bench

import (
	"context"
	"time"
)

// RunOn is Run on a machine of which both the clock and the limit are given.
func RunOn(ctx context.Context, now func() time.Time, limit func(bytes int) func() error, rules []Rule, c Config) (*Report, error) {
	return meter{now, limit}.run(ctx, rules, c)
}
