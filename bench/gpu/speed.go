package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

type speedCmd struct {
	Dir      string `arg:"" help:"Where the kernels are."`
	Elements int    `default:"1000000000" help:"Parameters of the large tensor."`
	Rounds   int    `default:"15" help:"Samples of each measurement, in turns; medians are shown."`
	Torch    string `placeholder:"torch.py" help:"The script that measures PyTorch, after this."`
}

// cases are what is stepped, beside the large tensor.
var cases = []struct {
	name            string
	tensors, length int
	direct          bool
}{
	{"10,000 tensors of 1,000", 10_000, 1000, false},
	{"1 tensor of 10,000,000", 1, 10_000_000, false},
	{"10 tensors of 10,000, by graph", 10, 10_000, false},
	{"10 tensors of 10,000, each kernel by itself", 10, 10_000, true},
}

// Run prints one table.
func (c *speedCmd) Run(ctx context.Context, out io.Writer) error {
	d, err := driver.Load()
	if err != nil {
		return err
	}
	device, err := d.Device(0)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, compute capability %d.%d, %d multiprocessors, %.1f GB of memory, a driver for CUDA %d.%d; f32, medians of %d rounds\n\n",
		device.Name, device.Arch/10, device.Arch%10, device.Multiprocessors, float64(device.Memory)/1e9, d.Version()/1000, d.Version()%1000/10, c.Rounds)
	err = c.steps(ctx, out)
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, c.torch(ctx, out))
}

// steps prints the table of optc's steps. A row that can't be measured says why.
func (c *speedCmd) steps(ctx context.Context, out io.Writer) (err error) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { err = errors.Join(err, w.Flush()) }()
	fmt.Fprintln(w, "what\trule\tms a step\tGB/s\tcopy GB/s\tshare of the copy")
	for _, name := range []string{"pnm", "adapnm", "hb", "adam"} {
		rule, ok := plugins.Find(name)
		if !ok {
			return fmt.Errorf("no rule %s comes with optc", name)
		}
		code, failed := kernelsOf(c.Dir, rule)
		if failed != nil {
			return failed
		}
		m := measurement{rule: rule, code: code, count: c.Rounds, out: w}
		err = errors.Join(err, m.row(fmt.Sprintf("1 tensor of %d", c.Elements), []int{c.Elements}, false))
		for _, s := range cases {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err = errors.Join(err, m.row(s.name, slices.Repeat([]int{s.length}, s.tensors), s.direct))
		}
	}
	return err
}

// measurement measures one rule.
type measurement struct {
	rule  *abi.Rule
	code  *abi.CUDA
	count int // of rounds
	out   io.Writer
}

// row prints the row of some tensors.
func (m *measurement) row(what string, lens []int, direct bool) error {
	err := m.measure(what, lens, direct)
	if err != nil {
		fmt.Fprintf(m.out, "%s\t%s\t%v\n", what, m.rule.Manifest.Name, err)
	}
	return err
}

// measure prints the row where it can be measured.
func (m *measurement) measure(what string, lens []int, direct bool) (err error) {
	e, err := cuda.Open(0, &m.rule.Manifest, m.code)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	e.Direct = direct
	layout, err := abi.NewLayout(&m.rule.Manifest, 0, abi.F32, lens, make([]int, len(lens)))
	if err != nil {
		return err
	}
	arena, err := e.Attach(layout)
	if err != nil {
		return err
	}
	copy(arena.Hypers(0), m.rule.Manifest.Defaults())
	fill(arena)
	advance(arena)
	if err := e.Step(); err != nil { // takes θ and g to the device
		return err
	}
	elements := 0
	for _, n := range lens {
		elements += n
	}
	took, limit, err := m.rounds(e, arena, elements)
	if err != nil {
		return err
	}
	bytes := float64(elements) * float64(m.rule.Manifest.Variants[0].BytesPerElement(abi.F32))
	speed := bytes / took.Seconds() / 1e9
	fmt.Fprintf(m.out, "%s\t%s\t%.4f\t%.0f\t%.0f\t%.1f %%\n", what, m.rule.Manifest.Name, took.Seconds()*1e3, speed, limit, 100*speed/limit)
	return nil
}

// sample is the elements that a sample steps, at least.
const sample = 200_000_000

// rounds gives the median time of a step, and the median speed of a copy of θ to
// g within the device's memory, in GB/s; both in turns.
func (m *measurement) rounds(e *cuda.Engine, a *abi.Arena, elements int) (took time.Duration, copied float64, err error) {
	times := max(1, sample/elements)
	var steps []time.Duration
	var copies []float64
	for range m.count {
		step, err := timed(e, a, times)
		if err != nil {
			return 0, 0, err
		}
		bytes := int64(4 * elements)
		c, err := e.Time(func(s *driver.Stream) error { return s.Copy(e.Grad(0), e.Theta(0), bytes) })
		if err != nil {
			return 0, 0, err
		}
		steps, copies = append(steps, step), append(copies, 2*float64(bytes)/c.Seconds()/1e9)
	}
	slices.Sort(steps)
	slices.Sort(copies)
	return steps[len(steps)/2], copies[len(copies)/2], nil
}

// timed is the time of one of some steps of tensors on the device.
func timed(e *cuda.Engine, a *abi.Arena, times int) (time.Duration, error) {
	start := time.Now()
	for range times {
		advance(a)
		if err := e.Launch(); err != nil {
			return 0, err
		}
	}
	err := e.Wait()
	return time.Since(start) / time.Duration(times), err
}

// advance has all tensors be stepped once more.
func advance(a *abi.Arena) {
	for i := range a.Steps() {
		a.Steps()[i]++
	}
}

// fill gives all tensors numbers.
func fill(a *abi.Arena) {
	l := a.Layout()
	for i := range l.Lens {
		theta, grad := abi.Theta[float32](a, i), abi.Grad[float32](a, i)
		for j := range theta {
			theta[j], grad[j] = float32(j%2003-1001)/1000, float32(j%1999)/1e6-0.0010005
		}
	}
}
