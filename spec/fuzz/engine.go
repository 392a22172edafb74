package fuzz

import (
	"context"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// Engine is a way to run rules.
type Engine struct {
	Name string
	Open func(*dsl.Rule) (host.Engine, error) // a fresh engine of a rule
}

// Oracle is what engines are compared with: the interpreter, on the programs
// that the compiler makes.
var Oracle = Kernels("eval", eval.Kernel)

// NoPasses is the oracle on programs that no pass has improved.
var NoPasses = Engine{Name: "no passes", Open: openUnimproved}

// Kernels is the engine that runs a kernel of each of a rule's programs.
func Kernels(name string, kernel func(*ir.Program) abi.Kernel) Engine {
	return Engine{Name: name, Open: func(r *dsl.Rule) (host.Engine, error) {
		rule := &abi.Rule{Manifest: r.Manifest, Source: r.Source}
		for _, p := range r.Programs {
			rule.Kernels = append(rule.Kernels, kernel(p))
		}
		return host.InProcess(rule), nil
	}}
}

// Plugins is the engine of processes: each rule is compiled to a plugin in a
// folder, at its first use. It needs the Go tool, and seconds a rule. Rules of
// one name must be one rule.
func Plugins(ctx context.Context, folder string) Engine {
	return Engine{Name: "plugin", Open: func(r *dsl.Rule) (host.Engine, error) {
		path := filepath.Join(folder, r.Manifest.Name+".exe")
		if _, err := os.Stat(path); err != nil {
			source, err := build.PackageOf(r)
			if err != nil {
				return nil, err
			}
			if err := build.Plugin(ctx, source, path); err != nil {
				return nil, err
			}
		}
		return host.Launch(path)
	}}
}

func openUnimproved(r *dsl.Rule) (host.Engine, error) {
	rule := &abi.Rule{Manifest: r.Manifest, Source: r.Source}
	for i, choices := range lower.Variants(r.Info) {
		full, err := pass.Run(lower.Program(r.Info, choices), []pass.Pass{{Name: "lags", Run: pass.Lags}})
		if err != nil {
			return nil, err
		}
		k, states := eval.Kernel(full), r.Programs[i].States
		rule.Kernels = append(rule.Kernels, abi.Kernel{
			F32: within(full.States, states, k.F32),
			F64: within(full.States, states, k.F64),
		})
	}
	return host.InProcess(rule), nil
}

// within runs a kernel that has more states than the arena, or more buffers: on
// memory of its own, into which the arena's states are copied before a step,
// and from which they are copied after it. What the arena lacks nothing needs.
func within[T abi.Float](all, live []ir.State, kernel func(*abi.Update[T])) func(*abi.Update[T]) {
	return func(u *abi.Update[T]) {
		wide := *u
		wide.State = nil
		for _, s := range all {
			for range s.Buffers {
				wide.State = append(wide.State, make([]T, len(u.Theta)))
			}
		}
		carry(live, u.State, all, wide.State, live, u.T-1)
		kernel(&wide)
		carry(all, wide.State, live, u.State, live, u.T)
	}
}

// carry copies the values that the live states have after a step, and as many
// older ones as they keep.
func carry[T abi.Float](from []ir.State, source [][]T, to []ir.State, target [][]T, live []ir.State, step int64) {
	for _, s := range live {
		a, b := buffers(from, source, s.Name), buffers(to, target, s.Name)
		for k := range int64(s.Buffers) {
			copy(at(b, step-k), at(a, step-k))
		}
	}
}

// buffers are those of a state.
func buffers[T abi.Float](states []ir.State, all [][]T, name string) [][]T {
	for _, s := range states {
		if s.Name == name {
			return all[:s.Buffers]
		}
		all = all[s.Buffers:]
	}
	return nil
}

// at is the buffer with the value of a step, which can be less than 1.
func at[T abi.Float](buffers [][]T, step int64) []T {
	n := int64(len(buffers))
	return buffers[(step%n+n)%n]
}
