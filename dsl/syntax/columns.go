package syntax

import "strings"

// columns are the widths, in cells, to which the parts of a row are padded.
type columns struct {
	name, value, domain int // of a hyperparameter
	target              int // of an assignment
}

// widen makes room for another row's parts.
func (c *columns) widen(d columns) {
	c.name, c.value = max(c.name, d.name), max(c.value, d.value)
	c.domain, c.target = max(c.domain, d.domain), max(c.target, d.target)
}

// columns aligns rows: all hyperparameters up to a blank line, and assignments
// up to a blank line or another kind of statement.
func (w *writer) columns(rows []row) []columns {
	all := make([]columns, len(rows))
	hypers, assigns := &columns{}, &columns{}
	groups := make([]*columns, len(rows))
	for i, r := range rows {
		if r.blank {
			hypers, assigns = &columns{}, &columns{}
		}
		switch it := r.item.(type) {
		case *Hyper:
			hypers.widen(w.hyperWidths(it))
			groups[i] = hypers
		case *Assign:
			assigns.widen(columns{target: width(w.printer.target(it))})
			groups[i] = assigns
		case nil:
		default:
			assigns = &columns{}
		}
	}
	for i, g := range groups {
		if g != nil {
			all[i] = *g
		}
	}
	return all
}

func (w *writer) hyperWidths(h *Hyper) columns {
	return columns{
		name:   width(w.printer.name(h.Name.Name)),
		value:  width(w.bound(h.Default)),
		domain: width(w.interval(h.Domain)),
	}
}

// hyper is a declaration with its columns.
func (w *writer) hyper(h *Hyper, c columns) string {
	text := "hyper " + pad(w.printer.name(h.Name.Name), c.name) + " = " +
		pad(w.bound(h.Default), c.value) + " in "
	if h.Doc == "" {
		return text + w.interval(h.Domain)
	}
	return text + pad(w.interval(h.Domain), c.domain) + doc(h.Doc)
}

// bound is a number of a declaration. Its minus sign is the same in both
// notations.
func (w *writer) bound(b Bound) string {
	sign := ""
	if b.Neg {
		sign = "-"
	}
	return sign + w.printer.symbol(b.Text)
}

func (w *writer) interval(d Interval) string {
	open, closing := "[", "]"
	if d.LoOpen {
		open = "("
	}
	if d.HiOpen {
		closing = ")"
	}
	return open + w.bound(d.Lo) + ", " + w.bound(d.Hi) + closing
}

// pad adds spaces up to a width.
func pad(s string, to int) string {
	return s + strings.Repeat(" ", max(0, to-width(s)))
}
