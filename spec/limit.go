package spec

import (
	"context"
	"fmt"

	"github.com/optc-lang/optc/host"
)

// limited is the result of a check that ends with ctx, or at the limit, and
// whether it went over that. Then the engines that it has opened are interrupted,
// which cuts the step of a process short; the step of another engine can't be.
func (s *subject) limited(ctx context.Context, c Clause) (r Result, over bool) {
	if s.engine.Orphan == nil {
		return s.result(c), false
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	if s.options.Limit > 0 {
		ctx, end = context.WithTimeout(ctx, s.options.Limit)
		defer end()
	}
	r = s.endingWith(ctx).result(c)
	if ctx.Err() == nil {
		return r, false
	}
	r = c.result(Failed, fmt.Sprintf("it was not done after %v, and was ended", s.options.Limit))
	return r, true
}

// endingWith is the subject with engines that are interrupted when ctx ends. They
// are not closed: the check may be using their memory.
func (s *subject) endingWith(ctx context.Context) *subject {
	watched := func(e host.Engine, err error) (host.Engine, error) {
		if i, ok := e.(host.Interrupter); ok && err == nil {
			context.AfterFunc(ctx, i.Interrupt)
		}
		return e, err
	}
	ending, whole := *s, s.engine
	ending.engine.Open = func() (host.Engine, error) { return watched(whole.Open()) }
	if whole.Threads != nil {
		ending.engine.Threads = func(n int) (host.Engine, error) { return watched(whole.Threads(n)) }
	}
	ending.engine.Otherwise = nil
	for _, open := range whole.Otherwise {
		ending.engine.Otherwise = append(ending.engine.Otherwise, func() (host.Engine, error) { return watched(open()) })
	}
	return &ending
}
