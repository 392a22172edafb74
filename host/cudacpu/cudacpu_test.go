package cudacpu_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host/cudacpu"
	"github.com/optc-lang/optc/plugins/sgd"
	"github.com/optc-lang/optc/registry/abi"
)

// build compiles a rule's CUDA source; the test is skipped where that can't be, or
// can't be run.
func build(t *testing.T, rule *dsl.Rule) *cudacpu.Library {
	t.Helper()
	library, err := cudacpu.Build(rule, t.TempDir())
	if errors.Is(err, cudacpu.ErrNoCompiler) {
		t.Skip(err)
	}
	require.NoError(t, err)
	e, err := library.Open()
	if errors.Is(err, cudacpu.ErrNoLoader) {
		t.Skip(err)
	}
	require.NoError(t, err)
	require.NoError(t, e.Close())
	return library
}

func compiled(t *testing.T, text string) *dsl.Rule {
	t.Helper()
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v", list)
	return rule
}

func TestWithoutACompiler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := cudacpu.Build(compiled(t, sgd.Rule.Source), t.TempDir())
	assert.ErrorIs(t, err, cudacpu.ErrNoCompiler)
	assert.ErrorContains(t, err, "install it")
}

func TestMisuse(t *testing.T) {
	rule := compiled(t, sgd.Rule.Source)
	e, err := build(t, rule).Open()
	require.NoError(t, err)
	assert.EqualError(t, e.Step(), "the engine has no arena; call Attach first")
	_, err = e.Attach(&abi.Layout{})
	assert.ErrorContains(t, err, "protocol")
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	assert.EqualError(t, e.Step(), "the engine is closed")
	layout, err := abi.NewLayout(&rule.Manifest, 0, abi.F32, []int{3}, []int{0})
	require.NoError(t, err)
	_, err = e.Attach(layout)
	assert.EqualError(t, err, "the engine is closed; make another one")
}
