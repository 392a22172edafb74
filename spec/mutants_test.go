package spec_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/mutate"
)

// What a mutant is held to, the quick clauses first. A mutant is a rule that
// computes something else; the clauses of life and errors ask nothing of that.
var (
	quickly    = []string{"manifest-2", "shape-1", "hyper-3", "step-6"}
	thoroughly = []string{"step-4", "step-7"}
)

// TestNoMutantPasses: a rule one step away from a rule of the repository fails a
// clause of its suite, or is proved to be the same rule. With -short it asks for
// the default variant of pnm only.
func TestNoMutantPasses(t *testing.T) {
	var lock sync.Mutex
	total, by := mutate.Score{Rule: "all rules"}, map[string]int{}
	measure := func(m abi.Manifest, v int, p *ir.Program) {
		suite, fell := spec.NewVariant(m, v, p), map[string]int{}
		s := mutate.Measure(p, m.Hypers, func(m *mutate.Mutant, quick bool) bool {
			clauses := thoroughly
			if quick {
				clauses = quickly
			}
			id := suite.Fails(m.Rule(suite.Rule(), 0), clauses...)
			fell[id]++
			return id != ""
		})
		lock.Lock()
		defer lock.Unlock()
		t.Log(strings.TrimSuffix(s.String(), "\n"))
		assert.Empty(t, suite.Fails(suite.Rule(), slices.Concat(quickly, thoroughly)...), "the rule itself passes")
		total.Add(s)
		for id, n := range fell {
			by[id] += n
		}
	}
	var wait sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, rule := range everyRule() {
		if testing.Short() && rule.Manifest.Name != "pnm" {
			continue
		}
		compiled, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
		require.NotNil(t, compiled, "%v", list)
		for v, p := range compiled.Programs {
			if v > 0 && testing.Short() {
				break
			}
			room <- struct{}{}
			wait.Go(func() {
				measure(compiled.Manifest, v, p)
				<-room
			})
		}
	}
	wait.Wait()
	fmt.Print(total)
	delete(by, "")
	t.Logf("killed by clause: %v", by)
	assert.Zero(t, total.Survived)
	assert.NotZero(t, total.Killed)
	for _, id := range slices.Concat(quickly, thoroughly) {
		assert.True(t, by[id] > 0 || testing.Short(), "no mutant needs %s", id)
	}
}
