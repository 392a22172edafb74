package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/internal/cause"
)

type checkCmd struct {
	Files []string `arg:"" name:"file" help:"Rules to check; - is standard input."`
	JSON  bool     `name:"json" help:"Print the findings as a JSON array."`
}

// Run checks each file; one that has errors or can't be read fails the command.
func (c *checkCmd) Run(a *app) error {
	var failed error
	all := []fileFindings{}
	for _, path := range c.Files {
		text, err := a.readRule(path)
		if err != nil {
			failed = a.show(err)
			continue
		}
		_, list := dsl.Compile(path, text)
		if list.HasErrors() {
			failed = errShown
		}
		all = append(all, fileFindings{path, text, list})
	}
	if c.JSON {
		return errors.Join(a.printFindings(all), failed)
	}
	for i, f := range all {
		if i > 0 && len(f.list) > 0 && len(all[i-1].list) > 0 {
			fmt.Fprintln(a.err)
		}
		a.render(f.path, f.text, f.list)
	}
	return failed
}

type fileFindings struct {
	path, text string
	list       diag.List
}

// printFindings prints one JSON array with the findings of all files.
func (a *app) printFindings(all []fileFindings) error {
	joined := []json.RawMessage{}
	for _, f := range all {
		text, err := diag.JSON(f.path, f.list)
		if err != nil {
			return err
		}
		var findings []json.RawMessage
		if err := json.Unmarshal(text, &findings); err != nil {
			return err
		}
		joined = append(joined, findings...)
	}
	return a.printJSON(joined)
}

// maxRule bounds what is read of a rule; the compiler's own limit is far below.
const maxRule = 1 << 20

// readRule reads a rule's text.
func (a *app) readRule(path string) (string, error) {
	var from io.Reader = a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", fmt.Errorf("the rule %s can't be read: %w%s", path, cause.Of(err), insteadOf(path, err))
		}
		defer f.Close()
		from = f
	}
	text, err := a.readAll(from, maxRule)
	if err != nil {
		return "", fmt.Errorf("the rule %s can't be read: %w", path, cause.Of(err))
	}
	return string(text), nil
}

// insteadOf is what to give where a rule's file was wanted and a name was given.
func insteadOf(path string, err error) string {
	_, comes := builtIn(path)
	switch {
	case !errors.Is(err, fs.ErrNotExist) || isFile(path):
		return ""
	case comes:
		return fmt.Sprintf("; give a rule's .opt file (%s comes with optc: it is compiled when it is first used, and optc info %[1]s --source prints its text)", path)
	}
	return "; give a rule's .opt file"
}

// render shows findings on standard error.
func (a *app) render(path, text string, list diag.List) {
	if len(list) > 0 {
		diag.Render(a.err, path, text, list, a.color())
	}
}

// compile compiles a rule's file and shows its findings.
func (a *app) compile(path string) (*dsl.Rule, error) {
	text, err := a.readRule(path)
	if err != nil {
		return nil, err
	}
	rule, list := dsl.Compile(path, text)
	a.render(path, text, list)
	if rule == nil {
		return nil, errShown
	}
	return rule, nil
}
