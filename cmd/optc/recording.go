package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/optc-lang/optc/internal/cause"
)

// recording is a run to replay: JSON with theta0, gradients, and schedule where
// there is one. Other fields are for the reader.
type recording struct {
	theta0    []float64
	gradients [][]float64          // a row a step; nil leaves the step out
	schedule  map[string][]float64 // a hyperparameter's value in each step
}

// maxRecording bounds the size of a recording in bytes.
const maxRecording = 1 << 30

// read reads the recording that --in names.
func (c *traceCmd) read(a *app) (*recording, error) {
	from, name := a.in, "on standard input"
	if c.In != "-" {
		name = c.In
		f, err := os.Open(c.In)
		if err != nil {
			return nil, fmt.Errorf("the recording %s can't be read: %w", name, cause.Of(err))
		}
		defer f.Close()
		from = f
	}
	text, err := a.readAll(from, maxRecording+1)
	if err != nil {
		return nil, fmt.Errorf("the recording %s can't be read: %w", name, cause.Of(err))
	}
	run, err := parseRecording(text)
	if err != nil {
		return nil, fmt.Errorf("the recording %s: %w", name, err)
	}
	return run, nil
}

func parseRecording(text []byte) (*recording, error) {
	if len(text) > maxRecording {
		return nil, fmt.Errorf("it has more than %d bytes, the most that is read", maxRecording)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, notJSON(err)
	}
	run := &recording{}
	if err := run.decode(fields); err != nil {
		return nil, err
	}
	return run, run.check()
}

// notJSON says where a text stops to be a JSON object.
func notJSON(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is not JSON: %w, at byte %d; JSON has no NaN or Infinity, and a step without a gradient is null", err, syntax.Offset)
	}
	return errors.New("it must be an object with theta0 and gradients")
}

func (r *recording) decode(fields map[string]json.RawMessage) (err error) {
	if r.theta0, err = numbers("theta0", fields["theta0"]); err != nil {
		return err
	}
	var rows []json.RawMessage
	if err := json.Unmarshal(fields["gradients"], &rows); err != nil || rows == nil {
		return errors.New("it has no gradients; they are a list with a row of numbers, or null, for each step")
	}
	for i, row := range rows {
		values, err := numbers(fmt.Sprintf("the row of gradients of step %d", i+1), row)
		if err != nil && string(row) != "null" {
			return err
		}
		r.gradients = append(r.gradients, values)
	}
	return r.decodeSchedule(fields["schedule"])
}

func (r *recording) decodeSchedule(field json.RawMessage) error {
	var schedule map[string]json.RawMessage
	if field == nil {
		return nil
	}
	if err := json.Unmarshal(field, &schedule); err != nil {
		return errors.New("schedule must be an object, with a list of one number a step for each hyperparameter in it")
	}
	r.schedule = map[string][]float64{}
	for _, name := range slices.Sorted(maps.Keys(schedule)) {
		values, err := numbers("the schedule of "+name, schedule[name])
		if err != nil {
			return err
		}
		r.schedule[name] = values
	}
	return nil
}

// numbers reads a list of numbers; nothing and null are none.
func numbers(what string, field json.RawMessage) ([]float64, error) {
	var list []*float64
	err := json.Unmarshal(field, &list)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && strings.HasPrefix(wrong.Value, "number ") {
		return nil, fmt.Errorf("%s: the %s is beyond the greatest one, %v", what, wrong.Value, math.MaxFloat64)
	}
	if err != nil || list == nil {
		return nil, fmt.Errorf("%s must be a list of numbers", what)
	}
	values := make([]float64, len(list))
	for i, x := range list {
		if x == nil {
			return nil, fmt.Errorf("%s: value %d of %d is null; each must be a number", what, i+1, len(list))
		}
		values[i] = *x
	}
	return values, nil
}

// check reports rows whose lengths do not fit.
func (r *recording) check() error {
	if len(r.theta0) == 0 {
		return errors.New("theta0 is empty; it needs the first parameters")
	}
	for i, row := range r.gradients {
		if row != nil && len(row) != len(r.theta0) {
			return fmt.Errorf("the row of gradients of step %d has %s; theta0 has %d", i+1, counted(len(row), "value"), len(r.theta0))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.schedule)) {
		if n := len(r.schedule[name]); n != len(r.gradients) {
			return fmt.Errorf("the schedule of %s has %s, and the recording %s; it needs one value a step",
				name, counted(n, "value"), counted(len(r.gradients), "step"))
		}
	}
	return nil
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// checkF32 reports numbers that f32 has not.
func (r *recording) checkF32() error {
	for i, row := range append([][]float64{r.theta0}, r.gradients...) {
		what := fmt.Sprintf("the row of gradients of step %d", i)
		if i == 0 {
			what = "theta0"
		}
		for _, x := range row {
			if !inF32(x) {
				return fmt.Errorf("%s has %v, beyond the greatest f32, %v; use --dtype f64", what, x, math.MaxFloat32)
			}
		}
	}
	return nil
}
