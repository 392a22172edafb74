package train

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

// plotFile is a Recorder that draws learning curves.
type plotFile struct {
	path     string
	rows     []Row
	perEpoch int
}

// plotFormats are the endings of files that Plot can write.
var plotFormats = []string{"svg", "png", "pdf"}

// Plot draws the learning curves of all runs into a file: .svg, .png or .pdf. The
// training loss and the test accuracy stand side by side, with a line for each
// optimizer, the mean over its seeds, and a band from the least to the greatest.
// The file is written anew at the end of each run.
func Plot(path string) (Recorder, error) {
	if !slices.Contains(plotFormats, plotFormat(path)) {
		return nil, fmt.Errorf("a plot can't be written as %q; let the name end in .svg, .png or .pdf", path)
	}
	return &plotFile{path: path}, nil
}

func plotFormat(path string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
}

func (p *plotFile) Begin(plan Plan) error {
	p.perEpoch = plan.StepsPerEpoch
	return nil
}

func (p *plotFile) Step(int, float64) {}

func (p *plotFile) Epoch(row Row) error {
	p.rows = append(p.rows, row)
	return nil
}

func (p *plotFile) End(*Result) error {
	if len(p.rows) == 0 {
		return nil
	}
	picture, err := drawCurves(p.rows, p.perEpoch, plotFormat(p.path))
	if err == nil {
		err = replaceFile(p.path, picture)
	}
	if err != nil {
		return fmt.Errorf("the plot %s can't be written: %w", p.path, err)
	}
	return nil
}

// Sizes of a plot.
const (
	panelWidth  = 12 * vg.Centimeter
	panelHeight = 9 * vg.Centimeter
	gap         = 8 * vg.Millimeter
	margin      = 4 * vg.Millimeter
	thumbnail   = 12 * vg.Millimeter
)

// drawCurves draws the panels side by side, and the legend to their right, where
// it covers nothing.
func drawCurves(rows []Row, perEpoch int, format string) ([]byte, error) {
	var panels []*plot.Plot
	legend := plot.NewLegend()
	legend.ThumbnailWidth, legend.Padding, legend.Left, legend.Top = thumbnail, 1.5*vg.Millimeter, true, true
	for i, q := range quantities {
		p, err := panel(curves(rows, perEpoch, q), q, i == 0, &legend)
		if err != nil {
			return nil, err
		}
		panels = append(panels, p)
	}
	n := vg.Length(len(panels))
	left, aside := n*panelWidth+(n-1)*gap+2*margin, legendWidth(&legend)
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

// colours are those of Okabe and Ito, "Color Universal Design" (2008), without the
// yellow, which is too light for a line on paper. Curve i has colour i mod their
// number, and its dashes change with each round and, for print without colours,
// from curve to curve.
var colours = []color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff}, {0x33, 0x33, 0x33, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0xe6, 0x9f, 0x00, 0xff},
}

var dashes = [][]vg.Length{
	nil, {vg.Points(7), vg.Points(3)}, {vg.Points(2), vg.Points(2)}, {vg.Points(9), vg.Points(3), vg.Points(2), vg.Points(3)},
}

// bandAlpha is the opacity of a band, of 255.
const bandAlpha = 0x30

// panel draws the curves of one quantity, and names them in the legend if they are
// to be.
func panel(all []curve, q quantity, named bool, legend *plot.Legend) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = q.title, "epochs of training", q.axis
	p.Title.Padding, p.X.Label.Padding, p.Y.Label.Padding = 2*vg.Millimeter, vg.Millimeter, vg.Millimeter
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(ticks), plot.TickerFunc(ticks)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{0xd4}, color.Gray{0xd4}
	p.Add(grid)
	for i, c := range all {
		if err := addBand(p, c, colours[i%len(colours)]); err != nil {
			return nil, err
		}
	}
	for i, c := range all {
		line, err := newLine(c, i)
		if err != nil {
			return nil, err
		}
		p.Add(line)
		if len(line.XYs) == 1 { // a line through one point shows nothing
			if err := addDot(p, line); err != nil {
				return nil, err
			}
		}
		if named {
			legend.Add(" "+c.label, line) // the space is between line and name
		}
	}
	return p, nil
}

// addDot marks the only point of a line.
func addDot(p *plot.Plot, line *plotter.Line) error {
	dot, err := plotter.NewScatter(line.XYs)
	if err != nil {
		return err
	}
	dot.GlyphStyle = draw.GlyphStyle{Color: line.Color, Radius: vg.Points(3), Shape: draw.CircleGlyph{}}
	p.Add(dot)
	return nil
}

func addBand(p *plot.Plot, c curve, ink color.NRGBA) error {
	if !several(c) {
		return nil
	}
	var edge plotter.XYs
	for _, s := range c.at {
		edge = append(edge, plotter.XY{X: s.epoch, Y: s.high})
	}
	for _, s := range slices.Backward(c.at) {
		edge = append(edge, plotter.XY{X: s.epoch, Y: s.low})
	}
	band, err := plotter.NewPolygon(edge)
	if err != nil {
		return err
	}
	ink.A = bandAlpha
	band.Color, band.LineStyle.Width = ink, 0
	p.Add(band)
	return nil
}

// newLine is the line of curve i.
func newLine(c curve, i int) (*plotter.Line, error) {
	var points plotter.XYs
	for _, s := range c.at {
		points = append(points, plotter.XY{X: s.epoch, Y: s.mean})
	}
	line, err := plotter.NewLine(points)
	if err != nil {
		return nil, err
	}
	line.Color, line.Width, line.Dashes = colours[i%len(colours)], vg.Points(1.8), dashes[(i+i/len(colours))%len(dashes)]
	return line, nil
}
