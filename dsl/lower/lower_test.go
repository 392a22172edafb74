package lower_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/dsl/syntax"
)

var update = flag.Bool("update", false, "write the lowered programs into testdata")

func checked(t *testing.T, path, text string) *check.Info {
	t.Helper()
	file, list := syntax.Parse(path, text)
	require.False(t, diag.List(list).HasErrors(), "%v", list)
	info, list := check.Check(file)
	require.False(t, diag.List(list).HasErrors(), "%v", list)
	return info
}

// TestGolden lowers every variant of testdata/NAME.opt and compares the texts
// with testdata/NAME.ir.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.opt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			info := checked(t, file, string(text))
			var all []string
			for _, choices := range lower.Variants(info) {
				p := lower.Program(info, choices)
				require.NoError(t, ir.Verify(p))
				all = append(all, p.String())
			}
			got, golden := strings.Join(all, "\n"), strings.TrimSuffix(file, ".opt")+".ir"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
				return
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
		})
	}
}

// rule lowers the first variant of a rule that has the given lines.
func rule(t *testing.T, lines ...string) *ir.Program {
	t.Helper()
	info := checked(t, "x.opt", "optimizer x\nhyper lr = 1 in (0, inf)\n"+strings.Join(lines, "\n")+"\n")
	p := lower.Program(info, lower.Variants(info)[0])
	require.NoError(t, ir.Verify(p))
	return p
}

// count is the number of a program's values of an operation.
func count(p *ir.Program, op ir.Op) int {
	n := 0
	for _, v := range p.Values {
		if v.Op == op {
			n++
		}
	}
	return n
}

func TestVariantsVaryTheLastOptionFastest(t *testing.T) {
	info := checked(t, "x.opt", `optimizer x
option a = on | off
option b = p | q | r
c = if a and b = p then 2 else 3
theta[t+1] = theta - c*g
`)
	var texts []string
	for _, c := range lower.Variants(info) {
		texts = append(texts, c["a"]+c["b"])
		p := lower.Program(info, c)
		assert.Equal(t, []string{"a=" + c["a"], "b=" + c["b"]}, p.Choices)
	}
	assert.Equal(t, []string{"onp", "onq", "onr", "offp", "offq", "offr"}, texts)
	info = checked(t, "x.opt", "optimizer x\ntheta[t+1] = theta - g\n")
	assert.Equal(t, []lower.Choices{{}}, lower.Variants(info))
}

func TestChainsAreShort(t *testing.T) {
	cases := []struct {
		power    string
		products int
	}{
		{"lr^0", 0}, {"lr^1", 0}, {"lr^2", 1}, {"lr^3", 2}, {"lr^7", 4}, {"lr^8", 3},
		{"theta^64", 6}, {"theta^63", 10}, {"theta^(-64)", 6},
		{"lr^1000000000", 41},
		{"lr^9223372036854775807", 124},
		{"lr^9223372036854775808", 63},
		{"lr^(-9223372036854775808)", 63},
		{"lr^1" + strings.Repeat("0", 300), 1341},
	}
	for _, c := range cases {
		p := rule(t, "theta[t+1] = "+c.power+"*1")
		assert.Equal(t, c.products, count(p, ir.Mul)-1, c.power)
		assert.Zero(t, count(p, ir.Pow)+count(p, ir.PowInt), c.power)
	}
}

func TestPowersByTheFormOfTheirExponent(t *testing.T) {
	cases := []struct {
		power                 string
		products, chains, any int
	}{
		{"lr^2", 1, 0, 0},
		{"lr^-2", 1, 0, 0},
		{"pow(lr, 2)", 1, 0, 0},
		{"lr^2.0", 0, 0, 1},
		{"lr^2e0", 0, 0, 1},
		{"lr^t", 0, 1, 0},
		{"lr^-t", 0, 1, 0},
		{"lr^(2*t - 1)", 1, 1, 0}, // the product is the exponent's
		{"lr^(t/2)", 0, 0, 1},
		{"lr^0.5", 0, 0, 1},
		{"lr^lr", 0, 0, 1},
		{"theta^3", 2, 0, 0},
		{"theta^lr", 0, 0, 1},
		{"pow(2, g)", 0, 0, 1},
	}
	for _, c := range cases {
		p := rule(t, "theta[t+1] = "+c.power)
		assert.Equal(t, []int{c.products, c.chains, c.any},
			[]int{count(p, ir.Mul), count(p, ir.PowInt), count(p, ir.Pow)}, c.power)
	}
}

func TestAChoiceOfElementsIsATensorWhateverItsArms(t *testing.T) {
	p := rule(t, "a = 2*lr", "b = if g > 0 then a else a", "theta[t+1] = theta - b*lr")
	assert.Equal(t, ir.Tensor, p.Values[p.Stores[0].Value].Type)
	for _, v := range p.Values {
		if v.Op == ir.Mul && v.Type == ir.Scalar {
			assert.Equal(t, "a", v.Name, "b*lr is computed in the dtype")
		}
	}
}

// What the options decide is not lowered at all, neither the condition nor the
// arm that is not taken.
func TestDecidedConditions(t *testing.T) {
	lines := func(cond string) []string {
		return []string{
			"option o = on | off", "option d = no | l2",
			"theta[t+1] = if " + cond + " then theta else -theta",
		}
	}
	for cond, then := range map[string]bool{
		"o": true, "not o": false, "d = no": true, "d != no": false, "d = l2 or o": true,
		"not o and norm(g) > 1": false, "norm(g) > 1 and not o": false, "o or norm(g) > 1": true, "norm(g) > 1 or o": true,
		"not (not o and norm(g) > 1)": true, "d = l2 and (norm(g) > 1 or norm(g) < 0) or o": true,
	} {
		p := rule(t, lines(cond)...)
		assert.Zero(t, count(p, ir.Norm), cond)
		assert.Zero(t, count(p, ir.Select), cond)
		assert.Equal(t, then, p.Values[p.Stores[0].Value].Op == ir.ThetaIn, cond)
	}
	for cond, op := range map[string]ir.Op{
		"o and lr > 1": ir.Gt, "lr > 1 and o": ir.Gt, "lr > 1 or d = l2": ir.Gt, "not o or g > lr": ir.Gt,
		"o and not lr > 1": ir.Not, "lr > 1 or g > 1": ir.Or, "lr > 1 and lr < 2": ir.And,
	} {
		p := rule(t, lines(cond)...)
		choice := p.Values[p.Stores[0].Value]
		require.Equal(t, ir.Select, choice.Op, cond)
		assert.Equal(t, op, p.Values[choice.Args[0]].Op, cond)
	}
}

// A call has the same number in all variants, also where arms before it are not
// there; a name is one call, however often it is used.
func TestCallsThatDrawAreNumberedInTheText(t *testing.T) {
	info := checked(t, "x.opt", `optimizer x
option o = on | off
if o { a = normal()  b = uniform()*a } else { b = if t > 1 then uniform() else normal() }
c = normal()
theta[t+1] = c*c - b + normal()
`)
	var drawn [][]string
	for _, choices := range lower.Variants(info) {
		var names []string
		for _, v := range lower.Program(info, choices).Values {
			if v.Op.Random() {
				names = append(names, fmt.Sprint(v.Op, v.Ref))
			}
		}
		drawn = append(drawn, names)
	}
	assert.Equal(t, [][]string{{"normal 0", "uniform 1", "normal 4", "normal 5"}, {"uniform 2", "normal 3", "normal 4", "normal 5"}}, drawn)
}

func TestStatementsOfOneLineShareItsText(t *testing.T) {
	p := rule(t, "a = 2*lr   b = 3*a", "theta[t+1] = a*b*g")
	assert.Equal(t, "a = 2*lr; b = 3*a", p.LineText(3))
	assert.Equal(t, "theta[t+1] = a*b*g", p.LineText(4))
}

// The two notations give one program.
func TestNotations(t *testing.T) {
	ascii := "optimizer x\nhyper lr = 1 in (0, inf)\nhyper beta1 = 0.5 in [0, 1)\nstate m\nm[t] = beta1^2*m[t-2] + (1 - beta1^t)*g\ntheta[t+1] = theta - lr/sqrt(m)*m[t-1]^12\n"
	info := checked(t, "x.opt", ascii)
	math := checked(t, "x.opt", syntax.Format(info.File, syntax.Math))
	assert.Equal(t, lower.Program(info, nil).String(), lower.Program(math, nil).String())
}

// Every rule that ships goes through the passes.
func TestShippedRules(t *testing.T) {
	files, err := filepath.Glob("../../plugins/*/*.opt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		info := checked(t, file, string(text))
		for _, c := range lower.Variants(info) {
			for _, pipeline := range [][]pass.Pass{pass.Pipeline, pass.Exact} {
				p, err := pass.Run(lower.Program(info, c), pipeline)
				require.NoError(t, err)
				again, err := ir.Parse(p.String())
				require.NoError(t, err)
				assert.Equal(t, p.String(), again.String())
			}
		}
	}
}
