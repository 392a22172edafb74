package spec_test

import (
	"maps"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The laws of PNM without any rounding of a dtype. With b = β1 and the gain
// β0 = -b/(1+b), the filter of PNM's two momenta is that of Heavy Ball in the
// Adam style: with z for one step back,
//
//	(1-b²)((1+β0) - β0 z)/(1 - b²z²) = (1-b)(1 + bz)/((1-bz)(1+bz)) = (1-b)/(1 - bz).
//
// The root that divides the rate, √((1+β0)² + β0²), is √(1+b²)/(1+b). It is
// rational where 1 + b² is a square, as it is for the b of a Pythagorean triple.
var triples = []string{"0", "3/4", "5/12", "8/15", "7/24", "20/21"}

// ratios are hyperparameters without rounding, by name.
type ratios map[string]*big.Rat

// and is a copy with some more, or others.
func (r ratios) and(name string, x *big.Rat) ratios {
	all := maps.Clone(r)
	all[name] = x
	return all
}

// ratio reads a fraction or a decimal.
func ratio(text string) *big.Rat {
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text + " is no fraction")
	}
	return x
}

// neutral is the gain at which the momenta of PNM are one, for a β1.
func neutral(beta1 *big.Rat) *big.Rat {
	gain := new(big.Rat).Quo(beta1, new(big.Rat).Add(ratio("1"), beta1))
	return gain.Neg(gain)
}

// gainSquare is (1+β0)² + β0², by which PNM enlarges the variance of noise.
func gainSquare(beta0 *big.Rat) *big.Rat {
	up := new(big.Rat).Add(ratio("1"), beta0)
	return up.Add(up.Mul(up, up), new(big.Rat).Mul(beta0, beta0))
}

// rationalRoot is the root of a square.
func rationalRoot(t *testing.T, x *big.Rat) *big.Rat {
	root := new(big.Rat).SetFrac(new(big.Int).Sqrt(x.Num()), new(big.Int).Sqrt(x.Denom()))
	require.Zero(t, new(big.Rat).Mul(root, root).Cmp(x), "%s is no square", x)
	return root
}

func times(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }

func over(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }

// pair is a rule of PNM's family and what it is at the neutral gain.
type pair struct {
	pnm, other exactUse
}

// pnmPair is PNM and Heavy Ball for one β1, whose root must be rational.
// Decoupled decay is lr·lambda, which the root must leave as it is.
func pnmPair(t *testing.T, beta1 *big.Rat, decay string) pair {
	beta0 := neutral(beta1)
	root := rationalRoot(t, gainSquare(beta0))
	set := ratios{"lr": ratio("7/10"), "beta1": beta1, "lambda": ratio("1/20")}
	ball := set.and("lr", over(set["lr"], root)).and("beta3", new(big.Rat).Sub(ratio("1"), beta1))
	if decay == "decoupled" {
		ball = ball.and("lambda", times(set["lambda"], root))
	}
	option := "decay=" + decay
	return pair{exactPlugin(t, "pnm", set.and("beta0", beta0), option), exactPlugin(t, "hb", ball, option)}
}

func TestPNMIsHeavyBallInRationalNumbers(t *testing.T) {
	for _, beta1 := range triples {
		for _, decay := range []string{"l2", "decoupled"} {
			p := pnmPair(t, ratio(beta1), decay)
			assert.Empty(t, firstApart(t, p.pnm, p.other), "beta1 = %s, decay = %s", beta1, decay)
		}
	}
}

// TestRationalLawCanFail: each of the law's numbers is needed. The wrong gains
// are those of other triples, so that the root stays rational.
func TestRationalLawCanFail(t *testing.T) {
	for _, decay := range []string{"l2", "decoupled"} {
		p := pnmPair(t, ratio("3/4"), decay)
		for _, beta0 := range []string{"0", "3", "-5/17", "-8/23"} {
			wrong := p.pnm
			wrong.set = wrong.set.and("beta0", ratio(beta0))
			assert.NotEmpty(t, firstApart(t, wrong, p.other), "beta0 = %s", beta0)
		}
		for _, name := range []string{"lr", "beta1", "beta3", "lambda"} {
			wrong := p.other
			wrong.set = wrong.set.and(name, times(wrong.set[name], ratio("1000001/1000000")))
			assert.NotEmpty(t, firstApart(t, p.pnm, wrong), "%s of hb", name)
		}
	}
}

// rootless is PNM before its root divides the rate: rational for every β1.
const rootless = `optimizer rootless
hyper lr    = 0.1 in (0, inf)
hyper beta1 = 0.9 in [0, 1)
hyper beta0 = 1   in [-1, inf)
state m
m[t]       = beta1^2*m[t-2] + (1 - beta1^2)*g
theta[t+1] = theta - lr*((1 + beta0)*m - beta0*m[t-1])
`

// TestMomentaAreOneInRationalNumbers is the law without the root, for values of
// β1 that people use.
func TestMomentaAreOneInRationalNumbers(t *testing.T) {
	for _, text := range []string{"1/10", "1/2", "0.83", "0.9", "0.99", "0.999"} {
		beta1 := ratio(text)
		set := ratios{"lr": ratio("7/10"), "beta1": beta1, "beta0": neutral(beta1)}
		ball := ratios{"lr": set["lr"], "beta1": beta1, "beta3": new(big.Rat).Sub(ratio("1"), beta1)}
		other := exactPlugin(t, "hb", ball)
		assert.Empty(t, firstApart(t, exactText(t, rootless, set), other), "beta1 = %s", text)
		wrong := set.and("beta0", new(big.Rat).Add(set["beta0"], ratio("1e-30")))
		assert.NotEmpty(t, firstApart(t, exactText(t, rootless, wrong), other), "beta1 = %s", text)
	}
}

// adaPairs are AdaPNM at the neutral gain and what it is then. The decay of the
// decoupled form is lr·lambda, and the root is not in that rate.
func adaPairs(t *testing.T, beta1, beta2, lambda, root *big.Rat) map[string]pair {
	set := ratios{"lr": ratio("1/8"), "beta1": beta1, "beta2": beta2, "eps": ratio("1/1000"), "lambda": lambda}
	less := set.and("lr", over(set["lr"], root))
	kept := less.and("lambda", times(lambda, root))
	ada := set.and("beta0", neutral(beta1))
	return map[string]pair{
		"adam":    {exactPlugin(t, "adapnm", ada, "decay=l2", "amsgrad=off"), exactPlugin(t, "adam", less)},
		"amsgrad": {exactPlugin(t, "adapnm", ada, "decay=l2", "amsgrad=on"), exactPlugin(t, "amsgrad", less, "follow=torch")},
		"adamw":   {exactPlugin(t, "adapnm", ada, "decay=decoupled", "amsgrad=off"), exactPlugin(t, "adamw", kept, "follow=torch")},
	}
}

// TestAdaPNMIsAdamInRationalNumbers takes β2 = 0, for which the root of the
// second moment is |g|, or the greatest |g| so far, and so rational. With L2
// decay the second moment has θ in it, and its numbers double in length from
// step to step; decay is left to the test of 200 bits.
func TestAdaPNMIsAdamInRationalNumbers(t *testing.T) {
	for _, text := range triples {
		beta1 := ratio(text)
		root := rationalRoot(t, gainSquare(neutral(beta1)))
		for name, p := range adaPairs(t, beta1, ratio("0"), ratio("0"), root) {
			assert.Empty(t, firstApart(t, p.pnm, p.other), "beta1 = %s, %s", text, name)
			wrong := p.pnm
			wrong.set = wrong.set.and("beta0", ratio("3"))
			assert.NotEmpty(t, firstApart(t, wrong, p.other), "beta1 = %s, %s", text, name)
		}
	}
}

// The two forms round in different orders, so that they differ in the last bits
// whatever the precision. That the difference is nothing but rounding is shown
// by its shrinking with the precision: slack is how many of the last bits the
// roundings of a run may spoil.
const slack = 16

func TestAdaPNMIsAdamInManyBits(t *testing.T) {
	for _, text := range []string{"0.1", "0.5", "0.83", "0.9", "0.99"} {
		for _, prec := range []uint{200, 400} {
			for name, p := range adaPairsInBits(t, ratio(text), prec) {
				apart := log2Apart(t, p.pnm, p.other, prec)
				assert.LessOrEqual(t, apart, slack-int(prec), "beta1 = %s, %s, %d bits", text, name, prec)
			}
		}
	}
}

// adaPairsInBits rounds the root of the gain to more bits than the runs have.
func adaPairsInBits(t *testing.T, beta1 *big.Rat, prec uint) map[string]pair {
	return adaPairs(t, beta1, ratio("0.97"), ratio("1/20"), rootInBits(gainSquare(neutral(beta1)), 2*prec))
}

func rootInBits(square *big.Rat, prec uint) *big.Rat {
	x := new(big.Float).SetPrec(prec).SetRat(square)
	root, _ := x.Sqrt(x).Rat(nil)
	return root
}

// TestLawInManyBitsCanFail: a part in a million in any number of AdaPNM is seen.
func TestLawInManyBitsCanFail(t *testing.T) {
	const prec = 200
	for name, p := range adaPairsInBits(t, ratio("0.9"), prec) {
		for _, spoil := range []string{"beta0", "beta1", "beta2", "eps", "lambda", "lr"} {
			wrong := p.pnm
			wrong.set = wrong.set.and(spoil, times(wrong.set[spoil], ratio("1.000001")))
			assert.Greater(t, log2Apart(t, wrong, p.other, prec), -40, "%s spoilt, %s", spoil, name)
		}
	}
}

// TestPNMIsHeavyBallInManyBits is the law for values of β1 with an irrational root.
func TestPNMIsHeavyBallInManyBits(t *testing.T) {
	const prec = 200
	for _, text := range []string{"0.1", "0.5", "0.9", "0.99"} {
		beta1 := ratio(text)
		root := rootInBits(gainSquare(neutral(beta1)), 2*prec)
		set := ratios{"lr": ratio("7/10"), "beta1": beta1, "lambda": ratio("1/20"), "beta0": neutral(beta1)}
		ball := ratios{"lr": over(set["lr"], root), "beta1": beta1, "lambda": set["lambda"], "beta3": new(big.Rat).Sub(ratio("1"), beta1)}
		one, other := exactPlugin(t, "pnm", set, "decay=l2"), exactPlugin(t, "hb", ball, "decay=l2")
		assert.LessOrEqual(t, log2Apart(t, one, other, prec), slack-prec, "beta1 = %s", text)
		other.set = other.set.and("lr", set["lr"])
		assert.Greater(t, log2Apart(t, one, other, prec), -40, "the root is needed")
	}
}
