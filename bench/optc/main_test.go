package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServe(t *testing.T) {
	for _, kind := range []string{"go", "host", "kernel"} {
		var out strings.Builder
		in := "steps 1\nsetup pnm 2 100\nsteps 3\nsetup adam 1 5\nsteps 1\nsetup none 1 1\nsteps 1\nhello\n"
		require.NoError(t, serve(kind, strings.NewReader(in), &out))
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		require.Len(t, lines, 9)
		assert.Regexp(t, `^optc \d+\.\d+\.\d+, go`, lines[0])
		for i, want := range map[int]string{
			1: "error there is nothing to step; setup comes first", 2: "ok", 4: "ok",
			6: `error no rule "none" comes with optc`, 7: lines[1],
			8: `error "hello" is neither setup RULE TENSORS ELEMENTS nor steps N`,
		} {
			assert.Equal(t, want, lines[i])
		}
		for _, i := range []int{3, 5} {
			seconds, err := strconv.ParseFloat(lines[i], 64)
			require.NoError(t, err)
			assert.Positive(t, seconds)
		}
	}
	var out strings.Builder
	require.NoError(t, serve("gpu", strings.NewReader("setup pnm 1 1\n"), &out))
	assert.Contains(t, out.String(), `error there is no "gpu"; there are go, plugin, host and kernel`)
}
