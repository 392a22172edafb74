package num_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/num"
)

// pairwise adds neighbours level by level, as LANGUAGE.md, section 8, says.
func pairwise(sums []float64) float64 {
	if len(sums) == 0 {
		return 0
	}
	for len(sums) > 1 {
		var up []float64
		for i := 0; i < len(sums); i += 2 {
			if i+1 < len(sums) {
				up = append(up, sums[i]+sums[i+1])
			} else {
				up = append(up, sums[i])
			}
		}
		sums = up
	}
	return sums[0]
}

// wide is a number whose sums depend on their order.
func wide(rng *rand.Rand) float64 { return rng.NormFloat64() * math.Ldexp(1, rng.IntN(40)) }

func TestTreeAddsPairsOfNeighbours(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	orderMatters := false
	for n := range 600 {
		var tree num.Tree
		sums, plain := make([]float64, n), 0.0
		for i := range sums {
			sums[i] = wide(rng)
			plain += sums[i]
			tree.Add(sums[i])
		}
		same(t, pairwise(sums), tree.Sum(), n, "blocks")
		same(t, pairwise(sums), tree.Sum(), n, "blocks, asked again")
		orderMatters = orderMatters || plain != tree.Sum()
	}
	assert.True(t, orderMatters, "the numbers can't tell one order from another")
}

func TestTreeAndSignedZeros(t *testing.T) {
	var none, one num.Tree
	same(t, 0, none.Sum(), "no blocks")
	one.Add(negZero)
	same(t, negZero, one.Sum(), "one block goes up as it is")
	one.Add(negZero)
	same(t, negZero, one.Sum(), "two")
}

func TestLanesAddInTheirOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 1000 {
		var l num.Lanes
		for j := range l {
			l[j] = wide(rng)
		}
		left := (l[0] + l[4]) + (l[2] + l[6])
		right := (l[1] + l[5]) + (l[3] + l[7])
		same(t, left+right, l.Sum())
	}
	same(t, 0, new(num.Lanes).Sum())
}
