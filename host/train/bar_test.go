package train

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vbauerster/mpb/v8"
)

// The moving line itself is drawn by the clock; what stays is the lines.
func TestBar(t *testing.T) {
	for colour, escape := range map[bool]bool{true: true, false: false} {
		var out bytes.Buffer
		b := newBar(&out, colour, mpb.WithAutoRefresh())
		for seed := range uint64(2) {
			require.NoError(t, b.Begin(Plan{Optimizer: "pnm", Seed: seed, From: 1, Steps: 4, StepsPerEpoch: 2}))
			for step := 2; step <= 4; step++ {
				b.Step(step, 1.5)
				require.NoError(t, b.Epoch(Row{Epoch: step / 2, Step: step}))
			}
			require.NoError(t, b.End(&Result{}))
		}
		assert.Equal(t, 6, strings.Count(out.String(), "test accuracy"))
		assert.Equal(t, escape, strings.Contains(b.paint("pnm"), "\x1b["))
	}
}

func TestBarWhereARunEndsEarly(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out, false, mpb.WithAutoRefresh())
	require.NoError(t, b.Begin(Plan{Optimizer: "pnm", Steps: 4, StepsPerEpoch: 2}))
	require.NoError(t, b.End(&Result{Failure: "diverged"}))
}

// A moving line is no reason to leave out what a run begins with.
func TestBarTellsNotes(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out, false, mpb.WithAutoRefresh())
	require.NoError(t, b.Begin(Plan{Optimizer: "pnm", Seed: 2, From: 4, Steps: 4, StepsPerEpoch: 2, Notes: []string{"a was 1"}}))
	require.NoError(t, b.End(&Result{}))
	assert.Contains(t, out.String(), "pnm, seed 2: a was 1\npnm  seed 2  is done already\n")
}

func TestAverage(t *testing.T) {
	var a average
	assert.Empty(t, a.String())
	a.add(2)
	a.add(4)
	assert.Equal(t, " loss 2.100 ", a.String())
}
