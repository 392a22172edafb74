package main

import (
	"encoding/json"
	"fmt"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

type traceCmd struct {
	Ref    string   `arg:"" name:"optimizer" help:"A name, or a rule's .opt file."`
	Set    []string `sep:"none" placeholder:"NAME=VALUE" help:"A hyperparameter's value or an option's choice; may be repeated."`
	DType  string   `name:"dtype" enum:"f32,f64" default:"f64" help:"Number format of the run: f32 or f64."`
	Engine string   `enum:"eval,go,plugin" default:"plugin" help:"What steps: eval (the reference), go (the fastest generated kernel in this process) or plugin."`
	Seed   uint64   `default:"0" help:"The seed of the random numbers that a rule draws."`
	In     string   `placeholder:"FILE" default:"-" help:"The recorded run, JSON: theta0, gradients, and schedule if there is one. Left out, or -, it is read from standard input."`
	Out    string   `placeholder:"FILE" default:"-" help:"Where the parameters after each step go, JSON: theta. - is standard output."`
}

// Run replays the recorded gradients.
func (c *traceCmd) Run(a *app) error {
	run, err := c.read(a)
	if err != nil {
		return err
	}
	if c.Out != "-" {
		if err := writable(c.Out); err != nil {
			return err
		}
	}
	engine, err := c.engine(a)
	if err != nil {
		return err
	}
	theta, err := c.replay(a.ctx, engine, run)
	if closeErr := engine.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Ref, err)
	}
	text, err := json.Marshal(map[string]any{"theta": theta.rows})
	if err != nil {
		return err
	}
	if theta.lost > 0 {
		fmt.Fprintf(a.err, "optc: parameters are not finite from step %d on; they are null in the output, for JSON has no such numbers\n", theta.lost)
	}
	return c.write(a, append(text, '\n'))
}

func (c *traceCmd) write(a *app, text []byte) error {
	if c.Out == "-" {
		_, err := a.out.Write(text)
		return err
	}
	return writeFile(c.Out, text)
}

// engine makes the engine that --engine names.
func (c *traceCmd) engine(a *app) (host.Engine, error) {
	switch c.Engine {
	case "plugin":
		entry, err := a.plugin(c.Ref)
		if err != nil {
			return nil, err
		}
		return host.Start(entry)
	case "go":
		rule, err := compiledIn(c.Ref, "leave --engine out for its plugin, or give --engine eval for the reference")
		if err != nil {
			return nil, err
		}
		return host.InProcess(rule), nil
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
