package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks marks the multiples, in an axis's range, of 1, 2 or 5 times a power of ten:
// from 4 to 10 of them, or just one value where the range is nothing.
func ticks(low, high float64) []plot.Tick {
	step := tickStep(high - low)
	if !(high > low) || step < math.Abs(high)*1e-12 {
		return []plot.Tick{{Value: low, Label: strconv.FormatFloat(low, 'g', 4, 64)}}
	}
	digits := max(0, -int(math.Floor(math.Log10(step*1.0001))))
	first, last := math.Ceil(low/step-1e-9), math.Floor(high/step+1e-9)
	var marks []plot.Tick
	for i := range int(last-first) + 1 {
		x := (first + float64(i)) * step
		marks = append(marks, plot.Tick{Value: x, Label: strconv.FormatFloat(x, 'f', digits, 64)})
	}
	return marks
}

// tickStep is the largest step of which at least four lie in a range.
func tickStep(width float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(width)))
	for _, part := range []float64{1, 0.5, 0.2} {
		if width/(unit*part) >= 4 {
			return unit * part
		}
	}
	return unit * 0.1
}
