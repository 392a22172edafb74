package spec_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins/hb"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

// stuck is an engine whose step ends only where it is interrupted, as that of a
// process that hangs does.
type stuck struct {
	host.Engine
	interrupted context.Context
	interrupt   context.CancelFunc
}

func (s stuck) Step() error {
	<-s.interrupted.Done()
	return errors.New("it was interrupted")
}

func (s stuck) Interrupt() { s.interrupt() }

func hangs(rule *abi.Rule) spec.Engine {
	e := spec.InProcess(rule)
	e.Open = func() (host.Engine, error) {
		interrupted, interrupt := context.WithCancel(context.Background())
		return stuck{host.InProcess(rule), interrupted, interrupt}, nil
	}
	e.Threads = func(int) (host.Engine, error) { return e.Open() }
	e.Otherwise = []func() (host.Engine, error){e.Open}
	e.Orphan = func(time.Duration) error { return nil } // it is taken for a process
	return e
}

// The limit ends the step of a process that hangs, also where the clause chooses
// the number of its threads or how it is reached.
func TestLimit(t *testing.T) {
	for _, clause := range []string{"step-1", "order-4", "life-7"} {
		report, err := spec.Check(t.Context(), hangs(hb.Rule), spec.Options{Clauses: []string{clause}, Limit: 50 * time.Millisecond})
		require.NoError(t, err)
		require.Len(t, report.Results, 1)
		assert.Equal(t, spec.Failed, report.Results[0].Status)
		assert.Equal(t, "it was not done after 50ms, and was ended", report.Results[0].Reason)
	}
}
