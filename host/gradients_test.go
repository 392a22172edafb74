package host_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// snapshot is all that a step may change.
type shot struct {
	theta, grad any
	t           []int64
	now         int
}

func snapshot(t testing.TB, o *host.Optimizer) shot {
	var s shot
	if o.DType() == abi.F64 {
		s.theta, s.grad = copies[float64](t, o)
	} else {
		s.theta, s.grad = copies[float32](t, o)
	}
	for i := range o.Len() {
		s.t = append(s.t, o.Steps(i))
	}
	s.now = o.Now()
	return s
}

// copies are bits, for NaN is not equal to itself.
func copies[T abi.Float](t testing.TB, o *host.Optimizer) (theta, grad [][]uint64) {
	thetas, grads := slices2[T](t, o)
	return bits(thetas), bits(grads)
}

func bits[T abi.Float](values [][]T) (all [][]uint64) {
	for _, v := range values {
		var one []uint64
		for _, x := range v {
			one = append(one, math.Float64bits(float64(x)))
		}
		all = append(all, one)
	}
	return all
}

func TestNonFiniteStops(t *testing.T) {
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			o := plain(t, host.Config{DType: d, Clip: host.Clip{Norm: 1e-3}})
			set := func(x float64) { require.NoError(t, setGrad(o, 0, 4, x)) }
			set(0.25)
			require.NoError(t, o.Step())
			set(bad)
			before := snapshot(t, o)
			err := o.Step()
			var nonFinite *host.NonFiniteError
			require.ErrorAs(t, err, &nonFinite)
			assert.Equal(t, before, snapshot(t, o))
			assert.Equal(t, "w", nonFinite.Param)
			assert.Equal(t, 4, nonFinite.Index)
			assert.Equal(t, math.Float64bits(bad)>>52, math.Float64bits(nonFinite.Value)>>52)
			set(0.25)
			require.NoError(t, o.Step(), "the next good gradient is taken")
		}
	}
}

func setGrad(o *host.Optimizer, param, element int, x float64) error {
	if o.DType() == abi.F64 {
		g, err := host.Grads[float64](o)
		if err == nil {
			g[param][element] = x
		}
		return err
	}
	g, err := host.Grads[float32](o)
	if err == nil {
		g[param][element] = float32(x)
	}
	return err
}

func TestNonFiniteMessage(t *testing.T) {
	o := plain(t, host.Config{})
	require.NoError(t, setGrad(o, 0, 5, math.Inf(-1)))
	assert.EqualError(t, o.Step(), `step 0: the gradient of "w" is -Inf at element 5, which is [1 2] of the shape [2 3]; nothing was changed`)
	require.NoError(t, setGrad(o, 0, 5, 0))
	require.NoError(t, setGrad(o, 2, 0, math.NaN()))
	assert.EqualError(t, o.Step(), `step 0: the gradient of "s", a scalar, is NaN; nothing was changed`)
}

func TestNonFiniteSkips(t *testing.T) {
	o := plain(t, host.Config{NonFinite: host.Skip})
	require.NoError(t, setGrad(o, 1, 2, math.NaN()))
	before := snapshot(t, o)
	require.NoError(t, o.Step())
	after := snapshot(t, o)
	assert.Equal(t, 1, after.now, "schedules go on")
	after.now = 0
	assert.Equal(t, before, after)
	assert.Equal(t, 1, o.Skipped())
	require.NoError(t, setGrad(o, 1, 2, 1))
	require.NoError(t, o.Step())
	assert.Equal(t, int64(1), o.Steps(1), "t was not counted")
	assert.Equal(t, 1, o.Skipped())
}

// The first bad element is found at every place, whatever stands around it.
func TestNonFiniteAtEveryPlace(t *testing.T) {
	for _, d := range []abi.DType{abi.F32, abi.F64} {
		for _, n := range []int{1, 7, 8, 15, 16, 17, 40} {
			o := mustNew(t, host.InProcess(lagged()), []host.Param{{Name: "a", Shape: []int{n}}}, host.Config{DType: d})
			for at := range n {
				for i := range n {
					require.NoError(t, setGrad(o, 0, i, []float64{-math.MaxFloat32, 0, math.SmallestNonzeroFloat32}[i%3]))
				}
				require.NoError(t, o.Step())
				require.NoError(t, setGrad(o, 0, n-1, math.NaN()))
				require.NoError(t, setGrad(o, 0, at, math.Inf(-1)))
				var bad *host.NonFiniteError
				require.ErrorAs(t, o.Step(), &bad)
				require.Equal(t, at, bad.Index, "%s, %d elements", d, n)
			}
		}
	}
}

// The greatest finite numbers and subnormals are finite.
func TestFiniteExtremesPass(t *testing.T) {
	for _, x := range []float64{math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, math.Copysign(0, -1)} {
		o := plain(t, host.Config{})
		require.NoError(t, setGrad(o, 0, 0, x))
		assert.NoError(t, o.Step(), "%v", x)
	}
	for _, x := range []float64{math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64} {
		o := plain(t, host.Config{DType: abi.F64})
		require.NoError(t, setGrad(o, 0, 0, x))
		assert.NoError(t, o.Step(), "%v", x)
	}
}

func TestClipValue(t *testing.T) {
	o := plain(t, host.Config{Clip: host.Clip{Value: 0.1}})
	_, grad := slices2[float32](t, o)
	copy(grad[0], []float32{-5, -0.05, 0, 0.05, 5, 0.1})
	require.NoError(t, o.StepOnly(0))
	greatest := math.Nextafter32(0.1, 0) // float32(0.1) is above 0.1
	assert.Equal(t, []float32{-greatest, -0.05, 0, 0.05, greatest, greatest}, grad[0])
}

func TestClipNorm(t *testing.T) {
	o := plain(t, host.Config{DType: abi.F64, Clip: host.Clip{Norm: 2.5}})
	_, grad := slices2[float64](t, o)
	set := func() { grad[0][1], grad[1][2], grad[2][0] = 3, -4, 100 }
	set()
	require.NoError(t, o.StepOnly(0, 1))
	assert.Equal(t, []float64{0, 1.5, 0, 0, 0, 0}, grad[0])
	assert.Equal(t, []float64{0, 0, -2}, grad[1])
	assert.Equal(t, 100.0, grad[2][0], "it takes no part in the step")
	require.NoError(t, o.StepOnly(0, 1))
	assert.Equal(t, []float64{0, 1.5, 0, 0, 0, 0}, grad[0], "a norm equal to the bound stays")
}

func TestClipValueComesBeforeNorm(t *testing.T) {
	o := plain(t, host.Config{DType: abi.F64, Clip: host.Clip{Value: 1, Norm: 1}})
	_, grad := slices2[float64](t, o)
	copy(grad[1], []float64{100, 1, 1})
	require.NoError(t, o.StepOnly(1))
	assert.InDeltaSlice(t, []float64{1 / math.Sqrt(3), 1 / math.Sqrt(3), 1 / math.Sqrt(3)}, grad[1], 1e-15)
}

// Squares that overflow or vanish in binary64 do no harm.
func TestClipNormOfExtremes(t *testing.T) {
	for _, x := range []float64{1e300, 1e-200, math.MaxFloat64, 0x1p-1060} {
		o := plain(t, host.Config{DType: abi.F64, Clip: host.Clip{Norm: x}})
		_, grad := slices2[float64](t, o)
		grad[0][0], grad[0][1] = x, -x
		require.NoError(t, o.StepOnly(0))
		assert.InEpsilon(t, x/math.Sqrt2, grad[0][0], max(1e-12, 0x1p-1074/x))
		assert.Equal(t, -grad[0][0], grad[0][1])
	}
}

// Against exact arithmetic, over more elements than one block.
func TestClipNormAgainstExact(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	o := mustNew(t, host.InProcess(lagged()), []host.Param{{Name: "a", Shape: []int{5000}}, {Name: "b", Shape: []int{77}}},
		host.Config{Clip: host.Clip{Norm: 1}})
	_, grad := slices2[float32](t, o)
	sum := new(big.Float).SetPrec(300)
	for _, g := range grad {
		for i := range g {
			g[i] = float32(dice.NormFloat64())
			x := new(big.Float).SetPrec(300).SetFloat64(float64(g[i]))
			sum.Add(sum, x.Mul(x, x))
		}
	}
	norm, _ := sum.Sqrt(sum).Float64()
	want := float32(float64(grad[1][76]) / norm)
	require.NoError(t, o.Step())
	assert.InEpsilon(t, want, grad[1][76], 1e-6)
}
