package data

import (
	"fmt"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomediumitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonobolditalic"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// glyphChars are the classes, in label order: digits and capitals. Lower case is
// left out because many of its letters are capitals at another size, and size is
// random here; O and I are left out because a stretched 0 or 1 is one of them.
const glyphChars = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

const (
	glyphSide  = 20   // pixels, both ways
	glyphTrain = 6000 // images
	glyphTest  = 2000 // images
)

// The training images use the first faces only. Half of the test images use them
// too, with fresh draws; the other half uses faces that training never shows, so
// that a network can be good at one and bad at the other. The small capitals of
// the Go fonts have the same capitals as the regular face and would add nothing.
var (
	seenFaces   = [][]byte{goregular.TTF, gomedium.TTF, gobold.TTF, goitalic.TTF, gomono.TTF}
	unseenFaces = [][]byte{gomediumitalic.TTF, gobolditalic.TTF, gomonobold.TTF, gomonoitalic.TTF, gomonobolditalic.TTF}
)

// openGlyphs makes the set: each image is a random face's mask of its character
// under a random affine map, contrast and noise. Every operation is exact or a
// single IEEE operation (no sine, and float64 conversions around products forbid
// fused multiply-adds), so a seed gives the same set on every machine.
func openGlyphs(_ string, seed uint64) (*Set, error) {
	seen, err := drawFaces(seenFaces)
	if err != nil {
		return nil, fmt.Errorf("glyphs: %w", err)
	}
	unseen, err := drawFaces(unseenFaces)
	if err != nil {
		return nil, fmt.Errorf("glyphs: %w", err)
	}
	train := makeGlyphs(newDice(seed, streamTrain, 0), glyphTrain, seen)
	test := makeGlyphs(newDice(seed, streamTest, 0), glyphTest, seen, unseen)
	size := shape{1, glyphSide, glyphSide}
	return normalised("glyphs", size, len(glyphChars), train, test), nil
}

// alphabet is a face's masks, by class.
type alphabet [len(glyphChars)]*mask

func drawFaces(fonts [][]byte) ([]alphabet, error) {
	faces := make([]alphabet, len(fonts))
	for i, ttf := range fonts {
		face, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, err
		}
		for label, char := range glyphChars {
			if faces[i][label], err = drawMask(face, char); err != nil {
				return nil, err
			}
		}
	}
	return faces, nil
}

// makeGlyphs makes n images. Classes go round, so that they are balanced, and
// with each round the group of faces changes.
func makeGlyphs(d dice, n int, groups ...[]alphabet) raw {
	out := raw{make([]byte, n*glyphSide*glyphSide), make([]int32, n)}
	for i := range n {
		label := i % len(glyphChars)
		group := groups[i/len(glyphChars)%len(groups)]
		face := &group[d.below(len(group))]
		out.labels[i] = int32(label)
		takePicture(d, face[label], out.pixels[i*glyphSide*glyphSide:][:glyphSide*glyphSide])
	}
	return out
}
