package main

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/diag"
)

type explainCmd struct {
	Code string `arg:"" optional:"" help:"A code such as E0201; without one, all are listed."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run shows what a code means, with a rule that gets it and the same rule put
// right.
func (c *explainCmd) Run(a *app) error {
	if c.Code == "" {
		return c.list(a)
	}
	code, ok := dsl.Explain(strings.ToUpper(c.Code))
	if !ok {
		return fmt.Errorf("there is no code %s%s; optc explain lists all", c.Code, nearestCode(c.Code))
	}
	if c.JSON {
		return a.printJSON(code)
	}
	fmt.Fprintf(a.out, "%s: %s\n\n%s\n", code.Code, code.Title, code.Explain)
	if code.Bad != "" {
		fmt.Fprintf(a.out, "\nA rule that gets it:\n\n%s\nPut right:\n\n%s", indent(code.Bad), indent(code.Good))
	}
	return nil
}

func (c *explainCmd) list(a *app) error {
	if c.JSON {
		return a.printJSON(dsl.Codes())
	}
	for _, code := range dsl.Codes() {
		fmt.Fprintf(a.out, "%s  %s\n", code.Code, code.Title)
	}
	return nil
}

func nearestCode(code string) string {
	var all []string
	for _, c := range dsl.Codes() {
		all = append(all, c.Code)
	}
	if near := diag.Nearest(strings.ToUpper(code), all); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

func indent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return "    " + strings.Join(lines, "\n    ") + "\n"
}
