package fuzz_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/spec"
	"github.com/optc-lang/optc/spec/fuzz"
)

var (
	seed  = flag.Uint64("seed", 0, "seed of the first rule")
	rules = flag.Int("rules", usualRules, "how many rules, from that seed on")
	procs = flag.Int("plugins", 2, "how many of them run as plugins too, each compiled by itself")
)

// TestEngines runs random rules by the oracle, without passes, and as generated
// Go, all compiled to one program; the first of them as plugins too. With -short
// there is no Go to compile.
func TestEngines(t *testing.T) {
	var all []*dsl.Rule
	for i := range *rules {
		all = append(all, compiled(t, fuzz.Rule(*seed+uint64(i))))
	}
	engines := []fuzz.Engine{fuzz.NoPasses}
	if !testing.Short() {
		batch, err := fuzz.Build(t.Context(), all)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, batch.Close()) })
		engines = append(engines, batch.Engine())
	}
	plugin := fuzz.Plugins(t.Context(), t.TempDir())
	for i, rule := range all {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			engines := slices.Clip(engines)
			if i < *procs && !testing.Short() {
				engines = append(engines, plugin)
			}
			compareRule(t, *seed+uint64(i), engines)
		})
	}
}

// compareRule holds the rule of a seed to its texts and to engines, and shows a
// small rule that fails too where it fails.
func compareRule(t *testing.T, seed uint64, engines []fuzz.Engine) {
	text := fuzz.Rule(seed)
	if err := fuzz.Texts(text); err != nil {
		report(t, seed, testing.Short(), err, fuzz.Reduce(text, func(text string) bool { return fuzz.Texts(text) != nil }))
		return
	}
	data := fuzz.Long(seed)
	if testing.Short() {
		data = fuzz.Short(seed)
	}
	if err := fuzz.Compare(text, engines, data); err != nil {
		report(t, seed, testing.Short(), err, fuzz.Reduce(text, failing(t, data, strings.HasPrefix(err.Error(), `engine "plugin"`))))
	}
}

// maxBuilds is how many programs are compiled to reduce a rule.
const maxBuilds = 100

// failing tells rules with which an engine that can be made anew differs: that
// without passes, or else generated Go, in a plugin where it was one that differed.
func failing(t *testing.T, data fuzz.Data, plugin bool) func(text string) bool {
	builds := 0
	return func(text string) bool {
		if fuzz.Compare(text, []fuzz.Engine{fuzz.NoPasses}, data) != nil {
			return true
		}
		if builds++; builds > maxBuilds || testing.Short() {
			return false
		}
		if plugin {
			err := fuzz.Compare(text, []fuzz.Engine{fuzz.Plugins(t.Context(), t.TempDir())}, data)
			var d *spec.Difference
			return errors.As(err, &d) // and not that it can't be compiled
		}
		batch, err := fuzz.Build(t.Context(), []*dsl.Rule{compiled(t, text)})
		if err != nil {
			return false // another fault than the one that is looked for
		}
		err = fuzz.Compare(text, []fuzz.Engine{batch.Engine()}, data)
		return errors.Join(err, batch.Close()) != nil
	}
}

func report(t *testing.T, seed uint64, isShort bool, err error, small string) {
	short := ""
	if isShort {
		short = " -short"
	}
	t.Errorf("seed %d: %v\n\nreduced to\n\n%s\nrepeat it with\n\n\tgo test ./spec/fuzz -run TestEngines -seed %d -rules 1%s\n",
		seed, err, small, seed, short)
}

// Go that is generated from another program than the rule's differs.
func TestAFaultInGeneratedGoIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	seed, _ := found(t, wrong, 0)
	text := fuzz.Rule(seed)
	rule := compiled(t, text)
	for i, p := range rule.Programs {
		rule.Programs[i] = losesNaN(p)
	}
	batch, err := fuzz.Build(t.Context(), []*dsl.Rule{rule})
	require.NoError(t, err)
	err = fuzz.Compare(text, []fuzz.Engine{batch.Engine()}, fuzz.Short(seed))
	assert.ErrorContains(t, err, `engine "go": `)
	assert.ErrorContains(t, err, "only one of them is NaN")
	other := fuzz.Compare(fuzz.Rule(seed+1), []fuzz.Engine{batch.Engine()}, fuzz.Short(seed))
	assert.ErrorContains(t, other, fmt.Sprintf("the rule fuzz%d is not among those that were compiled", seed+1))
	assert.NoError(t, batch.Close())
}

// FuzzEngines looks for rules with which what needs no Go tool differs. Texts
// take several times as long as the rest, so that one seed in four does them.
func FuzzEngines(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) {
		check := func(text string) error {
			err := fuzz.Compare(text, []fuzz.Engine{fuzz.NoPasses}, fuzz.Short(seed))
			if seed%4 == 0 {
				err = errors.Join(err, fuzz.Texts(text))
			}
			return err
		}
		text := fuzz.Rule(seed)
		if err := check(text); err != nil {
			report(t, seed, true, err, fuzz.Reduce(text, func(text string) bool { return check(text) != nil }))
		}
	})
}
