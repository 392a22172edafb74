package host_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// Tensors are views: what is written through one is what the engine sees.
func TestTensorsAreViews(t *testing.T) {
	o := plain(t, host.Config{Set: map[string]float64{"beta1": 0, "lr": 1}})
	theta, grad := slices2[float32](t, o)
	assert.Equal(t, tensor.Shape{2, 3}, o.Theta(0).Shape())
	assert.True(t, o.Theta(2).Shape().IsScalar())
	require.NoError(t, o.Theta(0).SetAt(float32(5), 1, 2))
	require.NoError(t, o.Grad(0).SetAt(float32(1), 1, 2))
	assert.Equal(t, float32(5), theta[0][5])
	assert.Equal(t, float32(1), grad[0][5])
	grad[2][0] = 4
	assert.Equal(t, float32(4), o.Grad(2).Data())
	require.NoError(t, o.Step())
	at, err := o.Theta(0).At(1, 2)
	require.NoError(t, err)
	assert.Equal(t, float32(3), at)
	assert.Equal(t, float32(-8), o.Theta(2).Data())
	o.ZeroGrads()
	assert.Equal(t, [][]float32{make([]float32, 6), make([]float32, 3), {0}}, grad)
}

func TestSetCopiesInAnyOrder(t *testing.T) {
	want := []float32{1, 2, 3, 4, 5, 6}
	transposed := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float32{1, 4, 2, 5, 3, 6}))
	require.NoError(t, transposed.T())
	whole := tensor.New(tensor.WithShape(3, 3), tensor.WithBacking([]float32{0, 0, 0, 1, 2, 3, 4, 5, 6}))
	rows, err := whole.Slice(tensor.S(1, 3))
	require.NoError(t, err)
	broad := tensor.New(tensor.WithShape(2, 4), tensor.WithBacking([]float32{0, 1, 2, 3, 0, 4, 5, 6}))
	columns, err := broad.Slice(nil, tensor.S(1, 4))
	require.NoError(t, err)
	for name, from := range map[string]*tensor.Dense{
		"row-major":    tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6})),
		"column-major": tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float32{1, 2, 3, 4, 5, 6})),
		"transposed":   transposed,
		"rows":         rows.(*tensor.Dense),
		"columns":      columns.(*tensor.Dense),
	} {
		o := plain(t, host.Config{})
		theta, grad := slices2[float32](t, o)
		require.NoError(t, o.SetTheta(0, from), name)
		assert.Equal(t, want, theta[0], name)
		require.NoError(t, o.SetGrad(0, from), name)
		assert.Equal(t, want, grad[0], name)
	}
}

func TestSetScalar(t *testing.T) {
	o := plain(t, host.Config{DType: abi.F64})
	theta, _ := slices2[float64](t, o)
	require.NoError(t, o.SetTheta(2, tensor.New(tensor.FromScalar(2.5))))
	assert.Equal(t, 2.5, theta[2][0])
}

func TestSetErrors(t *testing.T) {
	o := plain(t, host.Config{})
	theta, _ := slices2[float32](t, o)
	float := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
	}
	assert.EqualError(t, o.SetTheta(0, float(3, 2)), `the parameter given for "w" has the shape [3 2]; it must be [2 3]`)
	assert.EqualError(t, o.SetGrad(0, float(6)), `the gradient given for "w" has the shape [6]; it must be [2 3]`)
	assert.EqualError(t, o.SetGrad(2, float(1)), `the gradient given for "s" has the shape [1]; it must be []`)
	assert.EqualError(t, o.SetTheta(1, nil), `the parameter given for "b" is nil`)
	assert.EqualError(t, o.SetTheta(3, float(1)), "no parameter 3; they go from 0 to 2")
	doubles := tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{1, 2, 3}))
	assert.EqualError(t, o.SetTheta(1, doubles), `the parameter given for "b" is of float64; it must be of float32`)
	assert.EqualError(t, o.SetTheta(2, tensor.New(tensor.FromScalar(2.5))),
		`the parameter given for "s" is of float64; it must be of float32`)
	assert.Equal(t, [][]float32{make([]float32, 6), make([]float32, 3), {0}}, theta)
}
