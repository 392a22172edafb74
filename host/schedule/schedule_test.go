package schedule_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/schedule"
)

func TestFactors(t *testing.T) {
	for _, c := range []struct {
		text string
		want map[int]float64 // step to factor
	}{
		{"constant", map[int]float64{0: 1, 1: 1, 1 << 30: 1, -1: 1}},
		{"constant()", map[int]float64{0: 1}},
		{" constant ( warmup = 4 ) ", map[int]float64{0: 0.25, 1: 0.5, 3: 1, 4: 1, 100: 1}},
		{"step(every=30, factor=0.5)", map[int]float64{0: 1, 29: 1, 30: 0.5, 59: 0.5, 60: 0.25}},
		{"step(every=30)", map[int]float64{29: 1, 30: 0.1}},
		{"step(every=2, factor=0.5, warmup=2)", map[int]float64{0: 0.5, 1: 1, 2: 1, 3: 1, 4: 0.5, 6: 0.25}},
		{"step(every=1, factor=0)", map[int]float64{0: 1, 1: 0}},
		{"linear(total=4)", map[int]float64{0: 1, 1: 0.75, 3: 0.25, 4: 0, 5: 0}},
		{"linear(total=4, to=3)", map[int]float64{0: 1, 2: 2, 4: 3, 9: 3}},
		{"linear(total=6, warmup=2)", map[int]float64{0: 0.5, 1: 1, 2: 1, 3: 0.75, 6: 0, 7: 0}},
		{"cosine(total=100)", map[int]float64{0: 1, 50: 0.5, 100: 0, 101: 0}},
		{"cosine(total=100, min=0.2)", map[int]float64{0: 1, 50: 0.6, 100: 0.2, 1000: 0.2}},
		{"cosine(total=110, warmup=10, min=0.2)", map[int]float64{0: 0.1, 9: 1, 10: 1, 60: 0.6, 110: 0.2}},
		{"cosine(total=1)", map[int]float64{0: 1, 1: 0}},
		{"cosine(total=1e3)", map[int]float64{500: 0.5}},
	} {
		s, err := schedule.Parse(c.text)
		require.NoError(t, err, c.text)
		for step, want := range c.want {
			assert.InDelta(t, want, s.At(step), 1e-15, "%s at step %d", c.text, step)
		}
	}
}

// The quarter points tell the cosine from a straight line.
func TestCosineIsNoLine(t *testing.T) {
	s, err := schedule.Parse("cosine(total=100)")
	require.NoError(t, err)
	assert.InDelta(t, (1+math.Sqrt2/2)/2, s.At(25), 1e-15)
	assert.InDelta(t, (1-math.Sqrt2/2)/2, s.At(75), 1e-15)
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                               `no schedule ""; there are constant, step, linear, cosine`,
		"cosin(total=3)":                 `no schedule "cosin"; did you mean "cosine"?`,
		"exponential":                    `no schedule "exponential"; there are constant, step, linear, cosine`,
		"cosine":                         `cosine needs total, a number of steps, as in cosine(total=1000)`,
		"step(factor=0.1)":               `step needs every, a number of steps, as in step(every=1000)`,
		"cosine(total=100, wramup=3)":    `cosine takes no "wramup"; did you mean "warmup"?`,
		"constant(total=4)":              `constant takes no "total"; there are warmup`,
		"cosine(total=100":               `there is no ) at the end`,
		"cosine(total=100)x":             `there is more after the ), "x"`,
		"cosine(100)":                    `"100" is no argument; write name=value, separated by commas`,
		"cosine(total=100,)":             `"" is no argument`,
		"cosine(=3)":                     `"=3" is no argument`,
		"cosine(total=1, total=2)":       `total is given twice`,
		"cosine(total=many)":             `total is "many", which is no number`,
		"cosine(total=0)":                `total is 0; it must be a whole number of steps from 1 to`,
		"cosine(total=2.5)":              `total is 2.5; it must be a whole number`,
		"cosine(total=nan)":              `total is NaN; it must be a whole number`,
		"cosine(total=1e300)":            `total is 1e+300; it must be a whole number`,
		"cosine(total=10, min=-1)":       `min is -1; it must be a number from 0 on`,
		"cosine(total=10, min=inf)":      `min is +Inf; it must be a number from 0 on`,
		"cosine(total=10, min=nan)":      `min is NaN; it must be a number from 0 on`,
		"cosine(total=10, warmup=10)":    `warmup is 10 of 10 steps; it must be less than total`,
		"constant(warmup=-1)":            `warmup is -1; it must be a whole number of steps from 0 to`,
		"step(every=1, factor=1e999)":    `factor is "1e999", which is no number`,
		string(make([]byte, 1025)):       `has 1025 bytes; at most 1024`,
		"constant(warmup=1)(warmup=1)":   `there is more after the )`,
		"linear(total=10, to=0, to=0.5)": `to is given twice`,
	} {
		_, err := schedule.Parse(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestFunc(t *testing.T) {
	f := schedule.Func(func(step int) float64 { return float64(step) * 2 })
	assert.Equal(t, 6.0, f.At(3))
}

// What Parse accepts gives finite factors of at least 0, and reads its own text back.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"constant", "step(every=30, factor=0.1)", "cosine(total=1000, warmup=50, min=0.01)",
		"linear(total=4, to=3)", "cosine(total=1, warmup=", "step(every=1,factor=1e300)", "constant(warmup=1e12)"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, step int) {
		s, err := schedule.Parse(text)
		if err != nil {
			require.Nil(t, s)
			return
		}
		again, err := schedule.Parse(s.String())
		require.NoError(t, err)
		assert.Equal(t, s.String(), again.String())
		assert.Equal(t, s.At(step), again.At(step))
		assert.GreaterOrEqual(t, s.At(step), 0.0, "step %d", step)
	})
}

func Example() {
	s, err := schedule.Parse("cosine(total=100, warmup=4, min=0.01)")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range []int{0, 1, 3, 4, 52, 100} {
		fmt.Printf("%d: %.4f\n", step, s.At(step))
	}
	// Output:
	// 0: 0.2500
	// 1: 0.5000
	// 3: 1.0000
	// 4: 1.0000
	// 52: 0.5050
	// 100: 0.0100
}
