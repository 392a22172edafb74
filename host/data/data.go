// Package data reads and makes labelled image sets, and deals their rows into
// batches.
//
// A set is opened by a spec of the form SCHEME or SCHEME:DIR. Each scheme fills
// two splits of byte pixels, train and test; then every channel is mapped to
// float32 by (pixel - mean) / deviation, with the mean and the deviation of the
// training split alone. A byte has 256 values, so both come from a histogram and
// are the same on every machine.
//
// Schemes:
//
//   - glyphs: characters under random distortions, made from a seed; needs no files.
//   - cifar10:DIR and cifar100:DIR: the binary version of A. Krizhevsky, "Learning
//     Multiple Layers of Features from Tiny Images", 2009
//     (https://www.cs.toronto.edu/~kriz/cifar.html).
//   - idx:DIR: the format of MNIST (Y. LeCun, C. Cortes, C. Burges), plain or .gz.
package data

import (
	"fmt"
	"strings"
)

// Set is a labelled image classification task.
type Set struct {
	Name                    string // the spec's scheme: "glyphs", "cifar10", ...
	Channels, Height, Width int    // of every image; Height and Width in pixels
	Classes                 int    // labels are 0 to Classes-1
	Train, Test             Split
}

// Split is one part of a set. Row i (0-based) is the image
// Images[i*C*H*W : (i+1)*C*H*W] with the label Labels[i].
type Split struct {
	Images []float32 // N x C x H x W, row-major, normalised per channel by the training split
	Labels []int32   // N class numbers, 0-based
}

// Len is the number of rows.
func (s Split) Len() int { return len(s.Labels) }

// ImageLen is the number of values of one image, Channels*Height*Width.
func (s *Set) ImageLen() int { return s.Channels * s.Height * s.Width }

// Check returns an error if the set is not consistent: a size that is not
// positive, fewer than 2 classes, an empty split, images and labels that do not
// match, or a label outside the classes.
func (s *Set) Check() error {
	if s.Channels < 1 || s.Height < 1 || s.Width < 1 {
		return fmt.Errorf("set %q: images of %d x %d x %d values; channels, height and width must be at least 1",
			s.Name, s.Channels, s.Height, s.Width)
	}
	if s.Classes < 2 {
		return fmt.Errorf("set %q has %d classes; a classification task needs at least 2", s.Name, s.Classes)
	}
	if err := s.CheckSplit(s.Train); err != nil {
		return fmt.Errorf("training split: %w", err)
	}
	if err := s.CheckSplit(s.Test); err != nil {
		return fmt.Errorf("test split: %w", err)
	}
	return nil
}

// CheckSplit returns an error if the split is empty or does not fit the set's
// image size and classes.
func (s *Set) CheckSplit(split Split) error {
	if split.Len() == 0 {
		return fmt.Errorf("set %q: no rows; a split needs at least one image and its label", s.Name)
	}
	if want := split.Len() * s.ImageLen(); len(split.Images) != want {
		return fmt.Errorf("set %q: %d image values for %d labels; expected %d (%d a label)",
			s.Name, len(split.Images), split.Len(), want, s.ImageLen())
	}
	for i, label := range split.Labels {
		if label < 0 || int(label) >= s.Classes {
			return fmt.Errorf("set %q: row %d has label %d; labels go from 0 to %d", s.Name, i, label, s.Classes-1)
		}
	}
	return nil
}

// CheckRows returns an error if a row number is outside the training split.
func (s *Set) CheckRows(rows []int) error {
	for i, row := range rows {
		if row < 0 || row >= s.Train.Len() {
			return fmt.Errorf("set %q: entry %d of the batch is row %d; training rows go from 0 to %d",
				s.Name, i, row, s.Train.Len()-1)
		}
	}
	return nil
}

// scheme is one way to open a set.
type scheme struct {
	name  string
	inDir bool // the spec must name a folder: "NAME:DIR"
	open  func(dir string, seed uint64) (*Set, error)
}

func (s scheme) String() string {
	if s.inDir {
		return s.name + ":DIR"
	}
	return s.name
}

var schemes = []scheme{
	{"glyphs", false, openGlyphs},
	{"cifar10", true, cifar10.open},
	{"cifar100", true, cifar100.open},
	{"idx", true, openIDX},
}

// Open reads or makes the set that spec names: "glyphs", "cifar10:DIR",
// "cifar100:DIR" or "idx:DIR". The seed matters for glyphs alone. An unknown
// scheme, a missing folder name and a file that is missing, of the wrong size or
// of the wrong content are errors that say what to do.
func Open(spec string, seed uint64) (*Set, error) {
	name, dir, _ := strings.Cut(spec, ":")
	for _, s := range schemes {
		if s.name != name {
			continue
		}
		if s.inDir != (dir != "") {
			return nil, fmt.Errorf("data set %q: write it as %q", spec, s)
		}
		return s.open(dir, seed)
	}
	return nil, fmt.Errorf("unknown data set %q; the known ones are %s", spec, known())
}

func known() string {
	var names []string
	for _, s := range schemes {
		names = append(names, s.String())
	}
	return strings.Join(names, ", ")
}
