package fuzz_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
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
// Go with scalar and with vector kernels, all compiled to one program; the first of them as plugins too. With -short
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
		engines = append(engines, batch.Engine(), batch.Vectors(256), batch.Vectors(512))
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
		report(t, seed, err, fuzz.Reduce(text, func(text string) bool { return fuzz.Texts(text) != nil }), testing.Short())
		return
	}
	data := fuzz.Long(seed)
	if testing.Short() {
		data = fuzz.Short(seed)
	}
	if err := fuzz.Compare(text, engines, data); err != nil {
		report(t, seed, err, fuzz.Reduce(text, failing(t, differing(text, engines, data), data)), testing.Short())
	}
}

// fault is what an engine does with a rule that it is made anew for.
type fault struct {
	name   string // the engine's
	builds bool   // the Go tool makes it
	err    error  // what it did with the whole rule
	run    func(t *testing.T, text string, data fuzz.Data) error
}

// remade are the engines of this test.
var remade = []fault{
	{name: fuzz.NoPasses.Name, run: func(_ *testing.T, text string, data fuzz.Data) error {
		return fuzz.Compare(text, []fuzz.Engine{fuzz.NoPasses}, data)
	}},
	{name: "go", builds: true, run: inBatch((*fuzz.Batch).Engine)},
	{name: "simd256", builds: true, run: inBatch(func(b *fuzz.Batch) fuzz.Engine { return b.Vectors(256) })},
	{name: "simd512", builds: true, run: inBatch(func(b *fuzz.Batch) fuzz.Engine { return b.Vectors(512) })},
	{name: "plugin", builds: true, run: func(t *testing.T, text string, data fuzz.Data) error {
		folder, err := os.MkdirTemp(t.TempDir(), "")
		require.NoError(t, err)
		defer os.RemoveAll(folder) // many plugins would fill a disk
		return fuzz.Compare(text, []fuzz.Engine{fuzz.Plugins(t.Context(), folder)}, data)
	}},
}

// inBatch compares an engine of a program of the one rule.
func inBatch(engine func(*fuzz.Batch) fuzz.Engine) func(*testing.T, string, fuzz.Data) error {
	return func(t *testing.T, text string, data fuzz.Data) error {
		batch, err := fuzz.Build(t.Context(), []*dsl.Rule{compiled(t, text)})
		if err != nil {
			return err
		}
		err = fuzz.Compare(text, []fuzz.Engine{engine(batch)}, data)
		return errors.Join(err, batch.Close())
	}
}

// differing are the engines that fail on a rule by themselves.
func differing(text string, engines []fuzz.Engine, data fuzz.Data) []fault {
	var all []fault
	for _, e := range engines {
		i := slices.IndexFunc(remade, func(f fault) bool { return f.name == e.Name })
		if err := fuzz.Compare(text, []fuzz.Engine{e}, data); err != nil && i >= 0 {
			f := remade[i]
			f.err = err
			all = append(all, f)
		}
	}
	return all
}

// maxBuilds is how many programs are compiled to reduce a rule.
const maxBuilds = 100

// failing tells rules with which one of some engines fails in the way in which
// it does with the whole rule: differs, or does not run.
func failing(t *testing.T, faults []fault, data fuzz.Data) func(text string) bool {
	builds := 0
	return func(text string) bool {
		for _, f := range faults {
			if f.builds {
				builds++
			}
			if f.builds && builds > maxBuilds {
				continue
			}
			if err := f.run(t, text, data); err != nil && differs(err) == differs(f.err) {
				return true
			}
		}
		return false
	}
}

func differs(err error) bool {
	var d *spec.Difference
	return errors.As(err, &d)
}

// report shows a failure; with short, it is one that TestEngines finds in a
// short run.
func report(t *testing.T, seed uint64, err error, small string, short bool) {
	flag := ""
	if short {
		flag = " -short"
	}
	t.Errorf("seed %d: %v\n\nreduced to\n\n%s\nrepeat it with\n\n\tgo test ./spec/fuzz -run TestEngines -seed %d -rules 1%s\n",
		seed, err, small, seed, flag)
}

// A rule is reduced with the engine that differs and no other, as long as there
// are builds left; where it doesn't run, what runs and differs is another fault.
func TestReduceTriesTheEngineThatDiffers(t *testing.T) {
	seed, err := found(t, wrong, 0)
	data, text := fuzz.Short(seed), fuzz.Rule(seed)
	data.Quick = false
	assert.Empty(t, differing(text, []fuzz.Engine{fuzz.NoPasses}, data))
	plugin := fuzz.Engine{Name: "plugin", Open: wrong.Open}
	faults := differing(text, []fuzz.Engine{fuzz.NoPasses, plugin}, data)
	require.Len(t, faults, 1)
	assert.Equal(t, "plugin", faults[0].name)
	assert.True(t, faults[0].builds && differs(faults[0].err))
	runs := 0
	faults[0].run = func(_ *testing.T, text string, data fuzz.Data) error {
		runs++
		return fuzz.Compare(text, []fuzz.Engine{plugin}, data)
	}
	small := fuzz.Reduce(text, failing(t, faults, data))
	assert.Less(t, len(small), len(text)/2, "%v, reduced to\n%s", err, small)
	assert.Regexp(t, `max\(|clamp\(`, small)
	assert.LessOrEqual(t, runs, maxBuilds)
	faults[0].err = errors.New("it does not run")
	assert.False(t, failing(t, faults, data)(text))
}

// The engines that are made anew for each rule run.
func TestRemadeEnginesRun(t *testing.T) {
	for _, f := range remade {
		if !f.builds || !testing.Short() {
			assert.NoError(t, f.run(t, fuzz.Rule(1), fuzz.Short(1)), f.name)
		}
	}
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
			report(t, seed, err, fuzz.Reduce(text, func(text string) bool { return check(text) != nil }), true)
		}
	})
}
