package spec

import (
	"errors"
	"fmt"
	"time"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
)

// Engine is what the suite examines.
type Engine struct {
	Name   string                      // the kind of engine: "eval", "go", "simd256", "simd512", "plugin"; others have names of their own
	Source string                      // the text of the rule that it claims to run
	Open   func() (host.Engine, error) // a fresh engine; the suite closes it
	// Threads is Open for an engine that shares a step among at most n threads.
	// nil where their number can't be chosen.
	Threads func(n int) (host.Engine, error)
	// Otherwise is Open in the other ways in which a host may reach an engine that
	// is a process. nil for an engine that is none.
	Otherwise []func() (host.Engine, error)
	// Orphan starts an engine that is a process, and leaves it as a host does
	// that dies. It is an error where the process has not ended by itself when
	// the patience is over. nil for an engine that is no process.
	Orphan func(patience time.Duration) error
}

// InProcess is the engine of a rule's scalar kernels in this process.
func InProcess(rule *abi.Rule) Engine {
	return inProcess("go", rule.UpTo(0))
}

// Vectors is the engine of a rule's kernels with vectors of some bits in this
// process; it is false where the rule, this build or this processor has none. A
// variant that has none of this width steps by what is the fastest without.
func Vectors(rule *abi.Rule, bits int) (Engine, bool) {
	narrow := rule.UpTo(bits)
	found := len(narrow.Vectors) > 0 && narrow.Vectors[0].Bits == bits
	return inProcess(fmt.Sprintf("simd%d", bits), narrow), found
}

func inProcess(name string, rule *abi.Rule) Engine {
	return Engine{
		Name: name, Source: rule.Source,
		Open:    func() (host.Engine, error) { return host.InProcess(rule), nil },
		Threads: func(n int) (host.Engine, error) { return host.InThreads(rule, n), nil },
	}
}

// Oracle is the engine of the reference semantics. The list says what is wrong
// with the text where that is no rule.
func Oracle(path, text string) (Engine, error) {
	rule, _, err := reference(path, text)
	if err != nil {
		return Engine{}, err
	}
	e := InProcess(rule)
	e.Name = "eval"
	return e, nil
}

// Plugin is the engine of a plugin's program, each instance a process of its
// own. The text is what the plugin is held to.
func Plugin(path, text string) Engine {
	return Engine{
		Name: "plugin", Source: text,
		Open:    func() (host.Engine, error) { return host.Launch(path) },
		Threads: func(n int) (host.Engine, error) { return host.Launch(path, wire.Threads(n)) },
		Otherwise: []func() (host.Engine, error){
			func() (host.Engine, error) { return host.Launch(path, wire.SharedFile()) },
			func() (host.Engine, error) { return host.Launch(path, wire.StepByCall()) },
		},
		Orphan: func(patience time.Duration) error { return orphan(path, patience) },
	}
}

func orphan(path string, patience time.Duration) error {
	client, err := wire.Launch(path)
	if err != nil {
		return err
	}
	select {
	case <-client.Orphan():
	case <-time.After(patience):
		err = fmt.Errorf("the process is still there %v after its host", patience)
	}
	return errors.Join(err, client.Close())
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
