package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/rules"
)

type packCmd struct {
	Dir string `arg:"" help:"Where to."`
}

// Run writes a file NAME.kernels for each rule.
func (c *packCmd) Run(ctx context.Context, out io.Writer) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	for _, rule := range everyRule() {
		if err := c.pack(ctx, rule); err != nil {
			return err
		}
		fmt.Fprintln(out, rule.Manifest.Name)
	}
	return nil
}

func (c *packCmd) pack(ctx context.Context, rule *abi.Rule) error {
	source, list := dsl.Compile(rule.Manifest.Name+".opt", rule.Source)
	if source == nil {
		return fmt.Errorf("the rule %s has errors: %v", rule.Manifest.Name, list)
	}
	code, err := build.CUDA(ctx, source)
	if err != nil {
		return err
	}
	packed, err := code.Pack()
	if err != nil {
		return err
	}
	return os.WriteFile(kernelsFile(c.Dir, rule), packed, 0o644)
}

// everyRule is all rules of the repository.
func everyRule() []*abi.Rule { return append(plugins.All(), rules.All()...) }

func kernelsFile(dir string, rule *abi.Rule) string {
	return filepath.Join(dir, rule.Manifest.Name+".kernels")
}

// kernelsOf reads what pack wrote.
func kernelsOf(dir string, rule *abi.Rule) (*abi.CUDA, error) {
	packed, err := os.ReadFile(kernelsFile(dir, rule))
	if err != nil {
		return nil, fmt.Errorf("there are no kernels of %s; gpu pack writes them: %w", rule.Manifest.Name, err)
	}
	return abi.UnpackCUDA(&rule.Manifest, packed)
}
