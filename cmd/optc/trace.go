package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

type traceCmd struct {
	Ref    string   `arg:"" name:"optimizer" help:"A name, or a rule's .opt file."`
	Set    []string `sep:"none" placeholder:"NAME=VALUE" help:"A hyperparameter's value or an option's choice; may be repeated."`
	DType  string   `name:"dtype" enum:"f32,f64" default:"f64" help:"Number format of the run: f32 or f64."`
	Engine string   `enum:"eval,go,plugin" default:"plugin" help:"What steps: eval (the reference), go (the generated kernel in this process) or plugin."`
	In     string   `placeholder:"FILE" default:"-" help:"The recorded run, JSON: theta0, gradients, and schedule if there is one. - is standard input."`
	Out    string   `placeholder:"FILE" default:"-" help:"Where the parameters after each step go, JSON: theta. - is standard output."`
}

// recording is a run to replay. Other fields are for the reader.
type recording struct {
	Theta0    []float64            `json:"theta0"`
	Gradients [][]float64          `json:"gradients"` // a row a step; null leaves the step out
	Schedule  map[string][]float64 `json:"schedule"`  // a hyperparameter's value in each step
}

// Run replays the recorded gradients.
func (c *traceCmd) Run(a *app) error {
	run, err := c.read(a)
	if err != nil {
		return err
	}
	engine, err := c.engine(a)
	if err != nil {
		return err
	}
	theta, err := c.replay(engine, run)
	if closeErr := engine.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Ref, err)
	}
	text, err := json.Marshal(map[string]any{"theta": theta})
	if err != nil {
		return fmt.Errorf("the parameters are no longer finite, which JSON can't hold: %w", err)
	}
	text = append(text, '\n')
	if c.Out == "-" {
		_, err := a.out.Write(text)
		return err
	}
	return writeFile(c.Out, text)
}

// maxRecording bounds the size of a recording in bytes.
const maxRecording = 1 << 30

func (c *traceCmd) read(a *app) (*recording, error) {
	from := a.in
	if c.In != "-" {
		f, err := os.Open(c.In)
		if err != nil {
			return nil, fmt.Errorf("the recording can't be read: %w", err)
		}
		defer f.Close()
		from = f
	}
	run := &recording{}
	if err := json.NewDecoder(io.LimitReader(from, maxRecording)).Decode(run); err != nil {
		return nil, fmt.Errorf("the recording %s is not JSON with theta0 and gradients: %w", c.In, err)
	}
	return run, run.check()
}

// check reports rows whose lengths do not fit.
func (r *recording) check() error {
	if len(r.Theta0) == 0 {
		return fmt.Errorf("the recording has no theta0; it needs the first parameters as a list of numbers")
	}
	for i, row := range r.Gradients {
		if row != nil && len(row) != len(r.Theta0) {
			return fmt.Errorf("row %d of gradients has %d values, theta0 has %d", i, len(row), len(r.Theta0))
		}
	}
	for name, values := range r.Schedule {
		if len(values) != len(r.Gradients) {
			return fmt.Errorf("the schedule of %s has %d values for %d steps", name, len(values), len(r.Gradients))
		}
	}
	return nil
}

// engine makes the engine that --engine names.
func (c *traceCmd) engine(a *app) (host.Engine, error) {
	switch c.Engine {
	case "plugin":
		entry, err := a.plugin(c.Ref)
		if err != nil {
			return nil, err
		}
		return host.Launch(entry.Binary())
	case "go":
		if rule, ok := plugins.Find(c.Ref); ok {
			return host.InProcess(rule), nil
		}
		return nil, fmt.Errorf("%s is not compiled into optc, so --engine go can't run it; use plugin or eval", c.Ref)
	}
	rule, err := a.rule(c.Ref)
	if err != nil {
		return nil, err
	}
	oracle := &abi.Rule{Manifest: rule.Manifest, Source: rule.Source}
	for _, p := range rule.Programs {
		oracle.Kernels = append(oracle.Kernels, eval.Kernel(p))
	}
	return host.InProcess(oracle), nil
}

// replay steps through the recording and gives the parameters after each step.
func (c *traceCmd) replay(engine host.Engine, run *recording) ([][]float64, error) {
	dtype, err := abi.ParseDType(c.DType)
	if err != nil {
		return nil, err
	}
	if dtype == abi.F64 {
		return replay[float64](c, engine, run)
	}
	return replay[float32](c, engine, run)
}

func replay[T abi.Float](c *traceCmd, engine host.Engine, run *recording) ([][]float64, error) {
	m := engine.Manifest()
	values, choices, err := settings(m, c.Set)
	if err != nil {
		return nil, err
	}
	hypers := m.Defaults()
	for name, x := range values {
		i, _ := m.HyperIndex(name)
		hypers[i] = x
	}
	variant, err := m.Variant(choices)
	if err != nil {
		return nil, err
	}
	layout, err := abi.NewLayout(m, variant, abi.DTypeOf[T](), []int{len(run.Theta0)}, []int{0})
	if err != nil {
		return nil, err
	}
	arena, err := engine.Attach(layout)
	if err != nil {
		return nil, err
	}
	convert(abi.Theta[T](arena, 0), run.Theta0)
	return steps[T](engine, arena, hypers, run)
}

// steps performs the steps; a row without gradients leaves θ as it is.
func steps[T abi.Float](engine host.Engine, arena *abi.Arena, hypers []float64, run *recording) ([][]float64, error) {
	m := engine.Manifest()
	theta := [][]float64{}
	taken := int64(0)
	for i, row := range run.Gradients {
		for name, values := range run.Schedule {
			at, ok := m.HyperIndex(name)
			if !ok {
				return nil, fmt.Errorf("the recording schedules %q: %w", name, unknownHyper(m, name))
			}
			hypers[at] = values[i]
		}
		if err := m.CheckHypers(hypers); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		if row != nil {
			taken++
			copy(arena.Hypers(0), hypers)
			convert(abi.Grad[T](arena, 0), row)
			arena.Steps()[0] = taken
			if err := engine.Step(); err != nil {
				return nil, fmt.Errorf("step %d: %w", i+1, err)
			}
		}
		theta = append(theta, widen(abi.Theta[T](arena, 0)))
	}
	return theta, nil
}

func convert[T abi.Float](to []T, from []float64) {
	for i, x := range from {
		to[i] = T(x)
	}
}

func widen[T abi.Float](values []T) []float64 {
	out := make([]float64, len(values))
	for i, x := range values {
		out[i] = float64(x)
	}
	return out
}
