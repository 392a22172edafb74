package mutate_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
	"github.com/optc-lang/optc/spec/rules"
)

func compile(t *testing.T, name, source string) *dsl.Rule {
	compiled, list := dsl.Compile(name+".opt", source)
	require.NotNil(t, compiled, "%v", list)
	return compiled
}

// everyVariant calls do for each variant of each rule of the repository, with
// -short for the default variants only, as many at a time as there are
// processors.
func everyVariant(t *testing.T, do func(t *testing.T, p *ir.Program, hypers []abi.Hyper)) {
	var wait sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, rule := range append(plugins.All(), rules.All()...) {
		compiled := compile(t, rule.Manifest.Name, rule.Source)
		for v, p := range compiled.Programs {
			if v > 0 && testing.Short() {
				break
			}
			wait.Add(1)
			room <- struct{}{}
			go func() {
				defer wait.Done()
				do(t, p, compiled.Manifest.Hypers)
				<-room
			}()
		}
	}
	wait.Wait()
}

// Every mutant of every rule is killed, or proved to be the rule. The proofs
// are put to the test: no run of a round may tell such a mutant apart.
func TestNoMutantSurvives(t *testing.T) {
	var lock sync.Mutex
	total := mutate.Score{Rule: "all"}
	everyVariant(t, func(t *testing.T, p *ir.Program, hypers []abi.Hyper) {
		j := mutate.NewJudge(p, hypers)
		s := mutate.Measure(p, hypers, j.Kills)
		for _, e := range s.Equals {
			c, killed := j.Kill(&e.Mutant, 1)
			assert.False(t, killed, "%s: proved equivalent (%s), and yet %s\n%s", s.Name(), e.Reason, c, e.Diff())
		}
		lock.Lock()
		defer lock.Unlock()
		t.Log(strings.TrimSuffix(s.String(), "\n"))
		assert.Zero(t, s.Survived, s.Name())
		assert.Equal(t, s.Mutants, s.Killed+s.Equivalent+s.Survived)
		total.Add(s)
	})
	fmt.Print(total)
	assert.NotZero(t, total.Killed)
	assert.NotZero(t, total.Equivalent)
	text, err := json.Marshal(total)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"survived":0`)
}

// What a run tells apart must not be proved equal: the prover is asked about a
// part of the mutants that the quick runs kill.
func TestKilledMutantsAreNotProved(t *testing.T) {
	const part = 12
	everyVariant(t, func(t *testing.T, p *ir.Program, hypers []abi.Hyper) {
		j := mutate.NewJudge(p, hypers)
		for i, m := range mutate.All(p) {
			if i%part != 0 {
				continue
			}
			if c, killed := j.Kill(&m, 0); killed {
				reason, proved := j.Prove(&m)
				assert.False(t, proved, "%s: %s, and yet it is proved: %s\n%s", p.Rule, c, reason, m.Diff())
			}
		}
	})
}
