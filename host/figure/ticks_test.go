package figure

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []string
	}{
		{1, 5, []string{"1", "2", "3", "4", "5"}},
		{1, 10, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}},
		{0, 300, []string{"0", "50", "100", "150", "200", "250", "300"}},
		{38.1, 59.4, []string{"40", "45", "50", "55"}},
		{1.25, 1.95, []string{"1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9"}},
		{0, 0.05, []string{"0.00", "0.01", "0.02", "0.03", "0.04", "0.05"}},
		{-1, 1, []string{"-1.0", "-0.5", "0.0", "0.5", "1.0"}},
	} {
		var got []string
		for _, tick := range ticks(c.low, c.high) {
			got = append(got, tick.Label)
		}
		assert.Equal(t, c.want, got)
	}
	for _, c := range [][2]float64{{3, 3}, {0, 0}, {1e9, 1e9 + 1e-6}, {-1e300, -1e300}, {2, 1}} {
		assert.Len(t, ticks(c[0], c[1]), 1)
	}
	assert.Len(t, ticks(0, 1e300), 6)
}
