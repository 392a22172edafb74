package data

import (
	"fmt"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A mask is a square of maskSide pixels with the outline of one character in its
// middle, drawn maskEm pixels an em. Both are powers of two or sums of few, large
// enough for the widest character of the Go fonts.
const (
	maskSide = 96
	maskEm   = 64
)

// curveSteps is the number of lines for one curve.
const curveSteps = 8

type mask [maskSide * maskSide]bool

// at says if the point, in mask pixels from the middle, is inside the character.
func (m *mask) at(x, y float64) bool {
	col, row := math.Floor(x+maskSide/2), math.Floor(y+maskSide/2)
	if col < 0 || row < 0 || col >= maskSide || row >= maskSide {
		return false
	}
	return m[int(row)*maskSide+int(col)]
}

// drawMask fills the outline of a character.
func drawMask(face *sfnt.Font, char rune) (*mask, error) {
	var buf sfnt.Buffer
	index, err := face.GlyphIndex(&buf, char)
	if err != nil || index == 0 {
		return nil, fmt.Errorf("the font has no character %q (%v)", char, err)
	}
	segments, err := face.LoadGlyph(&buf, index, fixed.I(maskEm), nil)
	if err != nil {
		return nil, fmt.Errorf("the outline of %q: %w", char, err)
	}
	return fill(lines(segments), segments.Bounds()), nil
}

type point struct{ x, y float64 }

func at(p fixed.Point26_6) point { return point{float64(p.X) / 64, float64(p.Y) / 64} }

// line is one edge of an outline.
type line struct{ a, b point }

// lines flattens an outline; the font library closes each contour. TrueType has
// no cubic curves. Coordinates are multiples of 2^-6 and curve points of 2^-12, so
// every operation here is exact.
func lines(segments sfnt.Segments) (out []line) {
	var pen point
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			pen = at(s.Args[0])
		case sfnt.SegmentOpLineTo:
			out = append(out, line{pen, at(s.Args[0])})
			pen = at(s.Args[0])
		case sfnt.SegmentOpQuadTo:
			out = append(out, curve(pen, at(s.Args[0]), at(s.Args[1]))...)
			pen = at(s.Args[1])
		}
	}
	return out
}

func curve(a, b, c point) (out []line) {
	from := a
	for i := 1; i <= curveSteps; i++ {
		t := float64(i) / curveSteps
		to := point{bezier(a.x, b.x, c.x, t), bezier(a.y, b.y, c.y, t)}
		out = append(out, line{from, to})
		from = to
	}
	return out
}

func bezier(a, b, c, t float64) float64 {
	return (1-t)*(1-t)*a + 2*t*(1-t)*b + t*t*c
}

// fill draws by the nonzero winding rule: each edge adds its direction to the
// pixels right of it, as a difference, and a running sum along the row gives the
// winding number of each pixel's middle.
func fill(edges []line, box fixed.Rectangle26_6) *mask {
	low, high := at(box.Min), at(box.Max)
	left, top := (low.x+high.x-maskSide)/2, (low.y+high.y-maskSide)/2
	var turns [maskSide][maskSide + 1]int
	for _, e := range edges {
		e = line{point{e.a.x - left, e.a.y - top}, point{e.b.x - left, e.b.y - top}}
		for row := range turns {
			if turn, col := e.cross(float64(row) + 0.5); turn != 0 {
				turns[row][col] += turn
			}
		}
	}
	var m mask
	for row := range turns {
		winding := 0
		for col := range maskSide {
			winding += turns[row][col]
			m[row*maskSide+col] = winding != 0
		}
	}
	return &m
}

// cross tells in which direction the edge crosses the horizontal line at y (0 if
// it does not), and the first column whose middle is right of the crossing.
func (e line) cross(y float64) (turn, column int) {
	down := e.a.y <= y && y < e.b.y
	up := e.b.y <= y && y < e.a.y
	if !down && !up {
		return 0, 0
	}
	x := e.a.x + float64((y-e.a.y)/(e.b.y-e.a.y)*(e.b.x-e.a.x))
	column = int(math.Ceil(min(max(x-0.5, 0), maskSide)))
	if up {
		return -1, column
	}
	return 1, column
}
