package eval_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/pass"
)

// With few bits, exp, log and powers are within one unit of the last place of
// what many bits say.
func TestBigIsGoodToItsPrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, expr := range []string{"exp(theta)", "log(theta)", "pow(theta, g)"} {
		p := compiled(t, "optimizer x\ntheta[t+1] = "+expr+"\n", pass.Exact)
		for range 100 {
			x, y := math.Exp(4*rng.NormFloat64()), rng.NormFloat64()
			value := func(prec uint) *big.Float {
				u := update(p, nil, floats(x))
				u.T, u.Grad = 1, floats(y)
				require.NoError(t, eval.Big(p, prec, u))
				return u.Theta[0]
			}
			fine, coarse := value(300), value(150)
			off := new(big.Float).Sub(fine, coarse)
			unit := new(big.Float).SetMantExp(big.NewFloat(1), coarse.MantExp(nil)-150)
			assert.LessOrEqual(t, off.Abs(off).Cmp(unit), 0, "%s of %v, %v", expr, x, y)
		}
	}
}

// An error leaves all numbers as they are.
func TestNothingIsStoredByAStepThatFails(t *testing.T) {
	p := compiled(t, "optimizer x\nstate m = 5\nm[t] = m[t-1] + 1\ntheta[t+1] = theta/g + m\n", pass.Exact)
	u := update(p, nil, rats("3", "4"))
	u.T, u.Grad = 1, rats("1", "0")
	require.Error(t, eval.Rat(p, u))
	assert.Equal(t, "3 4", text(u.Theta))
	assert.Equal(t, []*big.Rat{nil, nil}, u.State[0])
	u.Grad = rats("1", "2")
	require.NoError(t, eval.Rat(p, u))
	assert.Equal(t, "9 8", text(u.Theta))
	assert.Equal(t, "6 6", text(u.State[0]))
	u.T, u.Grad = 2, rats("1", "0")
	require.Error(t, eval.Rat(p, u))
	assert.Equal(t, "6 6", text(u.State[0]))
}
