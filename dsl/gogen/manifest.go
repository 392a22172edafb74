package gogen

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// rule writes the variable Rule.
func (w *writer) rule(m *abi.Manifest, source string, kernels []string, programs []*ir.Program) {
	w.printf("// Rule is the compiled rule.\nvar Rule = &abi.Rule{\n")
	w.manifest(m)
	w.printf("Source: source,\nKernels: []abi.Kernel{\n")
	for i, name := range kernels {
		w.kernel(name+"[float32]", name+"[float64]", programs[i])
	}
	w.printf("},\n}\n\n// source is the rule's text.\nconst source = %s\n\n", quoteText(source))
}

// kernel writes an abi.Kernel of two functions.
func (w *writer) kernel(f32, f64 string, p *ir.Program) {
	w.printf("{F32: %s, F64: %s", f32, f64)
	if p.Elementwise() {
		w.printf(", Elementwise: true")
	}
	w.printf("},\n")
}

func (w *writer) manifest(m *abi.Manifest) {
	w.printf("Manifest: abi.Manifest{\n")
	w.printf("Name: %q,\nTitle: %q,\nVersion: %q,\nProtocol: %d,\n", m.Name, m.Title, m.Version, m.Protocol)
	w.list("Paper", m.Paper)
	w.list("Doc", m.Doc)
	w.printf("Class: %q,\nHypers: []abi.Hyper{\n", m.Class)
	for _, h := range m.Hypers {
		w.printf("{Name: %q, Default: %s, Domain: %s, Doc: %q},\n", h.Name, number(h.Default), domain(h.Domain), h.Doc)
	}
	w.printf("},\n")
	if len(m.Options) > 0 {
		w.printf("Options: []abi.Option{\n")
		for _, o := range m.Options {
			w.printf("{Name: %q, Choices: %s, Doc: %q},\n", o.Name, stringList(o.Choices), o.Doc)
		}
		w.printf("},\n")
	}
	w.variants(m.Variants)
	w.printf("Digest: %q,\nCompiler: %q,\nTargets: %s,\nNumbers: %s,\n},\n",
		m.Digest, m.Compiler, stringList(m.Targets), stringList(m.Numbers))
}

func (w *writer) variants(list []abi.Variant) {
	w.printf("Variants: []abi.Variant{\n")
	for _, v := range list {
		w.printf("{")
		if len(v.Choices) > 0 {
			w.printf("Choices: %s, ", stringList(v.Choices))
		}
		w.printf("Class: %q, ", v.Class)
		if len(v.Slots) > 0 {
			w.printf("Slots: []abi.Slot{")
			for i, s := range v.Slots {
				if i > 0 {
					w.printf(", ")
				}
				w.printf("{Name: %q, Buffers: %d, Init: %q}", s.Name, s.Buffers, s.Init)
			}
			w.printf("}, ")
		}
		w.printf("Values: %d},\n", v.Values)
	}
	w.printf("},\n")
}

// list writes a field of several texts, one a line, unless there are none.
func (w *writer) list(field string, texts []string) {
	if len(texts) == 0 {
		return
	}
	w.printf("%s: []string{\n", field)
	for _, t := range texts {
		w.printf("%q,\n", t)
	}
	w.printf("},\n")
}

func stringList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = strconv.Quote(t)
	}
	return "[]string{" + strings.Join(quoted, ", ") + "}"
}

func domain(d abi.Domain) string {
	s := fmt.Sprintf("abi.Domain{Lo: %s, Hi: %s", bound(d.Lo), bound(d.Hi))
	if d.LoOpen {
		s += ", LoOpen: true"
	}
	if d.HiOpen {
		s += ", HiOpen: true"
	}
	return s + "}"
}

func bound(x float64) string {
	if math.IsInf(x, 0) {
		return fmt.Sprintf("math.Inf(%+d)", int(math.Copysign(1, x)))
	}
	return number(x)
}

// number is a float64 as a Go literal.
func number(x float64) string {
	switch {
	case math.IsInf(x, 0):
		return bound(x)
	case math.IsNaN(x):
		return "math.NaN()"
	case x == 0 && math.Signbit(x):
		return "math.Copysign(0, -1)"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// quoteText is a Go string literal, raw where that is possible.
func quoteText(s string) string {
	if strings.Contains(s, "`") || strings.Contains(s, "\r") || !strconv.CanBackquote(strings.NewReplacer("\n", "", "\t", "").Replace(s)) {
		return strconv.Quote(s)
	}
	return "`" + s + "`"
}
