package dsl

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/syntax"
	"github.com/optc-lang/optc/registry/abi"
)

// Digest identifies a rule's text: "sha256:" and 64 hexadecimal digits.
func Digest(source string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(source))) }

// manifest describes a rule to hosts.
func manifest(r *Rule) abi.Manifest {
	info := r.Info
	m := abi.Manifest{
		Name: info.Name, Title: info.Title, Version: info.Version, Protocol: abi.Protocol,
		Paper: info.Paper, Doc: info.Doc, Digest: Digest(r.Source),
		Compiler: Version, Targets: []string{abi.TargetGo}, Numbers: []string{string(abi.F32), string(abi.F64)},
	}
	for _, h := range info.Hypers {
		m.Hypers = append(m.Hypers, abi.Hyper{
			Name: h.Name, Default: h.Default, Doc: h.Doc,
			Domain: abi.Domain{Lo: h.Lo, Hi: h.Hi, LoOpen: h.LoOpen, HiOpen: h.HiOpen},
		})
	}
	for _, o := range info.Options {
		m.Options = append(m.Options, abi.Option{Name: o.Name, Choices: o.Choices, Doc: o.Doc})
	}
	close := false
	for _, p := range r.Programs {
		m.Variants = append(m.Variants, variant(p, initial(info)))
		close = close || usesClose(p)
	}
	m.Class = class(close)
	return m
}

func class(close bool) string {
	if close {
		return "close"
	}
	return "exact"
}

// initial maps each state to its value before the first step, as text.
func initial(info *check.Info) map[string]string {
	texts := map[string]string{}
	for _, s := range info.States {
		texts[s.Name] = "0"
		if s.Init != nil {
			texts[s.Name] = syntax.ExprString(s.Init)
		}
	}
	return texts
}

func variant(p *ir.Program, initial map[string]string) abi.Variant {
	v := abi.Variant{Class: class(usesClose(p)), Values: traffic(p)}
	for _, c := range p.Choices {
		_, choice, _ := strings.Cut(c, "=")
		v.Choices = append(v.Choices, choice)
	}
	for _, s := range p.States {
		v.Slots = append(v.Slots, abi.Slot{Name: s.Name, Buffers: s.Buffers, Init: initial[s.Name]})
	}
	return v
}

func usesClose(p *ir.Program) bool {
	for _, v := range p.Values {
		if v.Op.Close() {
			return true
		}
	}
	return false
}

// traffic counts the values an element that a step reads and writes: a tensor
// once for each pass over the data that needs it, and each store.
func traffic(p *ir.Program) int {
	count := len(p.Stores)
	stage, passes := p.Stages()
	for pass := range passes {
		count += reads(p, stage, pass, pass == passes-1)
	}
	return count
}

// reads counts the tensors that one pass reads.
func reads(p *ir.Program, stage []int, pass int, last bool) int {
	live := make([]bool, len(p.Values))
	for _, s := range p.Stores {
		live[s.Value] = live[s.Value] || last
	}
	for i, v := range p.Values {
		if v.Op.Reduction() && stage[i] == pass+1 {
			live[v.Args[0]] = true
		}
	}
	type tensor struct {
		op         ir.Op
		state, lag int
	}
	seen := map[tensor]bool{}
	for i := len(live) - 1; i >= 0; i-- {
		v := &p.Values[i]
		if !live[i] || v.Op.Reduction() {
			continue
		}
		for _, a := range v.Args {
			live[a] = true
		}
		if v.Op == ir.ThetaIn || v.Op == ir.Grad || v.Op == ir.Load {
			seen[tensor{v.Op, v.Ref, v.Lag}] = true
		}
	}
	return len(seen)
}
