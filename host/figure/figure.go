// Package figure draws panels side by side, with one legend to their right, where it
// covers nothing.
package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// formats are the endings of files that a figure can be written as.
var formats = []string{"svg", "png", "pdf"}

// Format is the format that the ending of a file's name asks for.
func Format(path string) (string, error) {
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
	if !slices.Contains(formats, format) {
		return "", fmt.Errorf("a plot can't be written as %q; let the name end in .svg, .png or .pdf", path)
	}
	return format, nil
}

// colours are those of Okabe and Ito, "Color Universal Design" (2008), without the
// yellow, which is too light for a line on paper.
var colours = [Colours]color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff}, {0x33, 0x33, 0x33, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0xe6, 0x9f, 0x00, 0xff},
}

// Colours is how many colours there are.
const Colours = 7

// Colour is the colour of thing i, 0-based; after Colours things they begin again.
func Colour(i int) color.NRGBA { return colours[i%Colours] }

// Sizes of a figure.
const (
	panelWidth  = 12 * vg.Centimeter
	panelHeight = 9 * vg.Centimeter
	gap         = 8 * vg.Millimeter
	margin      = 4 * vg.Millimeter
	thumbnail   = 12 * vg.Millimeter
)

// Panel is an empty panel with a grid.
func Panel(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding, p.X.Label.Padding, p.Y.Label.Padding = 2*vg.Millimeter, vg.Millimeter, vg.Millimeter
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(ticks), plot.TickerFunc(ticks)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{0xd4}, color.Gray{0xd4}
	p.Add(grid)
	return p
}

// Legend is an empty legend.
func Legend() plot.Legend {
	legend := plot.NewLegend()
	legend.ThumbnailWidth, legend.Padding, legend.Left, legend.Top = thumbnail, 1.5*vg.Millimeter, true, true
	return legend
}

// Render draws panels, from left to right, in a format of Format's.
func Render(panels []*plot.Plot, legend *plot.Legend, format string) ([]byte, error) {
	n := vg.Length(len(panels))
	left, aside := n*panelWidth+(n-1)*gap+2*margin, legendWidth(legend)
	canvas, err := draw.NewFormattedCanvas(left+aside+margin, panelHeight+2*margin, format)
	if err != nil {
		return nil, err
	}
	all := draw.New(canvas)
	tiles := draw.Tiles{Rows: 1, Cols: len(panels), PadX: gap, PadTop: margin, PadBottom: margin, PadLeft: margin, PadRight: margin}
	for i, c := range plot.Align([][]*plot.Plot{panels}, tiles, draw.Crop(all, 0, -aside-margin, 0, 0))[0] {
		panels[i].Draw(c)
	}
	legend.Draw(draw.Crop(all, left, -margin, 0, -4*margin))
	var out bytes.Buffer
	_, err = canvas.WriteTo(&out)
	return out.Bytes(), err
}

// legendWidth is the room that the widest line of a legend takes.
func legendWidth(l *plot.Legend) vg.Length {
	box := l.Rectangle(draw.NewCanvas(nil, 0, 0))
	return box.Max.X - box.Min.X
}
