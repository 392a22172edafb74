package main

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

type fmtCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Rules to format; standard input where none is given."`
	Math  bool     `help:"Write the mathematical notation instead of ASCII."`
	Write bool     `short:"w" help:"Write the result to the files instead of standard output."`
	List  bool     `short:"l" help:"List the files that are not formatted, and fail if there are any."`
}

// Run formats each file; one that has errors or can't be read fails the
// command, and the others are formatted all the same.
func (c *fmtCmd) Run(a *app) error {
	if len(c.Files) == 0 {
		c.Files = []string{"-"}
	}
	var failed error
	for _, path := range c.Files {
		if err := c.file(a, path); err != nil {
			failed = a.show(err)
		}
	}
	return failed
}

func (c *fmtCmd) file(a *app, path string) error {
	text, err := a.readRule(path)
	if err != nil {
		return err
	}
	file, list := syntax.Parse(path, text)
	if diag.List(list).HasErrors() {
		a.render(path, text, list)
		return errShown
	}
	formatted := syntax.Format(file, c.notation())
	switch {
	case c.List && formatted != text:
		fmt.Fprintln(a.out, path)
		return errShown
	case c.List:
		return nil
	case c.Write && path != "-":
		return c.write(path, text, formatted)
	}
	_, err = fmt.Fprint(a.out, formatted)
	return err
}

func (c *fmtCmd) notation() syntax.Notation {
	if c.Math {
		return syntax.Math
	}
	return syntax.ASCII
}

// write replaces a file whose text changes, in one step.
func (c *fmtCmd) write(path, old, formatted string) error {
	if old == formatted {
		return nil
	}
	return writeFile(path, []byte(formatted))
}
