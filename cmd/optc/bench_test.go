package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/bench"
	"github.com/optc-lang/optc/plugins"
)

func TestBench(t *testing.T) {
	place(t)
	out := good(t, "bench", "pnm", "hb", "--size", "100", "--size", "1K", "--time", "1ms", "--plot", "roof.svg")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	engines := 2
	if hb, _ := plugins.Find("hb"); len(hb.Vectors) > 0 {
		engines++
	}
	require.Len(t, lines, 1+2*2*engines, out)
	assert.Regexp(t, `^rule +engine +elements +bytes/element +ns/element +GB/s +limit GB/s +share of the limit$`, lines[0])
	assert.Regexp(t, `^pnm +go +100 +24 +[\d.]+ \([\d.]+–[\d.]+\) +[\d.]+ +[\d.]+ +[\d.]+ % \([\d.]+–[\d.]+\)$`, lines[1])
	assert.Regexp(t, `^hb +plugin +1K +20 `, lines[len(lines)-1])
	assert.Contains(t, read(t, "roof.svg"), "1K elements")
}

func TestBenchJSON(t *testing.T) {
	var report bench.Report
	text := good(t, "bench", "adapnm", "pnm", "--engine", "go", "--size", "64", "--time", "1ms", "--dtype", "f64", "--set", "adapnm.amsgrad=off", "--json")
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	require.Len(t, report.Rows, 2)
	row := report.Rows[0]
	assert.Equal(t, []any{"adapnm", "decay=decoupled amsgrad=off", "go", 64, 64},
		[]any{row.Rule, row.Choices, row.Engine, row.Elements, row.BytesPerElement})
	assert.Len(t, row.StepSeconds, report.Rounds)
	assert.Positive(t, row.Share.Median)
	assert.Equal(t, "f64", string(report.DType))
}

// A rule's file has no kernel in optc, so its plugin alone is measured.
func TestBenchFile(t *testing.T) {
	place(t, "drag.opt", drag(t))
	out := good(t, "bench", "drag.opt", "--size", "100", "--time", "1ms")
	assert.Contains(t, out, "drag  plugin")
	assert.NotContains(t, out, " go ")
	bad(t, exitFailed, []string{"bench", "drag.opt", "--engine", "go"}, "drag.opt is not compiled into optc; leave --engine out to measure its plugin\n")
	bad(t, exitFailed, []string{"bench", "drag.opt", "--engine", "simd"}, "drag.opt is not compiled into optc; leave --engine out to measure its plugin\n")
	bad(t, exitFailed, []string{"bench", "padam", "--engine", "simd"}, "padam has no vector kernels in this optc")
}

func TestBenchMistakes(t *testing.T) {
	place(t)
	bad(t, exitFailed, words("bench pmn"), `there is no optimizer "pmn"; did you mean "pnm"?`)
	bad(t, exitFailed, words("bench pnm --engine go --set beta=1"), `did you mean "beta1"?`)
	bad(t, exitFailed, words("bench pnm --plot nowhere/roof.svg"), "nowhere/roof.svg can't be written")
	bad(t, exitUsage, []string{"bench", "pnm", "--size", ""}, "--size is empty")
	for line, says := range map[string]string{
		"bench pnm pnm --engine go":                   "two of the optimizers are called pnm",
		"bench pnm --size 4T":                         `"4T" is no size; write it as 1000, 4K or 1M, from 1 to 1G`,
		"bench pnm --size 0":                          `"0" is no size`,
		"bench pnm --size 2G":                         `"2G" is no size`,
		"bench pnm --time 0s":                         "--time must be longer than 0",
		"bench pnm --engine gpu":                      `must be one of "go","simd","plugin"`,
		"bench pnm --plot roof.bmp":                   "let the name end in .svg",
		"bench pnm --engine go --set hb.lr=1":         `"hb" is none of the optimizers`,
		"bench pnm --engine go --dtype f16 --time 1s": "must be one of",
	} {
		bad(t, exitUsage, words(line), says)
	}
}

// Ctrl-C leaves a table of what was measured by then.
func TestBenchStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var out bytes.Buffer
	errs := &trigger{text: "with 200 elements", pull: stop}
	a := &app{ctx: ctx, out: &out, err: errs}
	assert.Equal(t, exitInterrupted, a.run(words("bench pnm --engine go --size 100 --size 200 --time 1ms")))
	assert.Contains(t, out.String(), "pnm   go      100 ")
	assert.NotContains(t, out.String(), "200")
	assert.Contains(t, errs.String(), "optc: stopped; rows of the table that were measured by then: 1\n")
}

// trigger is a buffer that acts at a text.
type trigger struct {
	bytes.Buffer
	text string
	pull func()
}

func (b *trigger) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(b.text)) {
		b.pull()
	}
	return b.Buffer.Write(p)
}
