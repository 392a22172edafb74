// Package bench measures how fast engines step, against what the machine's memory
// allows.
//
// A step of an optimizer does little arithmetic on much memory: what a rule must
// read and write for each element (abi.Variant.BytesPerElement) over what memory
// can move in a second bounds it. So each measurement stands beside a limit that
// is measured with it, in turns: a pass over as much memory as the step walks
// over (Limit), with as many threads as an engine may have. In caches the limit is
// theirs.
//
// One rule at one size is a batch. It goes round after round; in each the limit
// and every engine have one sample, so that a machine that slows down for a while
// slows all of them. A sample is the mean time of as many steps as fill its share
// of Config.Time, and at least one step. Medians and quartiles are over rounds;
// the share of the limit is taken within each round.
package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/internal/memory"
	"github.com/optc-lang/optc/registry/abi"
)

// Rule is an optimizer to measure, in each of its engines.
type Rule struct {
	Name     string
	Manifest *abi.Manifest
	Choose   map[string]string  // option to choice; the rest take their first choice
	Set      map[string]float64 // hyperparameter to value; the rest have the rule's default
	Engines  []Engine
}

// Engine is one way to step a rule.
type Engine struct {
	Name  string
	Start func() (host.Engine, error)
}

// Config says what is measured.
type Config struct {
	DType  abi.DType
	Sizes  []Size        // elements of the one tensor that is stepped
	Time   time.Duration // of all samples of an engine at a size, about
	Rounds int           // samples of an engine at a size, at least 1
	// Begin is told of each batch before it is measured; it may be nil.
	Begin func(rule string, elements Size)
}

// Run measures every rule at every size, if there is memory for all of it. What it gives has all batches that came
// to their end, also where there is an error; the error is the context's where
// that ended it.
func Run(ctx context.Context, rules []Rule, c Config) (*Report, error) {
	return machine.run(ctx, rules, c)
}

// meter is what measures: a clock, the limit of the machine, and its memory.
type meter struct {
	now    func() time.Time
	limit  func(bytes int) (pass func() error, end func())
	memory func() (bytes int, known bool) // that is available
}

var machine = meter{
	now:    time.Now,
	limit:  func(bytes int) (func() error, func()) { return Limit(bytes, runtime.GOMAXPROCS(0)) },
	memory: memory.Available,
}

func (m meter) run(ctx context.Context, rules []Rule, c Config) (*Report, error) {
	report := newReport(c)
	if err := m.checkMemory(rules, c); err != nil {
		return report, err
	}
	for _, rule := range rules {
		for _, size := range c.Sizes {
			if c.Begin != nil {
				c.Begin(rule.Name, size)
			}
			rows, err := m.batch(ctx, rule, int(size), c)
			if ctx.Err() != nil {
				return report, ctx.Err()
			}
			if err != nil {
				return report, fmt.Errorf("%s with %v elements: %w", rule.Name, size, err)
			}
			report.Rows = append(report.Rows, rows...)
			debug.FreeOSMemory() // the next batch finds the memory as this one did
		}
	}
	return report, nil
}

// batch measures the engines of a rule at one size, each beside the limit.
func (m meter) batch(ctx context.Context, rule Rule, elements int, c Config) (rows []Row, err error) {
	var cells []*cell
	defer func() {
		for _, c := range cells {
			err = errors.Join(err, c.close())
		}
	}()
	for _, e := range rule.Engines {
		cell, err := newCell(ctx, e, rule, elements, c.DType)
		if err != nil {
			return nil, inEngine(e, err)
		}
		cells = append(cells, cell)
	}
	if err := m.rounds(ctx, cells, c); err != nil {
		return nil, err
	}
	for _, cell := range cells {
		rows = append(rows, cell.result())
	}
	return rows, nil
}

// rounds takes the samples of a batch.
func (m meter) rounds(ctx context.Context, cells []*cell, c Config) error {
	turns, end := m.turns(cells)
	defer end()
	slice := c.Time / time.Duration(c.Rounds)
	for _, w := range turns {
		if err := w.calibrate(ctx, m.now, slice); err != nil {
			return err
		}
	}
	for range c.Rounds {
		for _, w := range turns {
			if err := w.sample(ctx, m.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// turns are the works of a round in their order, and what ends those of the limit.
// Cells that walk over the same amount of memory have one limit.
func (m meter) turns(cells []*cell) (all []*work, end func()) {
	limits := map[int]*work{}
	var ends []func()
	for _, c := range cells {
		memory := c.row.MemoryBytes
		if limits[memory] == nil {
			pass, end := m.limit(memory)
			limits[memory] = &work{run: pass}
			all, ends = append(all, limits[memory]), append(ends, end)
		}
		c.limit = limits[memory]
		all = append(all, &c.work)
	}
	return all, func() {
		for _, end := range ends {
			end()
		}
	}
}
