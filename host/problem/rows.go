package problem

import "github.com/optc-lang/optc/host/data"

// rows names images and labels of a split, without copying them.
type rows struct {
	n     int
	size  int // values an image
	split data.Split
	index func(i int) int // row of the split
}

func batchRows(set *data.Set, batch []int) rows {
	return rows{len(batch), set.ImageLen(), set.Train, func(i int) int { return batch[i] }}
}

// splitRows is the rows of a split from a row on.
func splitRows(set *data.Set, split data.Split, from int) rows {
	return rows{split.Len() - from, set.ImageLen(), split, func(i int) int { return from + i }}
}

// first is the first n rows, or all if there are fewer.
func (r rows) first(n int) rows {
	r.n = min(r.n, n)
	return r
}

// copyTo fills a batch of images and labels. Rows that are missing repeat row 0.
func (r rows) copyTo(images []float32, labels []int32) {
	for i := range labels {
		row := r.index(0)
		if i < r.n {
			row = r.index(i)
		}
		copy(images[i*r.size:][:r.size], r.split.Images[row*r.size:])
		labels[i] = r.split.Labels[row]
	}
}
