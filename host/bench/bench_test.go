package bench_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/bench"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

func config(sizes ...bench.Size) bench.Config {
	return bench.Config{DType: abi.F32, Sizes: sizes, Time: 100 * time.Microsecond, Rounds: 5}
}

func TestNumbers(t *testing.T) {
	var p pretended
	report, err := p.run(t.Context(), config(1000), drags(p.engine("go", 5), p.engine("plugin", 20)))
	require.NoError(t, err)
	require.Len(t, report.Rows, 2)
	row := report.Rows[0]
	assert.Equal(t, []any{"drag", "state=one", "go", 1000, 20, 12000},
		[]any{row.Rule, row.Choices, row.Engine, row.Elements, row.BytesPerElement, row.MemoryBytes})
	assert.InDelta(t, 5, row.NsPerElement.Median, 1e-9)
	assert.InDelta(t, 4, row.GBPerSecond.Median, 1e-9, "20 bytes in 5 ns")
	assert.InDelta(t, 6, row.LimitGBPerSecond.Median, 1e-9)
	assert.InDelta(t, 4./6, row.Share.Median, 1e-9)
	assert.Len(t, row.StepSeconds, 5)
	assert.InDelta(t, 5e-6, row.StepSeconds[0], 1e-15)
	assert.InDelta(t, 1./6, report.Rows[1].Share.Median, 1e-9)
	assert.Equal(t, 2, p.closed)
	assert.Zero(t, p.limits)
}

// A run that is stopped in the middle of a sample does not wait for its end.
func TestStoppedInASample(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	passes := 0
	p := pretended{before: func() {
		if passes++; passes == 1000 {
			stop()
		}
	}}
	c := config(1000)
	c.Time = time.Minute
	_, err := p.run(ctx, c, drags(p.engine("go", 5)))
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1000, passes)
}

func TestSettings(t *testing.T) {
	var p pretended
	c := config(10)
	c.DType = abi.F64
	rule := bench.Rule{Name: "drag", Manifest: dragManifest, Choose: map[string]string{"state": "two"}, Set: map[string]float64{"lr": 3}, Engines: []bench.Engine{p.engine("go", 1)}}
	report, err := p.run(t.Context(), c, rule)
	require.NoError(t, err)
	assert.Equal(t, []any{"state=two", 56, 320},
		[]any{report.Rows[0].Choices, report.Rows[0].BytesPerElement, report.Rows[0].MemoryBytes})
	for _, c := range []struct {
		change func(*bench.Rule)
		says   string
	}{
		{func(r *bench.Rule) { r.Set = map[string]float64{"rate": 1} }, `no hyperparameter "rate"`},
		{func(r *bench.Rule) { r.Set = map[string]float64{"lr": -1} }, "outside its domain"},
		{func(r *bench.Rule) { r.Choose = map[string]string{"state": "three"} }, `no choice "three"`},
	} {
		wrong := rule
		c.change(&wrong)
		_, err := p.run(t.Context(), config(10), wrong)
		assert.ErrorContains(t, err, c.says)
	}
	assert.Equal(t, 4, p.closed, "also where it could not be set")
}

// Within a round the limit and all engines take turns, and a sample is as many
// steps as fill its share of the time.
func TestTurns(t *testing.T) {
	var p pretended
	c := config(1000)
	c.Time = 25 * time.Microsecond // 5 µs a sample: 1.7 passes of the limit, 5 and 1 steps
	_, err := p.run(t.Context(), c, drags(p.engine("a", 1), p.engine("b", 30)))
	require.NoError(t, err)
	round := "limit a a a a a b"
	assert.True(t, strings.HasSuffix(strings.Join(p.events, " "), strings.Repeat(" "+round, 5)), p.events)
}

// A machine that gets slower gets slower for the limit too.
func TestShareIsOfTheSameRound(t *testing.T) {
	p := pretended{slow: 1}
	p.before = func() { p.slow++ }
	c := config(1000)
	c.Time = time.Microsecond // one pass and one step a sample
	report, err := p.run(t.Context(), c, drags(p.engine("go", 5)))
	require.NoError(t, err)
	row := report.Rows[0]
	assert.InDelta(t, 25, row.NsPerElement.Median, 1e-9, "of 15, 20, 25, 30 and 35 ns, after one pass before the rounds")
	assert.InDelta(t, 20, row.NsPerElement.Low, 1e-9)
	assert.InDelta(t, 30, row.NsPerElement.High, 1e-9)
	assert.InDelta(t, 4./6, row.Share.Low, 1e-9)
	assert.InDelta(t, 4./6, row.Share.High, 1e-9)
}

// What was measured before Ctrl-C is there.
func TestStopped(t *testing.T) {
	var p pretended
	ctx, stop := context.WithCancel(t.Context())
	var begun []bench.Size
	c := config(100, 200, 300)
	c.Begin = func(rule string, elements bench.Size) {
		begun = append(begun, elements)
		if elements == 200 {
			p.before = stop
		}
	}
	report, err := p.run(ctx, c, drags(p.engine("go", 1)))
	assert.ErrorIs(t, err, context.Canceled)
	require.Len(t, report.Rows, 1)
	assert.Equal(t, 100, report.Rows[0].Elements)
	assert.Equal(t, []bench.Size{100, 200}, begun)
	assert.Equal(t, 2, p.closed)
	assert.Zero(t, p.limits)
}

// stuck is an engine whose step ends only where it is interrupted, as that of a
// plugin that hangs does.
type stuck struct {
	host.Engine
	stepping, interrupted chan struct{}
}

func (s *stuck) Step() error {
	close(s.stepping)
	<-s.interrupted
	return errors.New("it was interrupted")
}

func (s *stuck) Interrupt() { close(s.interrupted) }

// A step that hangs ends with the run.
func TestStoppedInAStepThatHangs(t *testing.T) {
	var p pretended
	ctx, stop := context.WithCancel(t.Context())
	hangs := &stuck{stepping: make(chan struct{}), interrupted: make(chan struct{})}
	good := p.engine("go", 1)
	engine := bench.Engine{Name: "plugin", Start: func() (host.Engine, error) {
		var err error
		hangs.Engine, err = good.Start()
		return hangs, err
	}}
	go func() {
		<-hangs.stepping
		stop()
	}()
	_, err := p.run(ctx, config(100), drags(good, engine))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, p.closed)
	assert.Zero(t, p.limits)
}

// broken is an engine that steps twice.
type broken struct {
	host.Engine
	steps int
}

func (b *broken) Step() error {
	if b.steps++; b.steps > 2 {
		return errors.New("it broke")
	}
	return b.Engine.Step()
}

func TestFailures(t *testing.T) {
	var p pretended
	good := p.engine("go", 1)
	for says, start := range map[string]func() (host.Engine, error){
		"drag with 100 elements: engine bad: it won't start": func() (host.Engine, error) { return nil, errors.New("it won't start") },
		"drag with 100 elements: engine bad: it broke": func() (host.Engine, error) {
			engine, err := good.Start()
			return &broken{Engine: engine}, err
		},
	} {
		report, err := p.run(t.Context(), config(100), drags(good, bench.Engine{Name: "bad", Start: start}))
		assert.EqualError(t, err, says)
		assert.Empty(t, report.Rows)
	}
	assert.Equal(t, 3, p.closed)
	assert.Zero(t, p.limits)
}

// The bytes of a step follow from the rule's text: θ is read and written, g read,
// and each state's buffers read, written or both.
func TestBytes(t *testing.T) {
	want := map[string]int{"pnm": 24, "adapnm": 40, "hb": 20, "adam": 28, "sgd": 12}
	for name, bytes := range want {
		rule, ok := plugins.Find(name)
		require.True(t, ok)
		engine := bench.Engine{Name: "go", Start: func() (host.Engine, error) { return host.InProcess(rule), nil }}
		c := config(100)
		c.Time = time.Nanosecond
		report, err := bench.Run(t.Context(), []bench.Rule{{Name: name, Manifest: &rule.Manifest, Engines: []bench.Engine{engine}}}, c)
		require.NoError(t, err)
		assert.Equal(t, bytes, report.Rows[0].BytesPerElement, name)
	}
}

// Prepared tensors have what training has: every tensor steps, from t = 1 on, with
// gradients that are not zero.
func TestPrepare(t *testing.T) {
	rule, _ := plugins.Find("sgd")
	engine := &attached{Engine: host.InProcess(rule)}
	step, err := bench.Prepare(engine, bench.Rule{}, []int{3, 0, 4000}, abi.F32)
	require.NoError(t, err)
	before := append([]float32(nil), abi.Theta[float32](engine.arena, 2)...)
	require.NoError(t, step())
	require.NoError(t, step())
	assert.Equal(t, []int64{2, 2, 2}, engine.arena.Steps())
	for i, theta := range abi.Theta[float32](engine.arena, 2) {
		require.NotEqual(t, before[i], theta)
		require.NotZero(t, abi.Grad[float32](engine.arena, 2)[i])
	}
}

// attached remembers its arena.
type attached struct {
	host.Engine
	arena *abi.Arena
}

func (a *attached) Attach(l *abi.Layout) (arena *abi.Arena, err error) {
	a.arena, err = a.Engine.Attach(l)
	return a.arena, err
}

func TestLimitTakesAnySize(t *testing.T) {
	for _, bytes := range []int{0, 1, 63, 4096, 1 << 20, 5<<20 + 3} {
		for _, threads := range []int{1, 3} {
			pass, end := bench.Limit(bytes, threads)
			assert.NoError(t, pass())
			assert.NoError(t, pass())
			end()
		}
	}
}

// However many threads share it, a pass is over all of the memory, once.
func TestLimitIsTheSameInThreads(t *testing.T) {
	const bytes = 9<<20 + 5
	assert.Equal(t, bench.Passed(bytes, 1), bench.Passed(bytes, 3))
}
