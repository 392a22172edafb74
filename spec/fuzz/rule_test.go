package fuzz_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/spec/fuzz"
)

var update = flag.Bool("update", false, "write the rules of some seeds into testdata")

// compiled is the rule of a seed.
func compiled(t testing.TB, text string) *dsl.Rule {
	t.Helper()
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v\n%s", list, text)
	return rule
}

// Every seed is a rule, and all of them together have all that the language has.
func TestEverySeedIsASoundRule(t *testing.T) {
	t.Parallel()
	seeds := uint64(usualSeeds)
	if testing.Short() {
		seeds = 200
	}
	missing, passes := everything(), 0
	for seed := range seeds {
		rule := compiled(t, fuzz.Rule(seed))
		for part := range missing {
			if strings.Contains(rule.Source, part) {
				delete(missing, part)
			}
		}
		for _, p := range rule.Programs {
			for _, v := range p.Values {
				delete(missing, "operation "+v.Op.String())
			}
			_, n := p.Stages()
			passes = max(passes, n)
		}
	}
	assert.Empty(t, missing, "no rule has these")
	assert.GreaterOrEqual(t, passes, 4, "reductions of reductions of reductions")
}

// everything is what some of the rules must have.
func everything() map[string]bool {
	all := map[string]bool{}
	for _, f := range builtin.Names() {
		all[f+"("] = true
	}
	for _, part := range []string{"option ", " = off", "[t-8]", "^t", "} else if", "not (", " and ", " or ", "5e-324", "paper "} {
		all[part] = true
	}
	for op := ir.Const; op.String() != "invalid"; op++ {
		all["operation "+op.String()] = true
	}
	return all
}

func TestASeedIsOneText(t *testing.T) {
	for seed := range uint64(50) {
		assert.Equal(t, fuzz.Rule(seed), fuzz.Rule(seed))
		assert.NotEqual(t, fuzz.Rule(seed), fuzz.Rule(seed+1))
	}
}

// The same seed shall give the same rule on every machine and with every
// version of Go.
func TestGoldenRules(t *testing.T) {
	for _, seed := range []uint64{0, 3, 17, math.MaxUint64} {
		file := filepath.Join("testdata", fmt.Sprintf("fuzz%d.opt", seed))
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(file, []byte(fuzz.Rule(seed)), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), fuzz.Rule(seed))
	}
}
