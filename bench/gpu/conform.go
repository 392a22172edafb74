package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
)

type conformCmd struct {
	Dir   string   `arg:"" help:"Where the kernels are."`
	Rules []string `arg:"" optional:"" help:"Their names; all, where they are left out."`
	Short bool     `help:"Check one variant of each rule."`
}

// Run prints a line for each rule, and the clauses that failed.
func (c *conformCmd) Run(ctx context.Context, out io.Writer) error {
	device, err := cuda.Find(0)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, compute capability %d.%d\n", device.Name, device.Arch/10, device.Arch%10)
	failed := 0
	for _, rule := range everyRule() {
		if len(c.Rules) > 0 && !slices.Contains(c.Rules, rule.Manifest.Name) {
			continue
		}
		report, err := c.check(ctx, rule)
		if err != nil {
			return fmt.Errorf("%s: %w", rule.Manifest.Name, err)
		}
		fmt.Fprintln(out, report.Badge())
		for _, r := range report.Results {
			if r.Status == spec.Failed {
				fmt.Fprintf(out, "  %s: %s\n", r.Clause, r.Reason)
			}
		}
		failed += report.Count(spec.Failed)
	}
	if failed > 0 {
		return errors.New("some clauses failed")
	}
	return nil
}

func (c *conformCmd) check(ctx context.Context, rule *abi.Rule) (*spec.Report, error) {
	code, err := kernelsOf(c.Dir, rule)
	if err != nil {
		return nil, err
	}
	engine := spec.Engine{Name: "cuda", Source: rule.Source, Open: func() (host.Engine, error) {
		e, err := cuda.Open(0, &rule.Manifest, code)
		if err != nil {
			return nil, err
		}
		return cuda.Mirrored(e), nil
	}}
	return spec.Check(ctx, engine, spec.Options{Short: c.Short})
}
