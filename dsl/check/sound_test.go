package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/syntax"
)

// verify lowers every variant of a sound rule.
func verify(t *testing.T, info *check.Info) {
	t.Helper()
	for _, v := range lower.Variants(info) {
		require.NoError(t, ir.Verify(lower.Program(info, v)), "%v", v)
	}
}

func TestSoundRules(t *testing.T) {
	paths, err := filepath.Glob("testdata/sound/*.opt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			_, info, list := findings(path, string(text))
			require.Empty(t, list)
			verify(t, info)
		})
	}
}

// sound are statements that are allowed where they look as if they were not.
var sound = map[string]string{
	"one arm of an option is used under the same option": `
		option o = on | off
		if o { gd = g + theta }
		if o { theta[t+1] = theta - lr*gd } else { theta[t+1] = theta - lr*g }`,
	"an option decides a mixed condition": `
		option o = on | off
		if o and t > 3 { d = lr } else { d = 2*lr }
		theta[t+1] = theta - d*g`,
	"an option hides a condition of elements in a branch": `
		option o = on | off
		if (if o then 1 else 2) > 1 or o and not o and g > 0 { d = lr } else { d = 2*lr }
		theta[t+1] = theta - d*g`,
	"a tensor in one variant only, reduced there": `
		option o = on | off
		a = if o then g else lr
		theta[t+1] = theta - lr*(if o then norm(a) else a)*g`,
	"options share a choice, and a choice the name of a state": `
		option o = m | off
		option p = on | off
		state m
		m[t] = m[t-1] + g
		theta[t+1] = theta - lr*(if o = m and p then m else g)`,
	"a choice under the name of a hyperparameter": `
		option o = lr | g | sqrt
		theta[t+1] = if o = lr then theta - lr*g else (if o != sqrt then theta else g)`,
	"uses above declarations": `
		theta[t+1] = theta - late*lr*m[t-1]
		m[t] = g
		hyper late = 1 in [0, 1]
		state m`,
	"initial values": `
		option o = on | off
		state a = g^2
		state b = if o then 1e-6 else (if g > 0 then lr else -theta[t])
		a[t] = a[t-1] + g
		b[t] = b[t-1]*a
		theta[t+1] = theta - lr*b`,
	"a scalar for a state": `
		state a
		a[t] = lr
		theta[t+1] = theta - a[t-1]*norm(a)`,
	"a scalar in one arm and a tensor in the other": `
		if t > 1 { a = lr } else { a = g }
		theta[t+1] = theta - a*norm(a)`,
	"deep branches": `
		state m
		if t > 1 { if t > 2 { m[t] = g  d = 1 } else if t > 3 { m[t] = lr  d = 2 } else { d = 3  m[t] = m[t-1] } }
		else { d = 4  m[t] = m[t-8] }
		theta[t+1] = theta - lr*m*d`,
	"whole exponents": `
		theta[t+1] = theta - g^64*g^-64*lr^(t*2 - 100)*g^0*pow(g, -3)`,
	"random numbers in branches, reductions and conditions": `
		option o = on | off
		if norm(normal()) > t { a = lr*uniform() } else { a = normal() }
		theta[t+1] = theta - (if uniform() < 0.5 then a else (if o then normal() else g))^2`,
	"gradient and parameter of this step": `
		theta[t+1] = theta[t] - lr*g[t]`,
	"a name in both arms of a branch in an arm": `
		if t > 1 { if t > 2 { a = 1 } else { a = 2 }  b = a } else { b = 3 }
		theta[t+1] = theta - lr*b*g`,
	"an option decides what is not of options alone": `
		option o = on | off
		option p = a | b
		d = if p = a then lr else (if (t > 3 and p = a) or p = a then 1 else (if o then 2 else 3))
		theta[t+1] = theta - d*g`,
	"a tensor branch in a dead arm": `
		option o = on | off
		if o and not o { if g > 0 { theta[t+1] = theta } } else { theta[t+1] = theta - lr*g }`,
}

func TestSoundStatements(t *testing.T) {
	for name, body := range sound {
		t.Run(name, func(t *testing.T) {
			_, info, list := findings("sound.opt", "optimizer x\nhyper lr = 0.1 in (0, inf)\n"+body)
			require.Empty(t, list)
			verify(t, info)
		})
	}
}

func TestInfo(t *testing.T) {
	_, info, list := findings("x.opt", `optimizer x "A title"
		paper "one" paper "two" doc "three" version "1.2.3-rc.1"
		hyper a = -0.50 in [-1, inf) "of a"
		hyper b = 1e-8 in (0, 1]
		option o = on | off "of o"
		state m = g^2 "of m"
		m[t] = m[t-1] + a*b*g
		theta[t+1] = theta - (if o then m else g)`)
	require.Empty(t, list)
	assert.Equal(t, []string{"x", "A title", "1.2.3-rc.1"}, []string{info.Name, info.Title, info.Version})
	assert.Equal(t, []string{"one", "two"}, info.Paper)
	assert.Equal(t, []string{"three"}, info.Doc)
	require.Len(t, info.Hypers, 2)
	inf := info.Hypers[0].Hi
	assert.Equal(t, check.Hyper{Name: "a", Default: -0.5, DefaultText: "-0.50", Lo: -1, Hi: inf, HiOpen: true, Doc: "of a"}, info.Hypers[0])
	assert.Greater(t, inf, 1e308)
	assert.Equal(t, check.Hyper{Name: "b", Default: 1e-8, DefaultText: "1e-8", Lo: 0, Hi: 1, LoOpen: true}, info.Hypers[1])
	assert.Equal(t, []check.Option{{Name: "o", Choices: []string{"on", "off"}, Doc: "of o"}}, info.Options)
	require.Len(t, info.States, 1)
	assert.Equal(t, "m", info.States[0].Name)
	assert.NotNil(t, info.States[0].Init)
	assert.Len(t, info.Body, 2)
}

func TestTypes(t *testing.T) {
	cases := map[string]check.Type{
		"t": check.Scalar, "lr*2 - t": check.Scalar, "norm(g)": check.Scalar, "2": check.Scalar,
		"if t > 1 then 1 else 2": check.Scalar, "if o then 1 else lr": check.Scalar,
		"g": check.Tensor, "theta[t]": check.Tensor, "m[t-1]": check.Tensor, "m": check.Tensor, "lr*g": check.Tensor,
		"if t > 1 then g else 2": check.Tensor, "if g > 1 then 1 else 2": check.Tensor,
		"if o then g else 2": check.Tensor, "max(1, g)": check.Tensor, "normal()": check.Tensor, "lr*uniform()": check.Tensor, "sum(normal())": check.Scalar, "lr^g": check.Tensor,
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			_, info, _ := findings("x.opt", "optimizer x\nhyper lr = 1 in [0, 1]\noption o = on | off\nstate m\nm[t] = lr\nx = "+text)
			assert.Equal(t, want, info.Types[info.Body[1].(*syntax.Assign).Value])
		})
	}
}

func TestConditionTypes(t *testing.T) {
	cases := map[string]check.Type{
		"o": check.OptionCond, "not o": check.OptionCond, "o = on": check.OptionCond, "o != off or not o": check.OptionCond,
		"t > 1": check.ScalarCond, "o and t > 1": check.ScalarCond, "not (lr < 1)": check.ScalarCond, "norm(g) > 1": check.ScalarCond,
		"g > 1": check.TensorCond, "t > 1 or g > 1": check.TensorCond, "o and not (theta = 0)": check.TensorCond,
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			_, info, _ := findings("x.opt", "optimizer x\nhyper lr = 1 in [0, 1]\noption o = on | off\nx = if "+text+" then 1 else 2")
			value := info.Body[0].(*syntax.Assign).Value.(*syntax.Cond)
			assert.Equal(t, want, info.Types[value.If])
		})
	}
}

func TestClose(t *testing.T) {
	cases := map[string]bool{
		"g": false, "g^2": false, "lr^t": false, "pow(g, 2)": false, "lr^(2*t - -1)": false, "sqrt(g)": false, "normal()*uniform()": false,
		"exp(t)": true, "log(g)": true, "g^lr": true, "g^2.0": true, "pow(lr, g)": true, "2^(t/2)": true,
	}
	for text, want := range cases {
		_, info, _ := findings("x.opt", "optimizer x\nhyper lr = 1 in [0, 1]\ntheta[t+1] = "+text)
		assert.Equal(t, want, info.Close, text)
	}
}

// A broken item says nothing of its names, whatever it would have been.
func TestBrokenNames(t *testing.T) {
	cases := []string{
		"option o = on |\ntheta[t+1] = if o then theta else theta - lr*g",
		"option o = none |\ntheta[t+1] = if o = l2 then theta else theta - lr*g",
		"state m = \nm[t] = m[t-1] + g\ntheta[t+1] = theta - lr*m",
		"hyper beta = in [0, 1)\ntheta[t+1] = theta - lr*beta*g",
		"state m\nm[t] = \ntheta[t+1] = theta - lr*m",
		"u = 2*\ntheta[t+1] = theta - lr*u*u[t-1]*norm(u)",
		"theta[t+1] = theta - ",
		"if t > { a = 1 }\ntheta[t+1] = theta - lr*a",
		"if t > 1 { a = } else { a = 2 }\ntheta[t+1] = theta - lr*a",
	}
	for _, body := range cases {
		f, _ := syntax.Parse("x.opt", "optimizer x\nhyper lr = 1 in [0, 1]\n"+body)
		require.NotEmpty(t, f.Broken, body)
		_, list := check.Check(f)
		assert.Empty(t, list, body)
	}
}
