package host_test

import (
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/registry/abi"
)

// threeParams are a matrix, a bias and a scalar.
func threeParams() []host.Param {
	return []host.Param{{Name: "w", Shape: []int{2, 3}}, {Name: "b", Shape: []int{3}, Group: "biases"}, {Name: "s"}}
}

// biases is the group of threeParams.
func biases(set map[string]float64) []host.Group { return []host.Group{{Name: "biases", Set: set}} }

func mustNew(t testing.TB, e host.Engine, params []host.Param, c host.Config) *host.Optimizer {
	o, err := host.New(e, params, c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, o.Close()) })
	return o
}

// plain is lagged over threeParams.
func plain(t testing.TB, c host.Config) *host.Optimizer {
	if c.Groups == nil {
		c.Groups = biases(nil)
	}
	return mustNew(t, host.InProcess(lagged()), threeParams(), c)
}

func slices2[T abi.Float](t testing.TB, o *host.Optimizer) (theta, grad [][]T) {
	theta, err := host.Thetas[T](o)
	require.NoError(t, err)
	grad, err = host.Grads[T](o)
	require.NoError(t, err)
	return theta, grad
}

func TestStepIsTheRule(t *testing.T) {
	o := plain(t, host.Config{Set: map[string]float64{"lr": 0.5}})
	theta, grad := slices2[float32](t, o)
	want := [][]float32{make([]float32, 6), make([]float32, 3), make([]float32, 1)}
	state := make([][][]float32, 3)
	for i := range want {
		state[i] = [][]float32{make([]float32, len(want[i])), make([]float32, len(want[i]))}
	}
	for step := 1; step <= 5; step++ {
		for i := range grad {
			for j := range grad[i] {
				grad[i][j] = float32(step*7+i*3+j) / 8
			}
			pnmStep(&abi.Update[float32]{Hyper: []float64{0.5, 0.9, 0}, T: int64(step), Theta: want[i], Grad: grad[i], State: state[i]})
		}
		require.NoError(t, o.Step())
		require.Equal(t, want, theta, "step %d", step)
	}
	assert.Equal(t, 5, o.Now())
	assert.Equal(t, int64(5), o.Steps(2))
}

// In f64 lr would be the same number in f32 and f64 only by accident.
func TestF64(t *testing.T) {
	o := plain(t, host.Config{DType: abi.F64, Set: map[string]float64{"beta1": 0}})
	theta, grad := slices2[float64](t, o)
	grad[0][5] = 1
	require.NoError(t, o.Step())
	assert.Equal(t, -0.2, theta[0][5])
	assert.Equal(t, abi.F64, o.DType())
	_, err := host.Thetas[float32](o)
	assert.EqualError(t, err, "the optimizer's tensors are f64, not f32; set Config.DType")
}

func TestGroupsHaveTheirOwnHyperparameters(t *testing.T) {
	o := plain(t, host.Config{Set: map[string]float64{"lr": 0.5, "lambda": 0.25}, Groups: []host.Group{
		{Name: "unused"}, {Name: "biases", Set: map[string]float64{"lambda": 0}}, {Name: "unused too"}}})
	theta, _ := slices2[float32](t, o)
	theta[0][0], theta[1][0] = 8, 8
	require.NoError(t, o.Step())
	assert.Equal(t, float32(7), theta[0][0], "decayed")
	assert.Equal(t, float32(8), theta[1][0], "not decayed")
	lambda, err := o.Hyper("biases", "lambda")
	require.NoError(t, err)
	assert.Zero(t, lambda)
	lr, err := o.Hyper("biases", "lr")
	require.NoError(t, err)
	assert.Equal(t, 0.5, lr, "from the default group")
}

func TestSchedules(t *testing.T) {
	half := schedule.Func(func(step int) float64 { return math.Pow(0.5, float64(step)) })
	o := plain(t, host.Config{Schedules: map[string]host.Schedule{"lr": half}, Groups: []host.Group{
		{Name: "biases", Set: map[string]float64{"lr": 4}},
		{Name: "steady", Schedules: map[string]host.Schedule{"lr": nil}}}})
	for step, want := range []float64{0.1, 0.05, 0.025} {
		require.NoError(t, o.Step())
		for group, times := range map[string]float64{"": 1, "biases": 40, "steady": math.Pow(2, float64(step))} {
			lr, err := o.Hyper(group, "lr")
			require.NoError(t, err)
			assert.InDelta(t, want*times, lr, 1e-15, "%q in step %d", group, step)
		}
	}
}

func TestScheduleOutOfDomainChangesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		dtype  abi.DType
		factor float64
		want   string
	}{
		"domain": {abi.F32, 0, "step 1: the default group: lr = 0 is outside its domain (0, inf); the schedule gives 0.1 times 0"},
		"NaN":    {abi.F32, math.NaN(), "lr = NaN is outside its domain (0, inf)"},
		"inf":    {abi.F64, math.Inf(1), "lr = +Inf is outside its domain (0, inf)"},
		"f32":    {abi.F32, 1e40, "lr = 1.0000000000000001e+39 is infinite in f32; the greatest f32 is 3.40282"},
	} {
		t.Run(name, func(t *testing.T) {
			falls := schedule.Func(func(step int) float64 { return []float64{1, c.factor}[step] })
			o := plain(t, host.Config{DType: c.dtype, Schedules: map[string]host.Schedule{"lr": falls}})
			require.NoError(t, o.Step())
			before := snapshot(t, o)
			require.ErrorContains(t, o.Step(), c.want)
			assert.Equal(t, before, snapshot(t, o))
			lr, err := o.Hyper("", "lr")
			require.NoError(t, err)
			assert.Equal(t, 0.1, lr)
		})
	}
}

func TestStepOnlyLeavesTheRestAlone(t *testing.T) {
	o := plain(t, host.Config{})
	theta, grad := slices2[float32](t, o)
	for i := range grad {
		grad[i][0] = 1
	}
	require.NoError(t, o.StepOnly(0, 2, 2))
	assert.NotZero(t, theta[0][0])
	assert.Zero(t, theta[1][0])
	assert.Equal(t, []int64{1, 0, 1}, []int64{o.Steps(0), o.Steps(1), o.Steps(2)})
	require.NoError(t, o.StepOnly(1))
	assert.Equal(t, []int64{1, 1, 1}, []int64{o.Steps(0), o.Steps(1), o.Steps(2)})
	first := theta[2][0]
	require.NoError(t, o.StepOnly())
	assert.Equal(t, first, theta[2][0])
	assert.Equal(t, 3, o.Now())
	assert.EqualError(t, o.StepOnly(0, 3), "no parameter 3; they go from 0 to 2")
	assert.Error(t, o.StepOnly(-1))
	assert.Equal(t, 3, o.Now())
}

func TestFreeze(t *testing.T) {
	o := plain(t, host.Config{})
	theta, grad := slices2[float32](t, o)
	grad[0][0], grad[1][0] = 1, float32(math.NaN())
	o.Freeze(1, true)
	require.NoError(t, o.Step(), "a frozen parameter's gradient does not matter")
	require.NoError(t, o.StepOnly(1))
	assert.Equal(t, []int64{1, 0}, []int64{o.Steps(0), o.Steps(1)})
	assert.Zero(t, theta[1][0])
	o.Freeze(1, false)
	grad[1][0] = 1
	require.NoError(t, o.Step())
	assert.Equal(t, int64(1), o.Steps(1))
	assert.NotZero(t, theta[1][0])
}

func TestChoose(t *testing.T) {
	o := mustNew(t, host.InProcess(adam()), threeParams(), host.Config{Choose: map[string]string{"amsgrad": "on"}, Groups: biases(nil)})
	assert.Equal(t, map[string]string{"amsgrad": "on", "decay": "decoupled"}, o.Options())
	assert.Equal(t, []string{"on", "decoupled"}, o.Variant().Choices)
	assert.Len(t, o.Variant().Slots, 3)
	assert.Equal(t, "adam", o.Manifest().Name)
}

func TestParams(t *testing.T) {
	params := threeParams()
	o := mustNew(t, host.InProcess(lagged()), params, host.Config{Groups: biases(nil)})
	params[0].Shape[0] = 99
	assert.Equal(t, 3, o.Len())
	assert.Equal(t, host.Param{Name: "w", Shape: []int{2, 3}}, o.Param(0))
	i, ok := o.Index("s")
	assert.True(t, ok)
	assert.Equal(t, 2, i)
	_, ok = o.Index("x")
	assert.False(t, ok)
}

func TestNewErrors(t *testing.T) {
	shape := func(d ...int) []host.Param { return []host.Param{{Name: "w", Shape: d}} }
	for want, c := range map[string]struct {
		params []host.Param
		config host.Config
	}{
		"optimizer adam: no parameters; give at least one":                                             {nil, host.Config{}},
		"parameter 0 has no name":                                                                      {[]host.Param{{}}, host.Config{}},
		`parameters 0 and 1 are both named "w"; a name must be unique`:                                 {[]host.Param{{Name: "w"}, {Name: "w"}}, host.Config{}},
		`parameter "w" has the shape [3 -1]; each dimension must be at least 1`:                        {shape(3, -1), host.Config{}},
		`parameter "w" has the shape [0]; each dimension must be at least 1`:                           {shape(0), host.Config{}},
		`which is more elements than any memory holds`:                                                 {shape(math.MaxInt, math.MaxInt), host.Config{}},
		`tensor 0 has 35184372088832 elements`:                                                         {shape(1 << 45), host.Config{}},
		`parameter "w" is in the group "biase", which is not in Config.Groups; did you mean "biases"?`: {[]host.Param{{Name: "w", Group: "biase"}}, host.Config{Groups: biases(nil)}},
		`parameter "w" is in the group "bias", which is not in Config.Groups; there are none`:          {[]host.Param{{Name: "w", Group: "bias"}}, host.Config{}},
		`a group has no name; the default group is set by Config.Set and Config.Schedules`:             {shape(1), host.Config{Groups: []host.Group{{}}}},
		`there are two groups "a"; a name must be unique`:                                              {shape(1), host.Config{Groups: []host.Group{{Name: "a"}, {Name: "a"}}}},
		`no hyperparameter "beta3"; did you mean "beta1"?`:                                             {shape(1), host.Config{Set: map[string]float64{"beta3": 1}}},
		`no hyperparameter "momentum"; there are lr, beta1, beta2, eps`:                                {shape(1), host.Config{Set: map[string]float64{"momentum": 1}}},
		`schedule: no hyperparameter "rate"; there are lr`:                                             {shape(1), host.Config{Schedules: map[string]host.Schedule{"rate": nil}}},
		`group "a": no hyperparameter "LR"; did you mean "lr"?`:                                        {shape(1), host.Config{Groups: []host.Group{{Name: "a", Set: map[string]float64{"LR": 1}}}}},
		`beta1 = 1 is outside its domain [0, 1)`:                                                       {shape(1), host.Config{Set: map[string]float64{"beta1": 1}}},
		`lr = NaN is outside its domain (0, inf)`:                                                      {shape(1), host.Config{Set: map[string]float64{"lr": math.NaN()}}},
		`lr = 1e+300 is infinite in f32`:                                                               {shape(1), host.Config{Set: map[string]float64{"lr": 1e300}}},
		`no option "amsgard"; did you mean "amsgrad"?`:                                                 {shape(1), host.Config{Choose: map[string]string{"amsgard": "on"}}},
		`option decay has no choice "L2"; did you mean "l2"?`:                                          {shape(1), host.Config{Choose: map[string]string{"decay": "L2"}}},
		`option decay has no choice "none"; there are decoupled, l2`:                                   {shape(1), host.Config{Choose: map[string]string{"decay": "none"}}},
		`"f16" is no dtype; it is f32 or f64`:                                                          {shape(1), host.Config{DType: "f16"}},
		`"ignore" is no policy for gradients that are not finite; it is "stop" or "skip"`:              {shape(1), host.Config{NonFinite: "ignore"}},
		`the gradient's norm can't be clipped to -1; it must be a positive number, or 0 for no`:        {shape(1), host.Config{Clip: host.Clip{Norm: -1}}},
		`gradients can't be clipped to NaN; it must be a positive number, or 0 for no clipping`:        {shape(1), host.Config{Clip: host.Clip{Value: math.NaN()}}},
	} {
		o, err := host.New(host.InProcess(adam()), c.params, c.config)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, o)
	}
	_, err := host.New(nil, shape(1), host.Config{})
	assert.EqualError(t, err, "no engine; make one with host.InProcess or host.Load")
	_, err = host.New(host.InProcess(wide()), shape(1), host.Config{})
	assert.EqualError(t, err, "optimizer wide: the rule has no kernel for f32; it has [f64]")
}

// fails is an engine that can be told to fail.
type fails struct {
	host.Engine
	err    error
	closed int
}

func (f *fails) Step() error {
	if f.err != nil {
		return f.err
	}
	return f.Engine.Step()
}

// Go would end the program. Where the system does not say how much memory there
// is, it does.
func TestParametersBeyondMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the memory that is left is read on Linux")
	}
	_, err := host.New(host.InProcess(adam()), []host.Param{{Name: "w", Shape: []int{1 << 40}}}, host.Config{})
	assert.ErrorContains(t, err, "optimizer adam: parameters, gradients and states take 16384.00 GiB of memory, and ")
	assert.ErrorContains(t, err, " GiB are left; give fewer or smaller parameters")
}

func (f *fails) Close() error { f.closed++; return f.Engine.Close() }

func TestEngineFailureIsFinal(t *testing.T) {
	e := &fails{Engine: host.InProcess(lagged())}
	o := mustNew(t, e, threeParams(), host.Config{Groups: biases(nil)})
	require.NoError(t, o.Step())
	e.err = errors.New("the plugin died")
	require.EqualError(t, o.Step(), "step 1: the engine failed; go on from the last checkpoint: the plugin died")
	e.err = nil
	require.EqualError(t, o.Step(), "the optimizer is out of use, since a step failed; make a new one and Restore a checkpoint: the plugin died")
	require.ErrorContains(t, o.Save(t.TempDir(), nil), "the optimizer is out of use")
	assert.Equal(t, int64(1), o.Steps(0))
	assert.Equal(t, 1, o.Now())
}

func TestClose(t *testing.T) {
	e := &fails{Engine: host.InProcess(lagged())}
	o, err := host.New(e, threeParams(), host.Config{Groups: biases(nil)})
	require.NoError(t, err)
	require.NoError(t, o.Close())
	require.NoError(t, o.Close())
	assert.Equal(t, 1, e.closed)
	const closed = "the optimizer is closed; make another one with host.New"
	assert.EqualError(t, o.Step(), closed)
	assert.EqualError(t, o.StepOnly(0), closed)
	assert.EqualError(t, o.SetTheta(0, nil), closed)
	_, err = host.Grads[float32](o)
	assert.EqualError(t, err, closed)
	_, err = o.Hyper("", "lr")
	assert.EqualError(t, err, closed)
	o.ZeroGrads()
	_, err = host.New(e, threeParams(), host.Config{Groups: biases(nil)})
	assert.ErrorContains(t, err, "the engine is closed; make another one")
	assert.Equal(t, 2, e.closed, "New closes the engine where it fails")
}

func TestInProcessEngine(t *testing.T) {
	e := host.InProcess(lagged())
	assert.EqualError(t, e.Step(), "the engine has no arena; call Attach first")
	_, err := e.Attach(nil)
	assert.Error(t, err)
	layout, err := abi.NewLayout(e.Manifest(), 0, abi.F32, []int{0, 3}, []int{0, 0})
	require.NoError(t, err)
	arena, err := e.Attach(layout)
	require.NoError(t, err)
	arena.Steps()[0], arena.Steps()[1] = 1, 1
	require.NoError(t, e.Step())
	second, err := e.Attach(layout)
	require.NoError(t, err)
	assert.Equal(t, []int64{0, 0}, second.Steps(), "a second arena takes the place of the first")
	require.NoError(t, e.Close())
	assert.EqualError(t, e.Step(), "the engine is closed")
}

func TestHyperErrors(t *testing.T) {
	o := plain(t, host.Config{})
	_, err := o.Hyper("bases", "lr")
	assert.EqualError(t, err, `no group "bases"; did you mean "biases"?`)
	_, err = o.Hyper("", "lear")
	assert.ErrorContains(t, err, `no hyperparameter "lear"`)
}

// A step allocates nothing, whatever is switched on.
func TestStepAllocatesNothing(t *testing.T) {
	cosine, err := schedule.Parse("cosine(total=1000000, warmup=3)")
	require.NoError(t, err)
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		o := plain(t, host.Config{DType: d, Schedules: map[string]host.Schedule{"lr": cosine},
			Clip: host.Clip{Value: 2, Norm: 1}})
		only := []int{0, 2}
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			require.NoError(t, o.Step())
			require.NoError(t, o.StepOnly(only...))
		}), "%s", d)
	}
}
