package abi_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

var inf = math.Inf(1)

func TestDomainText(t *testing.T) {
	tests := map[string]abi.Domain{
		"[0, 1)":       {Lo: 0, Hi: 1, HiOpen: true},
		"(0, inf)":     {Lo: 0, Hi: inf, LoOpen: true, HiOpen: true},
		"(-inf, inf)":  {Lo: -inf, Hi: inf, LoOpen: true, HiOpen: true},
		"[-1, 1e-08]":  {Lo: -1, Hi: 1e-8},
		"[0.1, 1e+30]": {Lo: 0.1, Hi: 1e30},
	}
	for text, want := range tests {
		var got abi.Domain
		require.NoError(t, got.UnmarshalText([]byte(text)))
		assert.Equal(t, want, got)
		assert.Equal(t, text, want.String())
	}
	var loose abi.Domain
	require.NoError(t, loose.UnmarshalText([]byte("[0,1]")), "spaces do not matter")
	for _, bad := range []string{"", "[]", "[0 1]", "0, 1", "[0, 1", "[0, x)", "[nan, 1]", "[0, 1, 2]", "[1e999, 2]", "((,))"} {
		assert.ErrorContains(t, new(abi.Domain).UnmarshalText([]byte(bad)), "is not a domain", bad)
	}
}

func TestDomainContains(t *testing.T) {
	half := abi.Domain{Lo: 0, Hi: 1, LoOpen: true}
	for x, want := range map[float64]bool{0: false, 1: true, 0.5: true, -1: false, 2: false, inf: false, math.NaN(): false} {
		assert.Equal(t, want, half.Contains(x), "%v in %s", x, half)
	}
	assert.False(t, abi.Domain{Lo: 0, Hi: inf, HiOpen: true}.Contains(inf))
	assert.True(t, abi.Domain{Lo: 0, Hi: inf}.Contains(inf))
}

func TestDomainJSON(t *testing.T) {
	text, err := json.Marshal(abi.Hyper{Name: "lr", Default: 0.1, Domain: abi.Domain{Hi: inf, LoOpen: true, HiOpen: true}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"lr","default":0.1,"domain":"(0, inf)"}`, string(text))
}

// FuzzDomain: what is read is written and read again as the same domain.
func FuzzDomain(f *testing.F) {
	for _, s := range []string{"[0, 1)", "(0, inf)", "[-inf,1e-300]", "[,]", "(0x1p-3, 2]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d, again abi.Domain
		if d.UnmarshalText([]byte(s)) != nil {
			return
		}
		text, err := d.MarshalText()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalText(text), "%q", text)
		require.Equal(t, d, again)
	})
}
