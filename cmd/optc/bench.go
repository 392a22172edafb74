package main

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/optc-lang/optc/host/bench"
	"github.com/optc-lang/optc/host/figure"
	"github.com/optc-lang/optc/registry/abi"
)

type benchCmd struct {
	Names  []string      `arg:"" optional:"" name:"optimizer" help:"Names, or rules' .opt files; pnm, adapnm, hb and adam where they are left out."`
	Size   []bench.Size  `default:"4K,64K,1M,16M" placeholder:"4K" help:"Elements of the tensor that is stepped; K is 1024 and M is 1024 K. May be repeated."`
	Engine []string      `enum:"go,simd,plugin" placeholder:"go" help:"What steps: the scalar kernel compiled into optc (go), the one with vectors (simd, where optc is built with GOEXPERIMENT=simd) or the plugin; each that there is, where it is left out. May be repeated."`
	DType  string        `name:"dtype" enum:"f32,f64" default:"f32" help:"Number format of the tensors: f32 or f64."`
	Set    []string      `sep:"none" placeholder:"[OPTIMIZER.]NAME=VALUE" help:"A hyperparameter's value or an option's choice, of all optimizers or of one; may be repeated."`
	Time   time.Duration `default:"500ms" placeholder:"500ms" help:"How long each engine is measured at each size, about."`
	Plot   string        `placeholder:"FILE" help:"Draw the measurements and the limit into this .svg, .png or .pdf file."`
	JSON   bool          `name:"json" help:"Print the table, with every sample, as JSON."`
}

// benchRounds is the number of samples; their quartiles are shown.
const benchRounds = 15

// Help says what there is no flag for.
func (c *benchCmd) Help() string {
	return "Engines and the limit have as many threads as the environment's GOMAXPROCS allows: by default one for each core.\n\n" +
		"The limit is a pass over as much memory as a step walks over, y ^= x. In caches a kernel with wider vectors can be faster. " +
		"Plugins have vector kernels; optc itself has them where it is built with GOEXPERIMENT=simd."
}

// Run measures each engine of each optimizer and prints one table.
func (c *benchCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if len(c.Names) == 0 {
		c.Names = []string{"pnm", "adapnm", "hb", "adam"}
	}
	rules, err := c.rules(a)
	if err != nil {
		return err
	}
	config := bench.Config{DType: abi.DType(c.DType), Time: c.Time, Rounds: benchRounds, Sizes: c.Size, Begin: func(rule string, elements bench.Size) {
		fmt.Fprintf(a.err, "measuring %s with %v elements …\n", rule, elements)
	}}
	report, err := bench.Run(a.ctx, rules, config)
	if err != nil && a.ctx.Err() != nil {
		err = fmt.Errorf("stopped; rows of the table that were measured by then: %d", len(report.Rows))
	}
	if len(report.Rows) > 0 {
		err = errors.Join(c.print(a, report), c.draw(report), err)
	}
	return err
}

// maxBenchTime bounds --time; more is a slip of the finger.
const maxBenchTime = time.Hour

func (c *benchCmd) check() error {
	if c.Time <= 0 || c.Time > maxBenchTime {
		return usagef("--time must be longer than 0 and at most %v", maxBenchTime)
	}
	if len(c.Size) == 0 {
		return usagef("--size is empty; write it as 1000, 4K or 1M, or leave it out")
	}
	if c.Plot == "" {
		return nil
	}
	if _, err := figure.Format(c.Plot); err != nil {
		return usageError(err.Error())
	}
	return writable(c.Plot)
}

// print shows the rows that there are.
func (c *benchCmd) print(a *app, r *bench.Report) error {
	if c.JSON {
		return a.printJSON(r)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "rule\tengine\telements\tbytes/element\tns/element\tGB/s\tlimit GB/s\tshare of the limit\n")
	for _, row := range r.Rows {
		ns, share := row.NsPerElement, row.Share
		fmt.Fprintf(w, "%s\t%s\t%v\t%d\t%.3f (%.3f–%.3f)\t%6.2f\t%6.2f\t%5.1f %% (%.1f–%.1f)\n",
			row.Rule, row.Engine, bench.Size(row.Elements), row.BytesPerElement, ns.Median, ns.Low, ns.High,
			row.GBPerSecond.Median, row.LimitGBPerSecond.Median, 100*share.Median, 100*share.Low, 100*share.High)
	}
	return w.Flush()
}

func (c *benchCmd) draw(r *bench.Report) error {
	if c.Plot == "" {
		return nil
	}
	format, err := figure.Format(c.Plot)
	if err != nil {
		return err
	}
	picture, err := r.Plot(format)
	if err != nil {
		return fmt.Errorf("the plot %s can't be drawn: %w", c.Plot, err)
	}
	return writeFile(c.Plot, picture)
}

// benchEngines are the ways to step an optimizer, in the table's order.
var benchEngines = []struct {
	name  string
	there func(ref string) bool // for an optimizer
	find  func(a *app, ref string) (candidate, error)
}{
	{"go", comesWithOptc, inScalars},
	{"simd", hasVectors, inVectors},
	{"plugin", func(string) bool { return true }, pluggedIn},
}

func comesWithOptc(ref string) bool {
	_, comes := builtIn(ref)
	return comes
}

func hasVectors(ref string) bool {
	rule, comes := builtIn(ref)
	return comes && len(rule.Vectors) > 0
}

// measurePlugin is what there is to measure of a rule that optc has not.
const measurePlugin = "leave --engine out to measure its plugin"

// inScalars is an optimizer's scalar kernel in optc.
func inScalars(_ *app, ref string) (candidate, error) {
	rule, err := compiledIn(ref, measurePlugin)
	if err != nil {
		return candidate{}, err
	}
	return inThisProcess(ref, rule.UpTo(0)), nil
}

// inVectors is an optimizer's vector kernel in optc.
func inVectors(_ *app, ref string) (candidate, error) {
	rule, err := vectorsIn(ref, measurePlugin)
	if err != nil {
		return candidate{}, err
	}
	return inThisProcess(ref, rule), nil
}

// rules are the optimizers with their engines and settings.
func (c *benchCmd) rules(a *app) ([]bench.Rule, error) {
	var rules []bench.Rule
	var found []candidate
	for _, ref := range c.Names {
		engines, first, err := c.engines(a, ref)
		if err != nil {
			return nil, err
		}
		if err := unlike(found, first); err != nil {
			return nil, err
		}
		found = append(found, first)
		rules = append(rules, bench.Rule{Name: first.label, Manifest: first.manifest, Engines: engines})
	}
	sets, err := distribute("--set", c.Set, found)
	if err != nil {
		return nil, err
	}
	for i := range rules {
		rules[i].Set, rules[i].Choose, err = settings(found[i].manifest, abi.DType(c.DType), sets[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", found[i].label, err)
		}
	}
	return rules, nil
}

// engines are the engines of an optimizer that were asked for, or all that there
// are, and the candidate of the first of them.
func (c *benchCmd) engines(a *app, ref string) (all []bench.Engine, first candidate, err error) {
	for _, e := range benchEngines {
		if !slices.Contains(c.Engine, e.name) && (len(c.Engine) > 0 || !e.there(ref)) {
			continue
		}
		found, err := e.find(a, ref)
		if err != nil {
			return nil, first, err
		}
		if len(all) == 0 {
			first = found
		}
		all = append(all, bench.Engine{Name: e.name, Start: found.engine})
	}
	return all, first, nil
}
