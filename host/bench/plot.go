package bench

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/optc-lang/optc/host/figure"
)

// Plot draws a roofline for each size: over the bytes that a rule moves for each
// element, how many elements a nanosecond each engine steps, with the quartiles, and
// above them, as a line, how many the limit would allow. A colour is a rule and a
// mark an engine. The format is one of figure.Format; the report must have rows.
func (r *Report) Plot(format string) ([]byte, error) {
	legend := figure.Legend()
	rules := distinct(r.Rows, func(row Row) string { return row.Rule })
	engines := distinct(r.Rows, func(row Row) string { return row.Engine })
	for i, rule := range rules {
		legend.Add(" "+rule, mark{figure.Colour(i), glyph(0)})
	}
	for i, engine := range engines {
		legend.Add(" "+engine, mark{color.Black, glyph(i)})
	}
	legend.Add(" limit", &plotter.Line{LineStyle: roofStyle})
	var panels []*plot.Plot
	for _, elements := range distinct(r.Rows, func(row Row) int { return row.Elements }) {
		rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row Row) bool { return row.Elements != elements })
		p, err := roofline(rows, rules, engines)
		if err != nil {
			return nil, err
		}
		panels = append(panels, p)
	}
	r.align(panels)
	return figure.Render(panels, &legend, format)
}

// distinct are the different values of a quantity, in the order of the rows.
func distinct[K comparable](rows []Row, of func(Row) K) (all []K) {
	for _, row := range rows {
		if k := of(row); !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}

// roofStyle is how the limit looks.
var roofStyle = draw.LineStyle{Color: color.Gray{0x66}, Width: vg.Points(1.8)}

// roofline is the panel of one size.
func roofline(rows []Row, rules, engines []string) (*plot.Plot, error) {
	p := figure.Panel(fmt.Sprintf("%v elements", Size(rows[0].Elements)), "bytes moved an element", "elements a nanosecond")
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.TickerFunc(logTicks)
	roof, err := plotter.NewLine(ceiling(rows))
	if err != nil {
		return nil, err
	}
	roof.LineStyle = roofStyle
	p.Add(roof)
	for _, row := range rows {
		if err := addPoint(p, row, mark{figure.Colour(slices.Index(rules, row.Rule)), glyph(slices.Index(engines, row.Engine))}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// ceiling is the limit over the bytes moved an element.
func ceiling(rows []Row) (roof plotter.XYs) {
	for _, row := range rows {
		x := float64(row.BytesPerElement)
		roof = append(roof, plotter.XY{X: x, Y: row.LimitGBPerSecond.Median / x})
	}
	slices.SortFunc(roof, func(a, b plotter.XY) int { return int(a.X - b.X) })
	return roof
}

// spot is one row in a panel, with its quartiles.
type spot struct {
	plotter.XYs
	plotter.YErrors
}

func addPoint(p *plot.Plot, row Row, m mark) error {
	x, rate := float64(row.BytesPerElement), row.GBPerSecond
	at := spot{plotter.XYs{{X: x, Y: rate.Median / x}}, plotter.YErrors{{Low: (rate.Median - rate.Low) / x, High: (rate.High - rate.Median) / x}}}
	points, err := plotter.NewScatter(at)
	if err != nil {
		return err
	}
	points.GlyphStyle = m.style()
	bars, err := plotter.NewYErrorBars(at)
	if err != nil {
		return err
	}
	bars.Color = m.colour
	p.Add(points, bars)
	return nil
}

// mark is how the points of an engine of a rule look.
type mark struct {
	colour color.Color
	shape  draw.GlyphDrawer
}

func glyph(engine int) draw.GlyphDrawer {
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.TriangleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}}
	return shapes[engine%len(shapes)]
}

func (m mark) style() draw.GlyphStyle {
	return draw.GlyphStyle{Color: m.colour, Radius: vg.Points(3.5), Shape: m.shape}
}

// Thumbnail draws the mark in the legend.
func (m mark) Thumbnail(c *draw.Canvas) { c.DrawGlyph(m.style(), c.Center()) }

// align gives all panels the same axes, with room around what they show.
func (r *Report) align(panels []*plot.Plot) {
	low, high := panels[0].Y.Min, panels[0].Y.Max
	left, right := panels[0].X.Min, panels[0].X.Max
	for _, p := range panels {
		low, high = min(low, p.Y.Min), max(high, p.Y.Max)
		left, right = min(left, p.X.Min), max(right, p.X.Max)
	}
	for _, p := range panels {
		p.Y.Min, p.Y.Max, p.X.Min, p.X.Max = low/1.3, high*1.3, left-2, right+2
	}
}

// logTicks marks 1, 2 and 5 times each power of ten in a range above 0.
func logTicks(low, high float64) (marks []plot.Tick) {
	for e := math.Floor(math.Log10(low)); e <= math.Log10(high); e++ {
		for _, digit := range []float64{1, 2, 5} {
			if x := digit * math.Pow(10, e); x >= low && x <= high {
				marks = append(marks, plot.Tick{Value: x, Label: fmt.Sprintf("%g", x)})
			}
		}
	}
	return marks
}
