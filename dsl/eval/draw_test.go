package eval_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/num"
	"github.com/optc-lang/optc/dsl/pass"
)

const drawing = `optimizer x
option o = a | b
u = if o = b then normal() else uniform()
theta[t+1] = u + 4*normal()
`

// Every arithmetic takes the number that is drawn in binary64.
func TestDrawnNumbers(t *testing.T) {
	p := compiled(t, drawing, pass.Exact)
	const seed, tensor, step = 1<<64 - 9, 3, 7
	u := num.Uniform[float64](seed, tensor, step, 1, 1)
	z := num.Normal[float64](seed, tensor, step, 2, 1)
	rat := &eval.Update[*big.Rat]{T: step, Seed: seed, Tensor: tensor, Theta: rats("0", "0"), Grad: rats("0", "0")}
	require.NoError(t, eval.Rat(p, rat))
	want := new(big.Rat).SetFloat64(4 * z)
	assert.Equal(t, want.Add(want, new(big.Rat).SetFloat64(u)).RatString(), rat.Theta[1].RatString())
	float := &eval.Update[*big.Float]{T: step, Seed: seed, Tensor: tensor, Theta: floats(0, 0), Grad: floats(0, 0)}
	require.NoError(t, eval.Big(p, 200, float))
	exact, _ := float.Theta[1].Rat(nil)
	assert.Equal(t, want.RatString(), exact.RatString())

	tr := train[float64](p, nil, 0)
	tr.u.T, tr.u.Seed, tr.u.Tensor, tr.u.First = step-1, seed, tensor, 1
	tr.step(0)
	assert.Equal(t, u+4*z, tr.u.Theta[0], "First is the element's index")
	single := train[float32](p, nil, 0, 0)
	single.u.T, single.u.Seed, single.u.Tensor = step-1, seed, tensor
	single.step(0, 0)
	assert.Equal(t, float32(u)+4*float32(z), single.u.Theta[1])
}
