package train

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/optc-lang/optc/host/figure"
)

// plotFile is a Recorder that draws learning curves.
type plotFile struct {
	path, format string
	rows         []Row
	perEpoch     int
}

// Plot draws the learning curves of all runs into a file: .svg, .png or .pdf. The
// training loss and the test accuracy stand side by side, with a line for each
// optimizer, the mean over its seeds, and a band from the least to the greatest.
// The file is written anew at the end of each run.
func Plot(path string) (Recorder, error) {
	format, err := figure.Format(path)
	if err != nil {
		return nil, err
	}
	return &plotFile{path: path, format: format}, nil
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
	picture, err := drawCurves(p.rows, p.perEpoch, p.format)
	if err == nil {
		err = replaceFile(p.path, picture)
	}
	if err != nil {
		return fmt.Errorf("the plot %s can't be written: %w", p.path, err)
	}
	return nil
}

// drawCurves draws a panel for each quantity.
func drawCurves(rows []Row, perEpoch int, format string) ([]byte, error) {
	var panels []*plot.Plot
	legend := figure.Legend()
	for i, q := range quantities {
		p, err := panel(curves(rows, perEpoch, q), q, i == 0, &legend)
		if err != nil {
			return nil, err
		}
		panels = append(panels, p)
	}
	return figure.Render(panels, &legend, format)
}

// dashes change with each round of colours and, for print without colours, from
// curve to curve.
var dashes = [][]vg.Length{
	nil, {vg.Points(7), vg.Points(3)}, {vg.Points(2), vg.Points(2)}, {vg.Points(9), vg.Points(3), vg.Points(2), vg.Points(3)},
}

// bandAlpha is the opacity of a band, of 255.
const bandAlpha = 0x30

// panel draws the curves of one quantity, and names them in the legend if they are
// to be.
func panel(all []curve, q quantity, named bool, legend *plot.Legend) (*plot.Plot, error) {
	p := figure.Panel(q.title, "epochs of training", q.axis)
	for i, c := range all {
		if err := addBand(p, c, figure.Colour(i)); err != nil {
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
	p.X.Min = 0 // where training begins
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
	line.Color, line.Width, line.Dashes = figure.Colour(i), vg.Points(1.8), dashes[(i+i/figure.Colours)%len(dashes)]
	return line, nil
}
