package fuzz

import (
	"fmt"
	"reflect"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
)

// Texts holds the texts that are made of a rule to what they say: each program's
// text is read as the same program, and the rule as the formatter writes it, in
// both notations, is a rule with the same programs, which the formatter leaves
// as it is.
func Texts(text string) error {
	rule, err := compile(text)
	if err != nil {
		return err
	}
	for _, p := range rule.Programs {
		q, err := ir.Parse(p.String())
		switch {
		case err != nil:
			return fmt.Errorf("the text of a program is none: %w\n%s", err, p)
		case !reflect.DeepEqual(plain(p), plain(q)):
			return fmt.Errorf("the text of the program\n%sis read as\n%s", p, q)
		}
	}
	if err := formatted(rule, syntax.ASCII); err != nil {
		return fmt.Errorf("in ASCII, %w", err)
	}
	if err := formatted(rule, syntax.Math); err != nil {
		return fmt.Errorf("in mathematical notation, %w", err)
	}
	return nil
}

// plain is a program without empty lists, for which it may have none.
func plain(p *ir.Program) *ir.Program {
	q := p.Clone()
	for i := range q.Values {
		if v := &q.Values[i]; len(v.Args) == 0 {
			v.Args = nil
		}
	}
	for _, list := range []*[]string{&q.Choices, &q.Hypers} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	return q
}

// formatted holds what the formatter writes of a rule to the rule.
func formatted(rule *dsl.Rule, n syntax.Notation) error {
	text := syntax.Format(rule.Info.File, n)
	again, list := dsl.Compile("formatted.opt", text)
	if again == nil {
		return fmt.Errorf("the formatted rule is none: %w\n%s", list, text)
	}
	if twice := syntax.Format(again.Info.File, n); twice != text {
		return fmt.Errorf("the formatted rule\n%sis formatted as\n%s", text, twice)
	}
	for i, p := range rule.Programs {
		if q := again.Programs[i]; withoutLines(p) != withoutLines(q) {
			return fmt.Errorf("the program\n%sbecomes, where the rule is formatted,\n%s", p, q)
		}
	}
	return nil
}

// withoutLines is a program's text without what it says of the rule's lines.
func withoutLines(p *ir.Program) string {
	q := p.Clone()
	q.Lines = nil
	for i := range q.Values {
		q.Values[i].Line = 0
	}
	return q.String()
}
