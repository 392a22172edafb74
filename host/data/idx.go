package data

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/internal/cause"
)

// Limits of an IDX file. The largest set that is common in this format (EMNIST by
// class) has 5.5e8 pixels.
const (
	idxMaxValues = 1 << 30 // bytes after the header
	idxMaxSide   = 1 << 12 // pixels
)

// idxUnsigned is the type code of unsigned bytes, the third byte of the magic number.
const idxUnsigned = 0x08

// openIDX reads the four files of MNIST. The number of classes is the largest
// label and one.
func openIDX(dir string, _ uint64) (*Set, error) {
	train, size, err := readIDXSplit(dir, "train")
	if err != nil {
		return nil, err
	}
	test, testSize, err := readIDXSplit(dir, "t10k")
	if err != nil {
		return nil, err
	}
	if size != testSize {
		return nil, fmt.Errorf("%s: training images are %d x %d, test images %d x %d; both must be of one size",
			dir, size.height, size.width, testSize.height, testSize.width)
	}
	set := normalised("idx", size, 1+int(max(largest(train.labels), largest(test.labels))), train, test)
	return set, set.Check()
}

func largest(labels []int32) int32 {
	most := int32(0)
	for _, l := range labels {
		most = max(most, l)
	}
	return most
}

// readIDXSplit reads PREFIX-images-idx3-ubyte and PREFIX-labels-idx1-ubyte.
func readIDXSplit(dir, prefix string) (raw, shape, error) {
	dims, pixels, err := loadIDX(dir, prefix+"-images-idx3-ubyte", 3)
	if err != nil {
		return raw{}, shape{}, err
	}
	_, labels, err := loadIDX(dir, prefix+"-labels-idx1-ubyte", 1)
	if err != nil {
		return raw{}, shape{}, err
	}
	if dims[0] != len(labels) {
		return raw{}, shape{}, fmt.Errorf("%s: the %s split has %d images but %d labels; the two files do not belong together",
			dir, prefix, dims[0], len(labels))
	}
	split := raw{pixels: pixels}
	for _, l := range labels {
		split.labels = append(split.labels, int32(l))
	}
	return split, shape{1, dims[1], dims[2]}, nil
}

// loadIDX reads DIR/NAME, or DIR/NAME.gz if the first does not exist.
func loadIDX(dir, name string, rank int) ([]int, []byte, error) {
	path := filepath.Join(dir, name)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("idx needs %s, plain or .gz, in %s: %w; name the folder that holds the four files of the set",
			name, dir, cause.Of(err))
	}
	defer f.Close()
	dims, values, err := decodeIDXFile(f, filepath.Ext(path) == ".gz", rank)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return dims, values, nil
}

func decodeIDXFile(r io.Reader, packed bool, rank int) ([]int, []byte, error) {
	if !packed {
		return decodeIDX(r, rank)
	}
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, nil, fmt.Errorf("not a gzip file: %w; download it again", err)
	}
	return decodeIDX(unpacked, rank)
}

// decodeIDX reads a header (two zero bytes, the type code, the rank, then each
// dimension as 4 bytes, big end first) and its values. Memory grows with what the
// file holds, never with what the header claims.
func decodeIDX(r io.Reader, rank int) ([]int, []byte, error) {
	header := make([]byte, 4+4*rank)
	if n, err := io.ReadFull(r, header); err != nil {
		return nil, nil, fmt.Errorf("the header has %d of %d bytes (%w); the file is cut short: download it again",
			n, len(header), err)
	}
	if want := [4]byte{0, 0, idxUnsigned, byte(rank)}; [4]byte(header) != want {
		return nil, nil, fmt.Errorf("the magic number is %x, not %x (unsigned bytes, rank %d); this is not such an IDX file",
			header[:4], want, rank)
	}
	dims, total, err := idxDims(header[4:])
	if err != nil {
		return nil, nil, err
	}
	values, err := io.ReadAll(io.LimitReader(r, int64(total)+1))
	if err != nil {
		return nil, nil, fmt.Errorf("after %d of %d values: %w; download the file again", len(values), total, err)
	}
	if len(values) != total {
		return nil, nil, fmt.Errorf("the header %v promises %d values, the file has %s; download it again",
			dims, total, found(len(values), total))
	}
	return dims, values, nil
}

func found(got, want int) string {
	if got > want {
		return "more"
	}
	return fmt.Sprint(got)
}

// idxDims reads the dimensions and their product, within the limits.
func idxDims(b []byte) (dims []int, total int, err error) {
	total = 1
	for i := 0; i < len(b); i += 4 {
		d := int(binary.BigEndian.Uint32(b[i:]))
		if d < 1 || i > 0 && d > idxMaxSide || d > idxMaxValues/total {
			return nil, 0, fmt.Errorf("dimension %d of the header is %d; it must be at least 1, a side at most %d, all values at most %d",
				i/4, d, idxMaxSide, idxMaxValues)
		}
		dims = append(dims, d)
		total *= d
	}
	return dims, total, nil
}
