package ir

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The forms of what a program's text has: names, and decimals with a sign.
var (
	namePattern    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	choicePattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=[A-Za-z_][A-Za-z0-9_]*$`)
	decimalPattern = regexp.MustCompile(`^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
)

// decimal tells a number of the language, with or without a sign: in the range
// of binary64, so that none but 0 becomes 0, and none infinite.
func decimal(text string) bool {
	x, err := strconv.ParseFloat(text, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	return err == nil && decimalPattern.MatchString(text) && (x != 0 || strings.Trim(mantissa, "-0.") == "")
}

// verifyNames checks that names are names and differ, so that a program's text
// says all of it.
func verifyNames(p *Program) error {
	if !namePattern.MatchString(p.Rule) {
		return fmt.Errorf("the program has the name %q, which is none", p.Rule)
	}
	for _, c := range p.Choices {
		if !choicePattern.MatchString(c) {
			return fmt.Errorf("%s: the choice %q is not of the form option=choice", p.Rule, c)
		}
	}
	taken := map[string]bool{"theta": true}
	names := append([]string(nil), p.Hypers...)
	for _, s := range p.States {
		names = append(names, s.Name)
	}
	for _, n := range names {
		if !namePattern.MatchString(n) || taken[n] {
			return fmt.Errorf("%s: the name %q is none, or another's", p.Rule, n)
		}
		taken[n] = true
	}
	for i, v := range p.Values {
		if v.Name != "" && !namePattern.MatchString(v.Name) {
			return fmt.Errorf("%s: %%%d has the name %q, which is none", p.Rule, i, v.Name)
		}
	}
	return nil
}
