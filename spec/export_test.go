package spec

import (
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/mutate"
)

// Variant is the suite of one variant of a rule, as if the rule had no other. It
// holds one engine after another to the clauses, and makes what they share once.
type Variant struct {
	subject
	runs []*mutate.Run // of step-7
}

// NewVariant takes the manifest of a compiled rule and the variant's program.
func NewVariant(m abi.Manifest, variant int, p *ir.Program) *Variant {
	m.Variants = m.Variants[variant : variant+1]
	v := &Variant{subject: subject{
		reference: &abi.Rule{Manifest: m, Kernels: []abi.Kernel{eval.Kernel(p)}},
		programs:  []*ir.Program{p},
	}}
	return v
}

// Rule is the variant's, run by the oracle.
func (v *Variant) Rule() *abi.Rule { return v.reference }

// Fails is the first of some clauses, in their order here, that a rule in the
// place of the variant's fails, or "".
func (v *Variant) Fails(rule *abi.Rule, ids ...string) string {
	for _, id := range ids {
		s := v.subject
		s.engine, s.clause = InProcess(rule), id
		if s.result(v.clause(id)).Status == Failed {
			return id
		}
	}
	return ""
}

func (v *Variant) clause(id string) Clause {
	if id == "step-7" {
		if v.runs == nil {
			v.runs = v.battery(0)
		}
		return Clause{ID: id, check: func(s *subject) error { return s.told(0, v.runs) }}
	}
	for _, c := range Clauses() {
		if c.ID == id {
			return c
		}
	}
	panic("no clause " + id)
}
