package abi_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

func TestManifestJSON(t *testing.T) {
	text, err := json.Marshal(manifest())
	require.NoError(t, err)
	got := new(abi.Manifest)
	require.NoError(t, json.Unmarshal(text, got))
	assert.Equal(t, manifest(), got)
	assert.Contains(t, string(text), `"domain":"(0, inf)"`)
	assert.Error(t, json.Unmarshal([]byte(`{"hyperparameters":[{"domain":"all"}]}`), got))
}

func TestVariant(t *testing.T) {
	tests := []struct {
		choices map[string]string
		want    int
	}{
		{nil, 0},
		{map[string]string{"amsgrad": "off"}, 3},
		{map[string]string{"decay": "decoupled"}, 2},
		{map[string]string{"decay": "l2", "amsgrad": "off"}, 4},
	}
	m := manifest()
	for _, test := range tests {
		got, err := m.Variant(test.choices)
		require.NoError(t, err)
		assert.Equal(t, test.want, got)
		for i, o := range m.Options {
			if choice, given := test.choices[o.Name]; given {
				assert.Equal(t, choice, m.Variants[got].Choices[i])
			}
		}
	}
}

func TestVariantErrors(t *testing.T) {
	_, err := manifest().Variant(map[string]string{"decay": "l3"})
	assert.EqualError(t, err, `the option decay of amsgrad has no choice "l3"; it has none, l2, decoupled`)
	_, err = manifest().Variant(map[string]string{"nesterov": "on", "follow": "code"})
	assert.EqualError(t, err, `amsgrad has no option "follow"; it has amsgrad, decay`)
	_, err = (&abi.Manifest{Name: "sgd"}).Variant(map[string]string{"x": "on"})
	assert.EqualError(t, err, `sgd has no option "x"; it has no options`)
}

func TestHypers(t *testing.T) {
	m := manifest()
	i, found := m.HyperIndex("beta1")
	assert.True(t, found)
	assert.Equal(t, 1, i)
	_, found = m.HyperIndex("beta2")
	assert.False(t, found)
	assert.Equal(t, []float64{1e-3, 0.9}, m.Defaults())
	require.NoError(t, m.CheckHypers(m.Defaults()))
	assert.EqualError(t, m.CheckHypers([]float64{0.1, 1}), "beta1 = 1 is outside its domain: amsgrad takes it from [0, 1)")
	assert.EqualError(t, m.CheckHypers([]float64{math.NaN(), 1}), "lr = NaN is outside its domain: amsgrad takes it from (0, inf)")
	assert.EqualError(t, m.CheckHypers([]float64{0.1}), "amsgrad has 2 hyperparameters, but there are 1 values")
}

func TestChoices(t *testing.T) {
	m := manifest()
	assert.Equal(t, "amsgrad=on decay=l2", m.Choices(m.Variants[1]))
	assert.Empty(t, (&abi.Manifest{}).Choices(abi.Variant{}))
}

func TestTraffic(t *testing.T) {
	v := manifest().Variants[0]
	assert.Equal(t, []int{4, 16, 32}, []int{v.Buffers(), v.StateBytes(abi.F32), v.StateBytes(abi.F64)})
	assert.Equal(t, []int{36, 72}, []int{v.BytesPerElement(abi.F32), v.BytesPerElement(abi.F64)})
}

func TestValidate(t *testing.T) {
	require.NoError(t, manifest().Validate())
	require.NoError(t, (&abi.Manifest{
		Name: "sgd", Version: "0.0.0", Protocol: abi.Protocol, Class: "exact", Digest: manifest().Digest,
		Variants: []abi.Variant{{Class: "exact", Values: 3}}, Numbers: []string{"f32"},
	}).Validate(), "no hyperparameters, no options, no state")
	tests := map[string]func(*abi.Manifest){
		"the plugin has protocol 2, this program has 1; compile it again": func(m *abi.Manifest) { m.Protocol = 2 },
		`the manifest of "../etc" is wrong: "../etc" is no name`:          func(m *abi.Manifest) { m.Name = "../etc" },
		"it has no version":                       func(m *abi.Manifest) { m.Version = "" },
		`its digest "sha1:00"`:                    func(m *abi.Manifest) { m.Digest = "sha1:00" },
		`its class is "good"`:                     func(m *abi.Manifest) { m.Class = "good" },
		"it names no dtypes":                      func(m *abi.Manifest) { m.Numbers = nil },
		`"f8" is no dtype`:                        func(m *abi.Manifest) { m.Numbers[0] = "f8" },
		"it has 65 hyperparameters":               func(m *abi.Manifest) { m.Hypers = make([]abi.Hyper, 65) },
		`"lr" is no name for a hyperparameter`:    func(m *abi.Manifest) { m.Hypers[1].Name = "lr" },
		`"l r" is no name for a hyperparameter`:   func(m *abi.Manifest) { m.Hypers[0].Name = "l r" },
		"the default 1 of beta1 is not a finite":  func(m *abi.Manifest) { m.Hypers[1].Default = 1 },
		"the default inf of lr":                   func(m *abi.Manifest) { m.Hypers[0].Default, m.Hypers[0].Domain.HiOpen = inf, false },
		"it has 9 options":                        func(m *abi.Manifest) { m.Options = make([]abi.Option, 9) },
		`the option "decay" has 0 choices`:        func(m *abi.Manifest) { m.Options[1].Choices = nil },
		`the choices of "decay": "none" is no`:    func(m *abi.Manifest) { m.Options[1].Choices[1] = "none" },
		`"decay" is no name, or stands twice`:     func(m *abi.Manifest) { m.Options[0].Name = "decay" },
		"it has 5 variants; its options make 6":   func(m *abi.Manifest) { m.Variants = m.Variants[:5] },
		"it has 0 variants; its options make 6":   func(m *abi.Manifest) { m.Variants = nil },
		`variant 1 has the choices ["off" "l2"]`:  func(m *abi.Manifest) { m.Variants[1].Choices[0] = "off" },
		`variant 2: its class is ""`:              func(m *abi.Manifest) { m.Variants[2].Class = "" },
		`variant 0: the state "m" has 0 buffers`:  func(m *abi.Manifest) { m.Variants[0].Slots[0].Buffers = 0 },
		`variant 0: the state "m" has 99 buffers`: func(m *abi.Manifest) { m.Variants[0].Slots[0].Buffers = 99 },
		`variant 0: "m" is no name, or stands`:    func(m *abi.Manifest) { m.Variants[0].Slots[1].Name = "m" },
		"variant 0: it has 17 states":             func(m *abi.Manifest) { m.Variants[0].Slots = make([]abi.Slot, 17) },
		"variant 0: it moves -1 values":           func(m *abi.Manifest) { m.Variants[0].Values = -1 },
	}
	for want, spoil := range tests {
		m := manifest()
		spoil(m)
		assert.ErrorContains(t, m.Validate(), want)
	}
}

// FuzzValidate: a manifest that is sound can be asked for anything.
func FuzzValidate(f *testing.F) {
	text, err := json.Marshal(manifest())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m := new(abi.Manifest)
		if json.Unmarshal(text, m) != nil || m.Validate() != nil {
			return
		}
		require.NoError(t, m.CheckHypers(m.Defaults()))
		for i, v := range m.Variants {
			choices := map[string]string{}
			for j, o := range m.Options {
				choices[o.Name] = v.Choices[j]
			}
			got, err := m.Variant(choices)
			require.NoError(t, err)
			require.Equal(t, i, got)
			l, err := abi.NewLayout(m, i, abi.F32, []int{3}, []int{0})
			require.NoError(t, err)
			require.NoError(t, m.Fits(l))
		}
	})
}
