package check

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/optc-lang/optc/dsl/builtin"
	"github.com/optc-lang/optc/dsl/syntax"
)

// declare takes in all declarations, so that each can be used above its place.
func (c *checker) declare() {
	var version *syntax.Text
	for _, item := range c.file.Items {
		switch d := item.(type) {
		case *syntax.Text:
			version = c.declareText(d, version)
		case *syntax.Hyper:
			c.declareHyper(d)
		case *syntax.Option:
			c.declareOption(d)
		case *syntax.State:
			c.declareState(d)
		}
		if s, ok := isStmt(item); ok {
			c.info.Body = append(c.info.Body, s)
		}
	}
}

// enter declares a name, unless it is taken.
func (c *checker) enter(name syntax.Ident, k kind) bool {
	if old, ok := c.symbols[name.Name]; ok {
		c.report(problem(codeTwice, name.At, fmt.Sprintf("`%s` is declared twice", name.Name), "",
			note(old.at, fmt.Sprintf("%s of this name is declared here", old.kind))))
		return false
	}
	if c.taken(name) {
		return false
	}
	c.symbols[name.Name] = symbol{kind: k, at: name.At}
	return true
}

// taken reports a name that the language has for itself.
func (c *checker) taken(name syntax.Ident) bool {
	what := "a function of the language"
	if builtin.IsValue(name.Name) {
		what = map[string]string{"theta": "the parameter", "g": "the gradient", "t": "the number of the step"}[name.Name]
	} else if _, ok := builtin.Find(name.Name); !ok {
		return false
	}
	c.report(problem(codeTaken, name.At, fmt.Sprintf("`%s` is %s; the name is taken", name.Name, what),
		"choose another name"))
	c.broken[name.Name] = true
	return true
}

// semver is the form of a semantic version, without "v".
var semver = regexp.MustCompile(`^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}` +
	`(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?` +
	`(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// declareText takes a paper, doc or version line, and gives the version line
// that was seen so far.
func (c *checker) declareText(d, version *syntax.Text) *syntax.Text {
	switch {
	case d.Kind == "paper":
		c.info.Paper = append(c.info.Paper, d.Text)
	case d.Kind == "doc":
		c.info.Doc = append(c.info.Doc, d.Text)
	case version != nil:
		c.report(problem(codeVersionTwice, d.At, "a second `version` line", "a rule has one version",
			note(version.At, "the first stands here")))
	case !semver.MatchString(d.Text):
		c.report(problem(codeVersion, d.At, fmt.Sprintf("%q is not a semantic version", d.Text),
			"a version has three numbers, as 1.0.2, and can have an addition, as 1.0.2-rc.1"))
		return d
	default:
		c.info.Version = d.Text
		return d
	}
	return version
}

func (c *checker) declareOption(d *syntax.Option) {
	if !c.enter(d.Name, kindOption) {
		return
	}
	o := Option{Name: d.Name.Name, Doc: d.Doc}
	for _, choice := range d.Choices {
		if first := slices.Index(o.Choices, choice.Name); first >= 0 {
			c.report(problem(codeChoiceTwice, choice.At, fmt.Sprintf("`%s` is a choice of `%s` already", choice.Name, o.Name), "",
				note(d.Choices[first].At, "the first stands here")))
			continue
		}
		o.Choices = append(o.Choices, choice.Name)
	}
	c.info.Options = append(c.info.Options, o)
}

func (c *checker) declareState(d *syntax.State) {
	if c.enter(d.Name, kindState) {
		c.info.States = append(c.info.States, State{Name: d.Name.Name, Init: d.Init, Doc: d.Doc})
	}
}
