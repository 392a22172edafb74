package bench

import (
	"context"
	"time"

	"github.com/optc-lang/optc/registry/abi"
)

// RunOn is Run on a machine of which the clock, the limit and the memory are given.
func RunOn(ctx context.Context, now func() time.Time, limit func(bytes int) (func() error, func()), memory func() (int, bool), rules []Rule, c Config) (*Report, error) {
	return meter{now, limit, memory}.run(ctx, rules, c)
}

// Passed is what a pass of the limit leaves of y.
func Passed(bytes, threads int) []byte {
	arena := limitArena(bytes)
	stepper := abi.NewStepper(limitRule, arena, threads)
	defer stepper.Close()
	stepper.Step()
	return bytesOf(abi.Theta[float32](arena, 0))
}
