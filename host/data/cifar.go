package data

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/internal/cause"
)

// cifar is the layout of a CIFAR binary version: files of records, each of some
// label bytes and then a 3 x 32 x 32 image, red, green, blue, row by row.
type cifar struct {
	name        string
	labelBytes  int // the last of them is the label
	classes     int
	train, test []cifarFile
}

type cifarFile struct {
	name    string
	records int
}

var cifarShape = shape{3, 32, 32}

var cifar10 = cifar{
	name: "cifar10", labelBytes: 1, classes: 10,
	train: []cifarFile{
		{"data_batch_1.bin", 10000}, {"data_batch_2.bin", 10000}, {"data_batch_3.bin", 10000},
		{"data_batch_4.bin", 10000}, {"data_batch_5.bin", 10000}},
	test: []cifarFile{{"test_batch.bin", 10000}},
}

// In CIFAR-100 a coarse label (20 super-classes) stands before the fine one.
var cifar100 = cifar{
	name: "cifar100", labelBytes: 2, classes: 100,
	train: []cifarFile{{"train.bin", 50000}},
	test:  []cifarFile{{"test.bin", 10000}},
}

func (c cifar) open(dir string, _ uint64) (*Set, error) {
	train, err := c.read(dir, c.train)
	if err != nil {
		return nil, err
	}
	test, err := c.read(dir, c.test)
	if err != nil {
		return nil, err
	}
	return normalised(c.name, cifarShape, c.classes, train, test), nil
}

func (c cifar) record() int { return c.labelBytes + cifarShape.len() }

// read joins the files of one split.
func (c cifar) read(dir string, files []cifarFile) (raw, error) {
	var split raw
	for _, f := range files {
		content, err := c.load(filepath.Join(dir, f.name), f.records)
		if err != nil {
			return raw{}, err
		}
		if err := c.decode(&split, content); err != nil {
			return raw{}, fmt.Errorf("%s: %w", filepath.Join(dir, f.name), err)
		}
	}
	return split, nil
}

// load reads a file whose size must be that of the records; it looks at the size
// before it reads.
func (c cifar) load(path string, records int) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s needs the file %s: %w; unpack the binary version of the set "+
			"(https://www.cs.toronto.edu/~kriz/cifar.html) and name the folder that holds its .bin files", c.name, path, cause.Of(err))
	}
	if want := int64(records) * int64(c.record()); info.Size() != want {
		return nil, fmt.Errorf("%s: the file has %d bytes, %s wants %d (%d records of %d bytes); "+
			"it is cut short or another format: download the binary version again",
			path, info.Size(), c.name, want, records, c.record())
	}
	return os.ReadFile(path)
}

// decode appends whole records.
func (c cifar) decode(split *raw, content []byte) error {
	if len(content)%c.record() != 0 {
		return fmt.Errorf("%d bytes are not a whole number of %d-byte records; download the file again",
			len(content), c.record())
	}
	for i := 0; len(content) > 0; i++ {
		label := content[c.labelBytes-1]
		if int(label) >= c.classes {
			return fmt.Errorf("record %d has label %d, but %s has the labels 0 to %d; "+
				"the file is damaged or another format: download it again", i, label, c.name, c.classes-1)
		}
		split.labels = append(split.labels, int32(label))
		split.pixels = append(split.pixels, content[c.labelBytes:c.record()]...)
		content = content[c.record():]
	}
	return nil
}
