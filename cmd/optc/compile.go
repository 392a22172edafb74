package main

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/registry"
)

type compileCmd struct {
	File      string `arg:"" name:"file" help:"The rule, a .opt file."`
	Output    string `short:"o" placeholder:"PATH" help:"Write the plugin, or what --emit names, to this file."`
	Emit      string `enum:"plugin,go,ir" default:"plugin" help:"What to make: plugin, go (the generated package) or ir (the program of every variant)."`
	NoInstall bool   `help:"Do not install the plugin."`
	Force     bool   `help:"Replace an installed plugin of the same name and version that comes from another rule."`
	Store     string `placeholder:"DIR" help:"Install into this folder of plugins instead of the user's."`
}

// Run compiles the rule. Only a plugin is installed.
func (c *compileCmd) Run(a *app) error {
	rule, err := a.compile(c.File)
	if err != nil {
		return err
	}
	switch c.Emit {
	case "go":
		text, err := rule.Go()
		if err != nil {
			return err
		}
		return c.write(a, text)
	case "ir":
		return c.write(a, []byte(programs(rule)))
	}
	return c.plugin(a, rule)
}

func (c *compileCmd) plugin(a *app, rule *dsl.Rule) error {
	if c.NoInstall && c.Output == "" {
		return usageError("--no-install leaves nothing behind without -o; give a file for the plugin")
	}
	if c.Output != "" {
		if err := a.build(rule, c.Output); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "wrote %s\n", c.Output)
	}
	if c.NoInstall {
		return nil
	}
	reg, err := registry.New(a.config)
	if err != nil {
		return err
	}
	_, err = a.install(reg, rule, registry.Candidate{Origin: c.File, Store: c.Store, Force: c.Force})
	return err
}

// write puts a text into the file that -o names, or on standard output.
func (c *compileCmd) write(a *app, text []byte) error {
	if c.Output == "" || c.Output == "-" {
		_, err := a.out.Write(text)
		return err
	}
	return writeFile(c.Output, text)
}

// programs is the IR of every variant.
func programs(rule *dsl.Rule) string {
	texts := make([]string, len(rule.Programs))
	for i, p := range rule.Programs {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}
