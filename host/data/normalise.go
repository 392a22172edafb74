package data

import "math"

// shape is channels, height and width of every image of a set.
type shape struct{ channels, height, width int }

func (s shape) plane() int { return s.height * s.width }
func (s shape) len() int   { return s.channels * s.plane() }

// raw is a split before normalisation: N x C x H x W bytes.
type raw struct {
	pixels []byte
	labels []int32
}

// normalised makes the set: every channel of both splits by the mean and the
// deviation of the training split.
func normalised(name string, s shape, classes int, train, test raw) *Set {
	tables := make([][256]float32, s.channels)
	for c := range tables {
		tables[c] = table(histogram(train.pixels, s, c))
	}
	return &Set{
		Name: name, Channels: s.channels, Height: s.height, Width: s.width, Classes: classes,
		Train: Split{apply(tables, s, train.pixels), train.labels},
		Test:  Split{apply(tables, s, test.pixels), test.labels},
	}
}

// histogram counts the byte values of channel c (0-based).
func histogram(pixels []byte, s shape, c int) (counts [256]int) {
	for at := c * s.plane(); at < len(pixels); at += s.len() {
		for _, p := range pixels[at : at+s.plane()] {
			counts[p]++
		}
	}
	return counts
}

// table maps each byte to (byte - mean) / deviation. A channel of one value has
// deviation 0 and maps to 0. The float64 conversions around products forbid
// fused multiply-adds, so that the table is the same on every machine.
func table(counts [256]int) (t [256]float32) {
	var n, sum int
	for v, k := range counts {
		n += k
		sum += v * k
	}
	mean := float64(sum) / float64(n)
	var squares float64
	for v, k := range counts {
		d := float64(v) - mean
		squares += float64(float64(k) * float64(d*d))
	}
	deviation := math.Sqrt(squares / float64(n))
	if deviation == 0 {
		deviation = 1
	}
	for v := range t {
		t[v] = float32((float64(v) - mean) / deviation)
	}
	return t
}

func apply(tables [][256]float32, s shape, pixels []byte) []float32 {
	out := make([]float32, len(pixels))
	for at := 0; at < len(pixels); at += s.plane() {
		t := &tables[at/s.plane()%s.channels]
		plane := out[at : at+s.plane()]
		for i, p := range pixels[at : at+s.plane()] {
			plane[i] = t[p]
		}
	}
	return out
}
