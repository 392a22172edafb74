package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// few is the layout of CIFAR-100 with few records.
func few() cifar {
	c := cifar100
	c.train = []cifarFile{{"a.bin", 3}, {"b.bin", 2}}
	c.test = []cifarFile{{"t.bin", 1}}
	return c
}

// record is a record whose fine label is given, and whose pixels are 16 times
// their channel, and a bit.
func record(c cifar, label byte) []byte {
	out := bytes.Repeat([]byte{7}, c.labelBytes)
	out[c.labelBytes-1] = label
	for i := range cifarShape.len() {
		out = append(out, byte(i/1024*16+i%3+int(label)))
	}
	return out
}

func write(t testing.TB, dir, name string, content ...[]byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), bytes.Join(content, nil), 0o666))
}

func fewFiles(t testing.TB, c cifar) string {
	dir := t.TempDir()
	write(t, dir, "a.bin", record(c, 0), record(c, 99), record(c, 2))
	write(t, dir, "b.bin", record(c, 3), record(c, 4))
	write(t, dir, "t.bin", record(c, 5))
	return dir
}

func TestCIFAR(t *testing.T) {
	c := few()
	set, err := c.open(fewFiles(t, c), 0)
	require.NoError(t, err)
	require.NoError(t, set.Check())
	assert.Equal(t, []any{"cifar100", 3, 32, 32, 100}, []any{set.Name, set.Channels, set.Height, set.Width, set.Classes})
	assert.Equal(t, []int32{0, 99, 2, 3, 4}, set.Train.Labels)
	assert.Equal(t, []int32{5}, set.Test.Labels)
	for channel := range 3 {
		mean, squares, n := 0.0, 0.0, 0.0
		for row := range 5 {
			for p := range 1024 {
				raw := float64(channel*16 + (channel*1024+p)%3 + int(set.Train.Labels[row]))
				mean, squares, n = mean+raw, squares+raw*raw, n+1
			}
		}
		mean /= n
		deviation := math.Sqrt(squares/n - mean*mean)
		raw := float64(channel*16 + (channel*1024+500)%3 + 5)
		assert.InDelta(t, (raw-mean)/deviation, set.Test.Images[channel*1024+500], 1e-5)
	}
}

// The real sizes: files of zeros, whose content takes no room on the disk.
func TestCIFARFiles(t *testing.T) {
	for _, c := range []cifar{cifar10, cifar100} {
		dir := t.TempDir()
		for _, f := range c.test {
			file, err := os.Create(filepath.Join(dir, f.name))
			require.NoError(t, err)
			require.NoError(t, file.Truncate(int64(f.records*c.record())))
			require.NoError(t, file.Close())
		}
		split, err := c.read(dir, c.test)
		require.NoError(t, err)
		assert.Len(t, split.labels, 10000)
		total := 0
		for _, f := range c.train {
			total += f.records
		}
		assert.Equal(t, 50000, total)
	}
}

func TestCIFARErrors(t *testing.T) {
	c := few()
	for want, change := range map[string]func(dir string){
		"cifar100 needs the file": func(dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "b.bin"))) },
		"the file has 3073 bytes, cifar100 wants 3074 (1 records of 30": func(dir string) { write(t, dir, "t.bin", record(c, 0)[:3073]) },
		"the file has 6148 bytes, cifar100 wants 3074":                  func(dir string) { write(t, dir, "t.bin", record(c, 0), record(c, 0)) },
		"the file has 0 bytes":                                          func(dir string) { write(t, dir, "a.bin") },
		"b.bin: record 1 has label 100, but cifar100 has the labels 0 to 99": func(dir string) {
			write(t, dir, "b.bin", record(c, 1), record(c, 100))
		},
	} {
		dir := fewFiles(t, c)
		change(dir)
		_, err := c.open(dir, 0)
		assert.ErrorContains(t, err, want)
	}
}

func FuzzCIFAR(f *testing.F) {
	f.Add(record(cifar100, 3), true)
	f.Add(record(cifar10, 10), false)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, content []byte, fine bool) {
		c := cifar10
		if fine {
			c = cifar100
		}
		var split raw
		if err := c.decode(&split, content); err != nil {
			return
		}
		require.Len(t, split.labels, len(content)/c.record())
		require.Len(t, split.pixels, len(split.labels)*cifarShape.len())
		for i, l := range split.labels {
			require.Equal(t, content[i*c.record()+c.labelBytes-1], byte(l))
			require.Less(t, int(l), c.classes)
		}
	})
}

// idx is a file of the format.
func idx(dims []uint32, values ...byte) []byte {
	out := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		out = binary.BigEndian.AppendUint32(out, d)
	}
	return append(out, values...)
}

func zip(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}

// digits writes the four files of a set of 1 x 2 images.
func digits(t testing.TB) string {
	dir := t.TempDir()
	write(t, dir, "train-images-idx3-ubyte", idx([]uint32{3, 1, 2}, 0, 10, 20, 30, 40, 50))
	write(t, dir, "train-labels-idx1-ubyte.gz", zip(idx([]uint32{3}, 0, 2, 1)))
	write(t, dir, "t10k-images-idx3-ubyte.gz", zip(idx([]uint32{1, 1, 2}, 25, 25)))
	write(t, dir, "t10k-labels-idx1-ubyte", idx([]uint32{1}, 3))
	return dir
}

func TestIDX(t *testing.T) {
	set, err := Open("idx:"+digits(t), 0)
	require.NoError(t, err)
	assert.Equal(t, []any{"idx", 1, 1, 2, 4}, []any{set.Name, set.Channels, set.Height, set.Width, set.Classes})
	assert.Equal(t, []int32{0, 2, 1}, set.Train.Labels)
	assert.Equal(t, []int32{3}, set.Test.Labels)
	deviation := math.Sqrt((25*25 + 15*15 + 5*5) / 3.0)
	assert.InDeltaSlice(t, []float64{-25 / deviation, -15 / deviation, -5 / deviation, 5 / deviation, 15 / deviation, 25 / deviation},
		set.Train.Images, 1e-6)
	assert.Equal(t, []float32{0, 0}, set.Test.Images)
}

func TestIDXErrors(t *testing.T) {
	const images, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	huge := uint32(math.MaxUint32)
	for want, content := range map[string][]byte{
		"the header has 3 of 16 bytes (unexpected EOF)":              {0, 0, 8},
		"the header has 0 of 16 bytes (EOF)":                         {},
		"the magic number is 00000801, not 00000803":                 idx([]uint32{3}, make([]byte, 20)...),
		"the magic number is 00000d03, not 00000803":                 {0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0},
		"dimension 0 of the header is 0":                             idx([]uint32{0, 1, 2}),
		"dimension 1 of the header is 4097":                          idx([]uint32{1, 4097, 1}, 0),
		"dimension 0 of the header is 4294967295":                    idx([]uint32{huge, huge, huge}),
		"dimension 2 of the header is 4096":                          idx([]uint32{1 << 20, 2, 4096}),
		"the header [3 1 2] promises 6 values, the file has 5; down": idx([]uint32{3, 1, 2}, 0, 0, 0, 0, 0),
		"the header [3 1 2] promises 6 values, the file has more":    idx([]uint32{3, 1, 2}, 0, 0, 0, 0, 0, 0, 0),
		"promises 1073741824 values, the file has 1; download":       idx([]uint32{1 << 18, 64, 64}, 0),
		"the train split has 2 images but 3 labels":                  idx([]uint32{2, 1, 2}, 0, 0, 0, 0),
		"training images are 2 x 1, test images 1 x 2":               idx([]uint32{3, 2, 1}, 0, 0, 0, 0, 0, 0),
	} {
		dir := digits(t)
		write(t, dir, images, content)
		_, err := Open("idx:"+dir, 0)
		assert.ErrorContains(t, err, want)
	}
	packed := zip(idx([]uint32{3}, 0, 2, 1))
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-5] ^= 1
	for want, content := range map[string][]byte{
		"not a gzip file":            idx([]uint32{3}, 0, 2, 1),
		"after 3 of 3 values: gzip":  damaged,
		"unexpected EOF":             packed[:len(packed)-9],
		"; download the file again":  packed[:len(packed)-4],
		"promises 3 values, the fil": zip(idx([]uint32{3}, 0)),
	} {
		dir := digits(t)
		write(t, dir, labels+".gz", content)
		_, err := Open("idx:"+dir, 0)
		assert.ErrorContains(t, err, want)
	}
	one := digits(t)
	write(t, one, "t10k-labels-idx1-ubyte", idx([]uint32{1}, 0))
	write(t, one, labels, idx([]uint32{3}, 0, 0, 0))
	_, err := Open("idx:"+one, 0)
	assert.ErrorContains(t, err, "has 1 classes", "the plain file comes before the .gz")
}

// Whatever a header claims, decoding takes memory only for what is there.
func FuzzIDX(f *testing.F) {
	f.Add(idx([]uint32{3, 1, 2}, 0, 10, 20, 30, 40, 50), false, uint8(3))
	f.Add(idx([]uint32{1 << 18, 64, 64}, 1), false, uint8(3))
	f.Add(zip(idx([]uint32{3}, 0, 2, 1)), true, uint8(1))
	f.Fuzz(func(t *testing.T, content []byte, packed bool, rank uint8) {
		dims, values, err := decodeIDXFile(bytes.NewReader(content), packed, 1+int(rank)%3)
		if err != nil {
			return
		}
		total := 1
		for _, d := range dims {
			require.Positive(t, d)
			total *= d
		}
		require.Len(t, values, total)
		if !packed {
			require.Len(t, content, 4+4*len(dims)+total)
		}
	})
}

// A channel of one value maps to zero.
func TestFlatChannel(t *testing.T) {
	set := normalised("flat", shape{1, 1, 2}, 2, raw{[]byte{9, 9}, []int32{0}}, raw{[]byte{9, 10}, []int32{1}})
	assert.Equal(t, []float32{0, 0}, set.Train.Images)
	assert.Equal(t, []float32{0, 1}, set.Test.Images)
}
