package cuda_test

import (
	"testing"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/rules"
)

// TestCUDAConforms holds the CUDA source of every rule to every clause, by the
// stand-in for a GPU; with -short that of pnm alone.
func TestCUDAConforms(t *testing.T) {
	for _, rule := range append(plugins.All(), rules.All()...) {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			if testing.Short() && rule.Manifest.Name != "pnm" {
				t.Skip("-short has pnm alone")
			}
			t.Parallel()
			conforms(t, rule.Source)
		})
	}
}

// TestHostileNames: a rule may have names that C++ or the source keep for
// themselves.
func TestHostileNames(t *testing.T) {
	conforms(t, `optimizer sub
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

// conforms holds a rule on the stand-in to every clause.
func conforms(t *testing.T, text string) {
	c := gpu(t, "")
	rule := compiled(t, text)
	code := kernels(t, rule)
	spec.Run(t, spec.Engine{Name: "cuda", Source: text, Open: func() (host.Engine, error) {
		e, err := cuda.New(c, &rule.Manifest, code)
		if err != nil {
			return nil, err
		}
		return cuda.Mirrored(e), nil
	}})
}
