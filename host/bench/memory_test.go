package bench_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What there is too little memory for is refused before anything is measured, and
// what there is enough for is measured. θ, g and a state of a million elements in
// f32 are 12 MB, three times: for two engines and the limit.
func TestMemory(t *testing.T) {
	p := pretended{memory: 37e6}
	two := drags(p.engine("go", 5), p.engine("plugin", 20))
	c := config(100, 1e6)
	c.Time = time.Microsecond
	report, err := p.run(t.Context(), c, two)
	require.NoError(t, err)
	assert.Len(t, report.Rows, 4)

	p = pretended{memory: 35e6}
	report, err = p.run(t.Context(), config(100, 1e6), two)
	require.EqualError(t, err, "drag with 1000000 elements takes 0.03 GiB of memory, for its 2 engines and the limit together, "+
		"and 0.03 GiB are left; measure fewer elements, or fewer engines at once")
	assert.Empty(t, report.Rows)
	assert.Empty(t, p.events)
	_, err = p.run(t.Context(), config(1e6), drags(p.engine("go", 5)))
	assert.NoError(t, err, "one engine alone")
}
