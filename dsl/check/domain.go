package check

import (
	"fmt"
	"math"
	"strconv"

	"github.com/optc-lang/optc/dsl/syntax"
)

// declareHyper takes a hyperparameter. One with a wrong domain is known all the
// same, so that its uses are not complained about.
func (c *checker) declareHyper(d *syntax.Hyper) {
	if !c.enter(d.Name, kindHyper) {
		return
	}
	h := Hyper{
		Name: d.Name.Name, DefaultText: boundText(d.Default), Doc: d.Doc,
		LoOpen: d.Domain.LoOpen, HiOpen: d.Domain.HiOpen,
	}
	h.Default, h.Lo, h.Hi = bound(d.Default), bound(d.Domain.Lo), bound(d.Domain.Hi)
	c.info.Hypers = append(c.info.Hypers, h)
	if c.checkDomain(d, h) && !h.contains(h.Default) {
		c.report(problem(codeDefault, d.Default.At,
			fmt.Sprintf("the default of `%s` lies outside its domain", h.Name), defaultHint(h),
			note(d.Domain.At, "the domain")))
	}
}

// checkDomain tells whether the domain is an interval with a number in it.
func (c *checker) checkDomain(d *syntax.Hyper, h Hyper) bool {
	ok := c.checkInfinite(d.Domain.Lo, h.LoOpen, "(") && c.checkInfinite(d.Domain.Hi, h.HiOpen, ")")
	switch {
	case !ok:
		return false
	case h.Lo > h.Hi:
		c.report(problem(codeEmpty, d.Domain.At, fmt.Sprintf("no number lies in the domain of `%s`", h.Name),
			"the lower end comes first"))
		return false
	case h.Lo == h.Hi && (h.LoOpen || h.HiOpen):
		c.report(problem(codeEmpty, d.Domain.At, fmt.Sprintf("no number lies in the domain of `%s`", h.Name),
			"an end with `(` or `)` is not a part of the domain"))
		return false
	}
	return true
}

// checkInfinite tells whether an end is finite or open.
func (c *checker) checkInfinite(b syntax.Bound, open bool, bracket string) bool {
	if b.Text != "inf" || open {
		return true
	}
	c.report(problem(codeClosedInf, b.At, "an infinite end of a domain is open",
		fmt.Sprintf("write `%s` on this side; a hyperparameter is never infinite", bracket)))
	return false
}

func defaultHint(h Hyper) string {
	if h.Default == h.Lo && h.LoOpen || h.Default == h.Hi && h.HiOpen {
		return "an end with `(` or `)` is not a part of the domain; `[` and `]` take it in"
	}
	return "change the default or the domain"
}

// contains tells whether x lies in the domain.
func (h Hyper) contains(x float64) bool {
	above := x > h.Lo || !h.LoOpen && x == h.Lo
	below := x < h.Hi || !h.HiOpen && x == h.Hi
	return above && below
}

func boundText(b syntax.Bound) string {
	if b.Neg {
		return "-" + b.Text
	}
	return b.Text
}

// bound is a bound's value.
func bound(b syntax.Bound) float64 {
	if b.Text == "inf" {
		return math.Inf(map[bool]int{false: 1, true: -1}[b.Neg])
	}
	x, _ := strconv.ParseFloat(boundText(b), 64) // in range, as the syntax has seen to
	return x
}
