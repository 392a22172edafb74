package cudagen_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudagen"
)

// compile is the rule of a text without errors.
func compile(t *testing.T, text string) *dsl.Rule {
	t.Helper()
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v", list)
	return rule
}

// TestExample builds the C++ program of the folder example, by the command line
// that it names, and runs it.
func TestExample(t *testing.T) {
	gxx, err := exec.LookPath("g++")
	if err != nil {
		t.Skip("there is no g++")
	}
	program := filepath.Join(t.TempDir(), "line")
	build := exec.Command(gxx, "-std=c++17", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-Idsl/cudagen",
		"-o", program, "dsl/cudagen/example/main.cpp", "-x", "c++", "plugins/pnm/zpnm.cu")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(program).Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "step 1: loss 3.875\n")
	assert.Contains(t, string(out), "w = (2.000, -3.000, 0.500), b = 1.000\nwith found_inf: unchanged\n")
}

// TestNames: a variant has the name of its choices, and one whose program is
// another's has that one's.
func TestNames(t *testing.T) {
	rule := compile(t, `optimizer add
hyper lr = 1 in (0, inf)
option way = plus | minus
option idle = on | off
theta[t+1] = if way = plus then theta + lr*g else theta - lr*g
`)
	assert.Equal(t, []string{"add_way_plus_idle_on", "add_way_plus_idle_on", "add_way_minus_idle_on", "add_way_minus_idle_on"},
		cudagen.Names(&rule.Manifest, rule.Programs))
	plain := compile(t, "optimizer add\ntheta[t+1] = theta - g\n")
	assert.Equal(t, []string{"add_v2"}, cudagen.Names(&plain.Manifest, plain.Programs), "optc.h has add")
}

// TestText: statements have the rule's names and its lines beside them, and
// nothing is there that the rule doesn't need.
func TestText(t *testing.T) {
	text := string(compile(t, `optimizer drag
hyper pull = 0.1 in (0, inf)
state m
m[t]       = 0.5*m[t-2] + g
theta[t+1] = theta - pull*m
`).CUDA())
	assert.Contains(t, text, `
      for (int k = 0; k < Pack<T>::size; k++) {
        // m[t] = 0.5*m[t-2] + g
        const T m = add(mul(T(0.5), m_lag2[k]), g[k]);
        // theta[t+1] = theta - pull*m
        const T thetaNext = sub(theta[k], mul(pull, m));
        m_lag2[k] = m;
        theta[k] = thetaNext;
      }
`)
	assert.Contains(t, text, "T *m_lag2_at = run.buffer(s.m_lag2) + at.first; // m[t-2], and m[t] in its place\n")
	for _, absent := range []string{"m_lag1", "reduce", "Reduced", "optc_close.h", "optc_random.h"} {
		assert.NotContains(t, text, absent)
	}
}
