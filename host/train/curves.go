package train

import (
	"maps"
	"slices"
)

// curve is one quantity of one optimizer over the epochs, over all seeds.
type curve struct {
	label string
	at    []spot
}

// spot is the seeds' mean, least and greatest value at a step.
type spot struct{ epoch, mean, low, high float64 }

// quantity is what a panel shows.
type quantity struct {
	title, axis string
	of          func(Row) float64
}

// The panels of a plot.
var quantities = []quantity{
	{"Training loss", "cross-entropy (nats)", func(r Row) float64 { return r.TrainLoss }},
	{"Test accuracy", "correct (%)", func(r Row) float64 { return 100 * r.TestAccuracy }},
}

// curves groups rows by optimizer, in the order in which these first come, and by
// step. The epoch of a step is steps / perEpoch.
func curves(rows []Row, perEpoch int, q quantity) []curve {
	var all []curve
	groups := map[string]map[int][]float64{}
	for _, row := range rows {
		if groups[row.Optimizer] == nil {
			groups[row.Optimizer] = map[int][]float64{}
			all = append(all, curve{label: row.Optimizer})
		}
		at := groups[row.Optimizer]
		at[row.Step] = append(at[row.Step], q.of(row))
	}
	for i, c := range all {
		steps := groups[c.label]
		for _, step := range slices.Sorted(maps.Keys(steps)) {
			values := steps[step]
			all[i].at = append(all[i].at, spot{float64(step) / float64(perEpoch), spread(values).Mean, slices.Min(values), slices.Max(values)})
		}
	}
	return all
}

// several reports whether any spot has more than one value, so that there is a
// band to draw.
func several(c curve) bool {
	return slices.ContainsFunc(c.at, func(s spot) bool { return s.low < s.high })
}
