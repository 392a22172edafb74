package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/spec"
)

func TestConform(t *testing.T) {
	place(t, "drag.opt", drag(t))
	out := good(t, "conform", "drag.opt", "--junit", "report.xml")
	assert.Contains(t, out, "optc: drag (plugin) conforms")
	var suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name string `xml:"name,attr"`
		} `xml:"testcase"`
	}
	require.NoError(t, xml.Unmarshal([]byte(read(t, "report.xml")), &suite))
	assert.Equal(t, len(spec.Clauses()), suite.Tests)
	assert.Len(t, suite.Cases, suite.Tests)
	assert.Zero(t, suite.Failures)
}

func TestConformJSON(t *testing.T) {
	var report spec.Report
	require.NoError(t, json.Unmarshal([]byte(good(t, "conform", "pnm", "--engine", "go", "--clause", "step-*", "--seed", "7", "--json")), &report))
	assert.True(t, report.Conforms())
	assert.Equal(t, []any{"pnm", "go", "exact", uint64(7)}, []any{report.Rule, report.Engine, report.Class, report.Seed})
	assert.Equal(t, "step-1", report.Results[0].Clause)
}

// The fastest vector kernels are held to the specification where optc has them.
func TestConformVectors(t *testing.T) {
	const line = "conform pnm --engine simd --short --badge --clause step-1"
	if rule, _ := plugins.Find("pnm"); len(rule.Vectors) > 0 {
		assert.Regexp(t, `^optc: pnm \(simd(256|512)\) conforms, 1 of 1 `, good(t, words(line)...))
	} else {
		bad(t, exitFailed, words(line), "pnm has no vector kernels in this optc: build it with GOEXPERIMENT=simd")
	}
	bad(t, exitFailed, words("conform padam --engine simd"), "padam has no vector kernels in this optc")
	bad(t, exitFailed, words("conform mine.opt --engine simd"), "mine.opt is not compiled into optc; leave --engine out to check its plugin, or hold ")
}

func TestConformBadge(t *testing.T) {
	out := good(t, "conform", "hb", "--engine", "eval", "--short", "--badge", "--clause", "life-[12]")
	assert.Equal(t, fmt.Sprintf("optc: hb (eval) conforms, 2 of 2 clauses, 0 skipped; 2 of all %d were asked; of one variant\n", len(spec.Clauses())), out)
}

// What is skipped has not been kept, and has not been broken.
func TestConformHeldToNothing(t *testing.T) {
	out := good(t, "conform", "lion", "--engine", "go", "--badge", "--clause", "random-1")
	assert.Contains(t, out, "optc: lion (go) was held to nothing, 0 of 0 clauses, 1 skipped")
}

func TestConformLists(t *testing.T) {
	assert.Len(t, strings.Split(strings.TrimSpace(good(t, "conform", "--list")), "\n"), len(spec.Clauses()))
	var list []spec.Clause
	require.NoError(t, json.Unmarshal([]byte(good(t, "conform", "--list", "--json")), &list))
	assert.Len(t, list, len(spec.Clauses()))
	assert.NotEmpty(t, list[0].ID)
	assert.NotEmpty(t, list[0].Sentence)
}

// TestConformNamesTheCause: a wrong step fails many clauses; one of them is told.
// The command that repeats it stands there as a shell takes it.
func TestConformNamesTheCause(t *testing.T) {
	place(t, "drag.opt", drag(t), "wrong rule.opt", strings.Replace(drag(t), "theta[t+1] = theta - ", "theta[t+1] = theta + ", 1))
	good(t, "compile", "drag.opt", "-o", "drag.plugin")
	claim := read(t, "wrong rule.opt")
	require.NotEqual(t, drag(t), claim)
	o := optc("conform", "./drag.plugin", "--rule", "wrong rule.opt", "--short", "--clause", "step-*", "--clause", "manifest-2")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.out, "again: optc conform ./drag.plugin --rule 'wrong rule.opt' --short --clause")
}

// TestConformShowsTheFault holds a plugin to a text that it is not made of.
func TestConformShowsTheFault(t *testing.T) {
	place(t, "drag.opt", drag(t), "other.opt", strings.Replace(drag(t), "hyper lr", "# another text\nhyper lr", 1))
	good(t, "compile", "drag.opt", "-o", "drag.plugin")
	o := optc("conform", "./drag.plugin", "--rule", "other.opt", "--clause", "manifest-2")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.out, "manifest-2: The manifest says what the rule's text says")
	assert.Contains(t, o.out, "Digest is")
	assert.Contains(t, o.out, "again: optc conform ./drag.plugin --rule other.opt --clause manifest-2 --seed 0")
	assert.Contains(t, o.err, "does not conform")
}

func TestConformErrors(t *testing.T) {
	place(t, "drag.opt", drag(t), "notes.txt", "no plugin", "bad.opt", faulty)
	bad(t, exitUsage, words("conform"), "name an optimizer")
	bad(t, exitUsage, words("conform pnm --engine go --rule drag.opt"), "leave --engine out")
	bad(t, exitUsage, words("conform ./notes.txt"), "say with --rule FILE.opt")
	bad(t, exitFailed, words("conform ./notes.txt --rule none.opt"), "the rule none.opt can't be read")
	bad(t, exitFailed, words("conform ./notes.txt --rule drag.opt"), "notes.txt")
	bad(t, exitFailed, words("conform ./notes.txt --rule bad.opt"), "bad.opt:", "E0201")
	bad(t, exitFailed, words("conform ./none --rule drag.opt"), "there is no plugin at")
	bad(t, exitUsage, words("conform drag --rule drag.opt"), "an optimizer's name goes without --rule")
	bad(t, exitUsage, words("conform drag.opt --rule drag.opt"), "goes without --rule")
	bad(t, exitUsage, words("conform pnm --json --badge"), "--json and --badge can't be used together")
	bad(t, exitFailed, words("conform hb --engine eval --junit none/report.xml"), "none/report.xml")
	bad(t, exitFailed, words("conform pnmm"), `did you mean "pnm"`)
	bad(t, exitFailed, words("conform bad.opt"), "E0201")
	bad(t, exitUsage, words("conform pnm --engine go --clause step-99"), `no such clause as "step-99"; optc conform --list shows them`)
}
