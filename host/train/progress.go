package train

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows runs as they go. On a terminal it is a moving line, under a line
// for each epoch that is done; elsewhere it is the lines alone. The environment
// variable NO_COLOR, if it is not empty, keeps colours out; TERM=dumb is no
// terminal.
func Progress(f *os.File) Recorder {
	if !isatty.IsTerminal(f.Fd()) && !isatty.IsCygwinTerminal(f.Fd()) || os.Getenv("TERM") == "dumb" {
		return Lines(f)
	}
	return newBar(f, os.Getenv("NO_COLOR") == "")
}

// lines is a Recorder that writes a line for each epoch.
type lines struct {
	w    io.Writer
	plan Plan
}

// Lines writes a line for each epoch.
func Lines(w io.Writer) Recorder { return &lines{w: w} }

func (l *lines) Begin(p Plan) error {
	l.plan = p
	for _, line := range p.opening() {
		l.write(line)
	}
	return nil
}

func (l *lines) Step(int, float64) {}

// Epoch leaves out the rows that a resumed run had before.
func (l *lines) Epoch(row Row) error {
	if row.Step > l.plan.From {
		l.write(l.plan.line(row))
	}
	return nil
}

func (l *lines) End(r *Result) error {
	if r.Failure != "" {
		l.write(l.plan.name() + "  " + "ended early")
	}
	return nil
}

// write drops errors: a closed pipe is no reason to stop training.
func (l *lines) write(line string) { _, _ = fmt.Fprintln(l.w, line) }

func (p Plan) name() string { return fmt.Sprintf("%s  seed %d", p.Optimizer, p.Seed) }

// opening are the lines that a run begins with, if any: its notes, and where it
// goes on.
func (p Plan) opening() []string {
	var lines []string
	for _, note := range p.Notes {
		lines = append(lines, fmt.Sprintf("%s, seed %d: %s", p.Optimizer, p.Seed, note))
	}
	switch {
	case p.From == p.Steps:
		lines = append(lines, p.name()+"  is done already")
	case p.From > 0:
		lines = append(lines, fmt.Sprintf("%s  resumed after step %d of %d", p.name(), p.From, p.Steps))
	}
	return lines
}

// line is a row as a line of text.
func (p Plan) line(r Row) string {
	return fmt.Sprintf("%s  epoch %*d/%d  train loss %.4f  test loss %.4f  test accuracy %5.2f %%  %s",
		p.name(), len(fmt.Sprint(p.Epochs())), r.Epoch, p.Epochs(), r.TrainLoss, r.TestLoss, 100*r.TestAccuracy, clock(r.Seconds))
}

// clock is a time, with about three digits.
func clock(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", seconds)
	}
	return d.Round(time.Second).String()
}

// bar is a Recorder that shows a line on a terminal.
type bar struct {
	w      io.Writer
	colour bool
	opts   []mpb.ContainerOption
	plan   Plan
	out    *mpb.Progress
	bar    *mpb.Bar
	loss   average
}

// refresh is the time between two pictures of the line.
const refresh = 150 * time.Millisecond

func newBar(w io.Writer, colour bool, more ...mpb.ContainerOption) *bar {
	return &bar{w: w, colour: colour, opts: append([]mpb.ContainerOption{mpb.WithOutput(w), mpb.WithRefreshRate(refresh)}, more...)}
}

func (b *bar) Begin(p Plan) error {
	b.plan = p
	b.loss.reset()
	for _, line := range p.opening() {
		_, _ = fmt.Fprintln(b.w, line)
	}
	b.out = mpb.New(b.opts...)
	// A total of 0 at first keeps the bar from ending itself before the last line
	// is written: End ends it.
	b.bar = b.out.New(0, mpb.BarStyle().Lbound("[").Rbound("]").Filler("=").Tip(">").Padding(" "),
		mpb.PrependDecorators(decor.Any(func(s decor.Statistics) string { return b.paint(p.name()) + b.epoch(s.Current) })),
		mpb.AppendDecorators(
			decor.Any(func(decor.Statistics) string { return b.loss.String() }),
			decor.AverageETA(decor.ET_STYLE_GO)))
	b.bar.SetTotal(int64(p.Steps), false)
	b.bar.SetCurrent(int64(p.From))
	b.bar.DecoratorAverageAdjust(time.Now())
	return nil
}

// epoch is where a step, 0-based, stands.
func (b *bar) epoch(step int64) string {
	at := min(int(step)/b.plan.StepsPerEpoch+1, b.plan.Epochs())
	return fmt.Sprintf("  epoch %d/%d ", at, b.plan.Epochs())
}

func (b *bar) paint(text string) string {
	if !b.colour {
		return text
	}
	return "\x1b[1;36m" + text + "\x1b[0m"
}

func (b *bar) Step(step int, loss float64) {
	b.loss.add(loss)
	b.bar.SetCurrent(int64(step))
}

func (b *bar) Epoch(row Row) error {
	if row.Step > b.plan.From {
		_, _ = fmt.Fprintln(b.out, b.plan.line(row))
	}
	return nil
}

func (b *bar) End(*Result) error {
	b.bar.Abort(true)
	b.out.Wait()
	return nil
}

// average is a running mean of losses, for the eye: each new one counts a
// twentieth. The line reads it while the run writes it. 0 is none yet.
type average struct{ bits atomic.Uint64 }

func (a *average) value() float64 { return math.Float64frombits(a.bits.Load()) }

func (a *average) add(loss float64) {
	if !finite(loss) {
		return
	}
	if old := a.value(); old != 0 {
		loss = old + (loss-old)/20
	}
	a.bits.Store(math.Float64bits(loss))
}

func (a *average) reset() { a.bits.Store(0) }

func (a *average) String() string {
	if a.value() == 0 {
		return ""
	}
	return fmt.Sprintf(" loss %.3f ", a.value())
}
