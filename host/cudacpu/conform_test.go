package cudacpu_test

import (
	"testing"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/rules"
)

// TestCUDASourceConforms holds the CUDA source of every rule, compiled for the
// processor, to every clause; with -short that of pnm alone.
func TestCUDASourceConforms(t *testing.T) {
	for _, rule := range append(plugins.All(), rules.All()...) {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			if testing.Short() && rule.Manifest.Name != "pnm" {
				t.Skip("-short has pnm alone")
			}
			t.Parallel()
			conformAsCUDA(t, rule.Source)
		})
	}
}

// TestCUDASourceOfHostileNames: a rule may have names that C++ or the source keep
// for themselves.
func TestCUDASourceOfHostileNames(t *testing.T) {
	conformAsCUDA(t, `optimizer sub
hyper double = 0.1 in (0, inf)
hyper add = 0.9 in [0, 1)
hyper T = 0.5 in [0, 1)
state Pack
state s = g
theta_at = g + T*theta
k = norm(theta_at) + maxabs(g)
Pack_lag1 = if k > T then add else double
Pack[t] = add*Pack[t-1] + Pack_lag1*g
at = sqrt(abs(g))
s[t] = s[t-2] + theta_at/(1 + abs(theta_at))
i = if at > Pack then at else theta
theta[t+1] = theta - double*(s + at + i)/(1 + k)
`)
}

// conformAsCUDA holds a rule's CUDA source, compiled for the processor, to every
// clause.
func conformAsCUDA(t *testing.T, text string) {
	library := build(t, compiled(t, text))
	spec.Run(t, spec.Engine{Name: "cuda-cpu", Source: text, Open: library.Open})
}
