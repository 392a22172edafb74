package spec

import (
	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// Engine is what the suite examines.
type Engine struct {
	Name   string                      // the kind of engine: "oracle", "go", "plugin"
	Source string                      // the text of the rule that it claims to run
	Open   func() (host.Engine, error) // a fresh engine; the suite closes it
	// Orphan starts an engine that is a process, and leaves it as a host does
	// that dies. It gives a channel that is closed when the process has ended.
	// nil for an engine that is no process.
	Orphan func() (ended <-chan struct{}, err error)
}

// InProcess is the engine of a rule's kernels in this process.
func InProcess(rule *abi.Rule) Engine {
	return Engine{Name: "go", Source: rule.Source, Open: func() (host.Engine, error) { return host.InProcess(rule), nil }}
}

// Oracle is the engine of the reference semantics. The list says what is wrong
// with the text where that is no rule.
func Oracle(path, text string) (Engine, error) {
	rule, _, err := reference(path, text)
	if err != nil {
		return Engine{}, err
	}
	e := InProcess(rule)
	e.Name = "oracle"
	return e, nil
}

// reference is the rule of a text with the reference semantics for kernels, and
// the programs that these run.
func reference(path, text string) (*abi.Rule, []*ir.Program, error) {
	compiled, list := dsl.Compile(path, text)
	if compiled == nil {
		return nil, nil, list
	}
	rule := &abi.Rule{Manifest: compiled.Manifest, Source: text}
	for _, p := range compiled.Programs {
		rule.Kernels = append(rule.Kernels, eval.Kernel(p))
	}
	return rule, compiled.Programs, nil
}
