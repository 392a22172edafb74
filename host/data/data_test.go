package data_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/data"
)

// digest is of all values of a split, big end first.
func digest(s data.Split) string {
	h := sha256.New()
	var b []byte
	for _, x := range s.Images {
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(x))
	}
	for _, l := range s.Labels {
		b = binary.BigEndian.AppendUint32(b, uint32(l))
	}
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func glyphs(t testing.TB, seed uint64) *data.Set {
	t.Helper()
	set, err := data.Open("glyphs", seed)
	require.NoError(t, err)
	require.NoError(t, set.Check())
	return set
}

// A seed gives the same set on every machine.
func TestGlyphsDigest(t *testing.T) {
	set := glyphs(t, 1)
	assert.Equal(t, []string{"e70355045fa35788", "52f844ddb77d7f7f"}, []string{digest(set.Train), digest(set.Test)})
	other := glyphs(t, 2)
	assert.NotEqual(t, digest(set.Train), digest(other.Train))
	assert.NotEqual(t, digest(set.Test), digest(other.Test))
}

func TestGlyphsAreBalancedAndNormalised(t *testing.T) {
	set := glyphs(t, 3)
	assert.Equal(t, []any{"glyphs", 1, 20, 20, 34}, []any{set.Name, set.Channels, set.Height, set.Width, set.Classes})
	assert.Equal(t, []int{6000, 2000}, []int{set.Train.Len(), set.Test.Len()})
	for _, split := range []data.Split{set.Train, set.Test} {
		counts := make([]int, set.Classes)
		for _, l := range split.Labels {
			counts[l]++
		}
		assert.LessOrEqual(t, slices.Max(counts)-slices.Min(counts), 1)
	}
	mean, deviation := moments(set.Train.Images)
	assert.InDelta(t, 0, mean, 1e-5)
	assert.InDelta(t, 1, deviation, 1e-5)
}

func moments(x []float32) (mean, deviation float64) {
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		deviation += (float64(v) - mean) * (float64(v) - mean) / float64(len(x))
	}
	return mean, math.Sqrt(deviation)
}

// The task is a real one: the nearest mean of a class does better than chance,
// which is 3 %, and far from well; it does worse on the test split, half of whose
// faces it has never seen, and worst on these.
func TestGlyphsAreATask(t *testing.T) {
	set := glyphs(t, 4)
	means := make([][]float64, set.Classes)
	for c := range means {
		means[c] = make([]float64, set.ImageLen())
	}
	n := set.ImageLen()
	for i, l := range set.Train.Labels {
		for p, x := range set.Train.Images[i*n:][:n] {
			means[l][p] += float64(x) * float64(set.Classes) / float64(set.Train.Len())
		}
	}
	seen := func(row int) bool { return row/set.Classes%2 == 0 }
	training := accuracy(set, set.Train, means, func(int) bool { return true })
	known, unknown := accuracy(set, set.Test, means, seen), accuracy(set, set.Test, means, func(i int) bool { return !seen(i) })
	t.Logf("nearest mean: training %.3f, test, seen faces %.3f, unseen faces %.3f", training, known, unknown)
	assert.Greater(t, unknown, 0.15)
	assert.Greater(t, known, unknown+0.02)
	assert.Greater(t, training, (known+unknown)/2+0.03)
	assert.Less(t, training, 0.8)
}

// accuracy of the nearest mean, by correlation, over some rows.
func accuracy(set *data.Set, split data.Split, means [][]float64, counts func(row int) bool) float64 {
	hits, all, n := 0, 0, set.ImageLen()
	for i, label := range split.Labels {
		if !counts(i) {
			continue
		}
		best, most := 0, math.Inf(-1)
		for c, m := range means {
			dot, x2, m2, sx, sm := 0.0, 0.0, 0.0, 0.0, 0.0
			for p, x := range split.Images[i*n:][:n] {
				dot, x2, m2, sx, sm = dot+float64(x)*m[p], x2+float64(x*x), m2+m[p]*m[p], sx+float64(x), sm+m[p]
			}
			k := float64(n)
			if r := (dot - sx*sm/k) / math.Sqrt((x2-sx*sx/k)*(m2-sm*sm/k)); r > most {
				best, most = c, r
			}
		}
		all++
		if best == int(label) {
			hits++
		}
	}
	return float64(hits) / float64(all)
}

func TestOpenErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":            `unknown data set ""; the known ones are glyphs, cifar10:DIR, cifar100:DIR, idx:DIR`,
		"mnist":       `unknown data set "mnist"; the known ones are`,
		"glyphs:dir":  `data set "glyphs:dir": write it as "glyphs"`,
		"cifar10":     `data set "cifar10": write it as "cifar10:DIR"`,
		"idx:":        `data set "idx:": write it as "idx:DIR"`,
		"cifar10:no":  "cifar10 needs the file " + filepath.Join("no", "data_batch_1.bin") + ": ",
		"cifar100:no": "cifar100 needs the file",
		"idx:no":      "name the folder that holds the four files of the set",
	} {
		_, err := data.Open(spec, 1)
		assert.ErrorContains(t, err, want, spec)
		assert.NotRegexp(t, "stat |open ", err.Error(), "the path stands there once")
	}
}

// small is a set of two 1 x 2 x 3 images.
func small() *data.Set {
	return &data.Set{Name: "small", Channels: 1, Height: 2, Width: 3, Classes: 2,
		Train: data.Split{Images: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, Labels: []int32{0, 1}},
		Test:  data.Split{Images: []float32{0, 0, 0, 0, 0, 0}, Labels: []int32{1}}}
}

func TestCheck(t *testing.T) {
	require.NoError(t, small().Check())
	for want, change := range map[string]func(*data.Set){
		"images of 1 x 0 x 3 values":           func(s *data.Set) { s.Height = 0 },
		"has 1 classes":                        func(s *data.Set) { s.Classes = 1 },
		"test split: set \"small\": no rows":   func(s *data.Set) { s.Test = data.Split{} },
		"training split: set \"small\": 11 im": func(s *data.Set) { s.Train.Images = s.Train.Images[:11] },
		"row 1 has label 2; labels go from 0":  func(s *data.Set) { s.Train.Labels[1] = 2 },
		"row 0 has label -1":                   func(s *data.Set) { s.Test.Labels[0] = -1 },
	} {
		s := small()
		change(s)
		assert.ErrorContains(t, s.Check(), want)
	}
	assert.ErrorContains(t, small().CheckRows([]int{0, 2}), "entry 1 of the batch is row 2; training rows go from 0 to 1")
	assert.ErrorContains(t, small().CheckRows([]int{-1}), "row -1")
}

func TestBatchesArePermutations(t *testing.T) {
	b, err := data.NewBatches(23, 5, 7)
	require.NoError(t, err)
	require.Equal(t, 4, b.PerEpoch())
	var epochs [][]int
	for epoch := range 3 {
		var rows []int
		for s := range 4 {
			batch := b.At(4*epoch + s)
			require.Len(t, batch, 5)
			rows = append(rows, batch...)
		}
		epochs = append(epochs, slices.Clone(rows))
		slices.Sort(rows)
		assert.Len(t, slices.Compact(rows), 20, "no row comes twice")
		assert.True(t, rows[0] >= 0 && rows[19] < 23)
	}
	assert.NotEqual(t, epochs[0], epochs[1])
	assert.NotEqual(t, epochs[1], epochs[2])
}

// What a step gets depends on its number alone.
func TestBatchesAtAnyStep(t *testing.T) {
	forward, _ := data.NewBatches(50, 7, 3)
	var want [][]int
	for s := range 30 {
		want = append(want, forward.At(s))
	}
	backward, _ := data.NewBatches(50, 7, 3)
	for s := 29; s >= 0; s-- {
		assert.Equal(t, want[s], backward.At(s))
	}
	other, _ := data.NewBatches(50, 7, 4)
	assert.NotEqual(t, want[0], other.At(0))
	want[0][0] = -1
	assert.NotEqual(t, want[0], forward.At(0), "the slice is the caller's")
	assert.Nil(t, forward.At(-1))
	assert.Equal(t, []int{48, 7, 22, 34, 10, 45, 31}, backward.At(1), "the same on every machine")
}

func TestBatchesAreSafe(t *testing.T) {
	b, _ := data.NewBatches(100, 10, 1)
	var working sync.WaitGroup
	for worker := range 4 {
		working.Go(func() {
			fresh, _ := data.NewBatches(100, 10, 1)
			for s := range 200 {
				step := (s*7 + worker*31) % 90
				assert.Equal(t, fresh.At(step), b.At(step))
			}
		})
	}
	working.Wait()
}

func TestBatchErrors(t *testing.T) {
	for _, size := range []int{0, -1, 11} {
		_, err := data.NewBatches(10, size, 1)
		assert.ErrorContains(t, err, "it must be from 1 to the number of rows")
	}
	all, err := data.NewBatches(10, 10, 1)
	require.NoError(t, err)
	assert.Equal(t, 1, all.PerEpoch())
}

// numbered is a set of one image whose pixels are their place, from 1.
func numbered(side int) *data.Set {
	s := &data.Set{Name: "numbered", Channels: 2, Height: side, Width: side + 1, Classes: 2}
	for i := range 2 * side * (side + 1) {
		s.Train.Images = append(s.Train.Images, float32(i+1))
	}
	s.Train.Labels = []int32{1}
	return s
}

// Each image is the old one moved by at most 4 pixels, perhaps mirrored, the same
// way in all channels; all 9 x 9 x 2 ways come up.
func TestCropFlip(t *testing.T) {
	s := numbered(6)
	found := map[[3]int]int{}
	for step := range 400 {
		out, err := s.CropFlip([]int{0, 0, 0}, 5, step)
		require.NoError(t, err)
		require.Equal(t, []int32{1, 1, 1}, out.Labels)
		for i := range 3 {
			move, ok := moveOf(s, out.Images[i*s.ImageLen():][:s.ImageLen()])
			require.True(t, ok, "step %d", step)
			found[move]++
		}
	}
	assert.Len(t, found, 9*9*2)
	for move, n := range found {
		assert.Less(t, n, 30, "%v", move)
	}
}

// moveOf finds the one move that gives an image.
func moveOf(s *data.Set, image []float32) (move [3]int, ok bool) {
	for down := -4; down <= 4; down++ {
		for right := -4; right <= 4; right++ {
			for mirror := range 2 {
				if slices.Equal(image, moved(s, down, right, mirror == 1)) {
					return [3]int{down, right, mirror}, true
				}
			}
		}
	}
	return move, false
}

func moved(s *data.Set, down, right int, mirror bool) []float32 {
	out := make([]float32, s.ImageLen())
	for i := range out {
		c, y, x := i/(s.Height*s.Width), i/s.Width%s.Height, i%s.Width
		if mirror {
			x = s.Width - 1 - x
		}
		y, x = y+down, x+right
		if y >= 0 && y < s.Height && x >= 0 && x < s.Width {
			out[i] = s.Train.Images[(c*s.Height+y)*s.Width+x]
		}
	}
	return out
}

func TestCropFlipDependsOnSeedAndStepAlone(t *testing.T) {
	s := glyphs(t, 1)
	rows := []int{5, 3, 5}
	a, err := s.CropFlip(rows, 1, 10)
	require.NoError(t, err)
	b, _ := s.CropFlip(rows, 1, 10)
	assert.Equal(t, a, b)
	c, _ := s.CropFlip(rows, 1, 11)
	assert.NotEqual(t, a.Images, c.Images)
	d, _ := s.CropFlip(rows, 2, 10)
	assert.NotEqual(t, a.Images, d.Images)
	assert.Equal(t, "d4d59724a56944bd", digest(a), "the same on every machine")
	_, err = s.CropFlip([]int{6000}, 1, 0)
	assert.ErrorContains(t, err, "row 6000")
}
