package bench_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/bench"
)

func TestPlot(t *testing.T) {
	var p pretended
	rules := []bench.Rule{
		{Name: "drag", Engines: []bench.Engine{p.engine("go", 5), p.engine("plugin", 20)}},
		{Name: "twice", Choose: map[string]string{"state": "two"}, Engines: []bench.Engine{p.engine("go", 8)}},
	}
	report, err := p.run(t.Context(), config(1000, 4096), rules...)
	require.NoError(t, err)
	picture, err := report.Plot("svg")
	require.NoError(t, err)
	for text, times := range map[string]int{"drag": 1, "twice": 1, "go": 1, "plugin": 1, "1000 elements": 1, "4K elements": 1, "limit": 1, "0.05": 2, "bytes moved an element": 2} {
		assert.Equal(t, times, strings.Count(string(picture), ">"+text+"<")+strings.Count(string(picture), "> "+text+"<"), text)
	}
	_, err = report.Plot("bmp")
	assert.Error(t, err)
}
