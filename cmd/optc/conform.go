package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/optc-lang/optc/spec"
)

type conformCmd struct {
	Ref    string        `arg:"" optional:"" name:"optimizer" help:"A name, a rule's .opt file, or with --rule the path of a plugin's program."`
	Rule   string        `placeholder:"FILE.opt" help:"The rule that the plugin's program claims to run."`
	Engine string        `enum:"eval,go,simd,plugin,cuda" default:"plugin" help:"What is held to the specification: eval (the reference itself), go (the generated scalar kernel in this process), simd (the fastest one with vectors, where optc is built with GOEXPERIMENT=simd), plugin, or cuda (the plugin's kernels on the first NVIDIA GPU)."`
	Clause []string      `sep:"none" placeholder:"ID" help:"Check this clause alone, or those of a pattern such as 'step-*'; may be repeated."`
	Seed   uint64        `help:"Seed of the random data."`
	Short  bool          `help:"Check one variant of the rule, not all of them, on less data."`
	Limit  time.Duration `default:"5m" placeholder:"5m" help:"How long a plugin may take for one clause; 0s is no limit."`
	List   bool          `help:"Print the clauses and end."`
	JSON   bool          `name:"json" xor:"form" help:"Print the report, or the list, as JSON."`
	JUnit  string        `name:"junit" placeholder:"FILE" help:"Write the report as JUnit XML too."`
	Badge  bool          `xor:"form" help:"Print one line, the verdict, in the place of the table."`
}

// Run holds an engine to the specification.
func (c *conformCmd) Run(a *app) error {
	if c.List {
		return c.list(a)
	}
	if c.Limit < 0 {
		return usageError("--limit must be a time, or 0s for no limit")
	}
	if c.JUnit != "" {
		if err := writable(c.JUnit); err != nil {
			return err
		}
	}
	engine, err := c.engine(a)
	if err != nil {
		return err
	}
	report, err := spec.Check(a.ctx, engine, spec.Options{Seed: c.Seed, Clauses: c.Clause, Short: c.Short, Limit: c.Limit})
	if errors.Is(err, spec.ErrNoClause) {
		return usagef("%v", err)
	}
	if err != nil {
		return err
	}
	for i := range report.Results {
		if r := &report.Results[i]; r.Status == spec.Failed {
			r.Again = c.again(a, r.Clause)
		}
	}
	if err := c.print(a, report); err != nil {
		return err
	}
	if !report.Conforms() {
		fmt.Fprintf(a.err, "optc: %s does not conform\n", c.Ref)
		return errShown
	}
	return nil
}

func (c *conformCmd) list(a *app) error {
	if c.JSON {
		return a.printJSON(spec.Clauses())
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, clause := range spec.Clauses() {
		fmt.Fprintf(w, "%s\t%s\n", clause.ID, clause.Sentence)
	}
	return w.Flush()
}

// engine makes what is checked.
func (c *conformCmd) engine(a *app) (spec.Engine, error) {
	switch {
	case c.Ref == "":
		return spec.Engine{}, usagef("name an optimizer, a rule's file, or a plugin's program with --rule; --list prints the clauses")
	case c.Rule != "" && c.Engine != "plugin":
		return spec.Engine{}, usagef("--rule is for a plugin's program; leave --engine out")
	case c.Rule != "":
		return c.program(a)
	case c.Engine == "go":
		rule, err := compiledIn(c.Ref, inAGoTest)
		if err != nil {
			return spec.Engine{}, err
		}
		return spec.InProcess(rule), nil
	case c.Engine == "simd":
		return widest(c.Ref)
	case c.Engine == "cuda":
		return onGPU(a, c.Ref)
	case c.Engine == "eval":
		rule, err := a.rule(c.Ref)
		if err != nil {
			return spec.Engine{}, err
		}
		return spec.Oracle(c.Ref, rule.Source)
	}
	return c.installed(a)
}

// inAGoTest is how a rule of one's own is held to the suite in process.
const inAGoTest = "leave --engine out to check its plugin, or hold what optc compile --emit go prints to the suite in a Go test, with spec.Run"

// widest is the engine of an optimizer's widest vectors in optc.
func widest(ref string) (spec.Engine, error) {
	rule, err := vectorsIn(ref, inAGoTest)
	if err != nil {
		return spec.Engine{}, err
	}
	engine, _ := spec.Vectors(rule, rule.Vectors[0].Bits)
	return engine, nil
}

// program is a plugin's program, wherever it lies.
func (c *conformCmd) program(a *app) (spec.Engine, error) {
	if isFile(c.Ref) {
		return spec.Engine{}, usagef("%s is a rule's text, which goes without --rule; with it goes the path of a plugin's program", c.Ref)
	}
	if _, err := os.Stat(c.Ref); err != nil && !strings.ContainsAny(c.Ref, `/\`) {
		return spec.Engine{}, usagef("there is no program %s; an optimizer's name goes without --rule", c.Ref)
	}
	rule, err := a.compile(c.Rule)
	if err != nil {
		return spec.Engine{}, err
	}
	return spec.Plugin(c.Ref, rule.Source), nil
}

// installed is the plugin of a name, or of a rule's file.
func (c *conformCmd) installed(a *app) (spec.Engine, error) {
	if info, err := os.Stat(c.Ref); err == nil && !isFile(c.Ref) && info.Mode().IsRegular() && strings.ContainsAny(c.Ref, `/\`) {
		return spec.Engine{}, usagef("%s is a program; say with --rule FILE.opt which rule it claims to run", c.Ref)
	}
	entry, err := a.plugin(c.Ref)
	if err != nil {
		return spec.Engine{}, err
	}
	source, err := entry.Source()
	if err != nil {
		return spec.Engine{}, err
	}
	return spec.Plugin(entry.Binary(), source), nil
}

func (c *conformCmd) print(a *app, r *spec.Report) error {
	return errors.Join(c.report(a, r), c.junit(r))
}

func (c *conformCmd) report(a *app, r *spec.Report) error {
	switch {
	case c.JSON:
		return r.WriteJSON(a.out)
	case c.Badge:
		_, err := fmt.Fprintln(a.out, r.Badge())
		return err
	}
	return errors.Join(c.table(a, r), c.failures(a.out, r))
}

func (c *conformCmd) junit(r *spec.Report) error {
	if c.JUnit == "" {
		return nil
	}
	var text strings.Builder
	if err := r.WriteJUnit(&text); err != nil {
		return err
	}
	return writeFile(c.JUnit, []byte(text.String()))
}

// again is the command that repeats a clause.
func (c *conformCmd) again(a *app, clause string) string {
	words := []string{"optc"}
	for _, dir := range a.config.Dirs {
		words = append(words, "--plugin-dir", quoted(dir))
	}
	words = append(words, "conform", quoted(c.Ref))
	if c.Rule != "" {
		words = append(words, "--rule", quoted(c.Rule))
	} else {
		words = append(words, "--engine", c.Engine)
	}
	if c.Short {
		words = append(words, "--short")
	}
	return fmt.Sprintf("%s --clause %s --seed %d", strings.Join(words, " "), clause, c.Seed)
}
