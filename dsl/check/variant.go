package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// variant is one choice for each option.
type variant struct {
	choices map[string]string
	bit     uint64 // of this variant in a set of variants
}

// fault is an error that some variants have.
type fault struct {
	diag diag.Diagnostic
	node any    // what it is an error of; see checker.reached
	set  uint64 // the variants that have it
}

// faultID tells faults apart.
type faultID struct {
	code string
	at   diag.Span
}

// checkVariants looks at each variant on its own, and reports what one of them
// has once, however many do.
func (c *checker) checkVariants() {
	variants := c.variants()
	for _, v := range variants {
		f := &flow{c: c, variant: v, scope: &scope{own: map[string]binding{}}}
		f.run()
	}
	for _, f := range c.faults {
		if reached := c.reached[f.node]; f.set != reached {
			f.diag.Message += where(c.info.Options, variants, f.set, reached)
		}
		c.report(f.diag)
	}
}

// variants lists the first maxVariants variants, the last option fastest.
func (c *checker) variants() []variant {
	n := 1
	for _, o := range c.info.Options {
		n = min(n*max(1, len(o.Choices)), maxVariants)
	}
	all := make([]variant, n)
	for i := range all {
		all[i] = variant{choices: map[string]string{}, bit: 1 << i}
		rest := i
		for _, o := range slices.Backward(c.info.Options) {
			if k := len(o.Choices); k > 0 {
				all[i].choices[o.Name] = o.Choices[rest%k]
				rest /= k
			}
		}
	}
	return all
}

// found adds an error that a variant has.
func (c *checker) found(v variant, node any, d diag.Diagnostic) {
	id := faultID{d.Code, d.Span}
	if f := c.faultAt[id]; f != nil {
		f.set |= v.bit
		return
	}
	f := &fault{diag: d, node: node, set: v.bit}
	c.faultAt[id] = f
	c.faults = append(c.faults, f)
}

// where says in which variants a fault is, out of those that have its node: by
// the choices that make the difference, or else by those of the first variant.
func where(options []Option, variants []variant, set, reached uint64) string {
	var common, first []string
	for _, o := range options {
		at, all := choicesIn(o, variants, set), choicesIn(o, variants, reached)
		text := fmt.Sprintf("`%s = %s`", o.Name, at[0])
		first = append(first, text)
		if len(at) == 1 && len(all) > 1 {
			common = append(common, text)
		}
	}
	if len(common) == 0 {
		common = first
	}
	return ", with " + strings.Join(common, " and ")
}

// choicesIn are the choices of an option in a set of variants, each once.
func choicesIn(o Option, variants []variant, set uint64) []string {
	var choices []string
	for _, v := range variants {
		if c := v.choices[o.Name]; v.bit&set != 0 && !slices.Contains(choices, c) {
			choices = append(choices, c)
		}
	}
	return choices
}
