package bench_test

import (
	"context"
	"math"
	"time"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/bench"
	"github.com/optc-lang/optc/registry/abi"
)

// pretended is a machine on which time is what its works say that they take.
type pretended struct {
	at     time.Time
	slow   float64  // how many times longer everything takes; 0 is 1
	events []string // what ran, in its order
	before func()   // before each pass of the limit; may be nil
	closed int      // engines
	limits int      // that are not at an end
	memory int      // bytes that are available; 0 is not known
}

func (p *pretended) now() time.Time { return p.at }

// work lets nanoseconds pass.
func (p *pretended) work(what string, ns float64) {
	p.at = p.at.Add(time.Duration(ns * max(p.slow, 1)))
	p.events = append(p.events, what)
}

// limit moves 6 bytes a nanosecond: 1.5 times its memory.
func (p *pretended) limit(bytes int) (pass func() error, end func()) {
	p.limits++
	return func() error {
		if p.before != nil {
			p.before()
		}
		p.work("limit", float64(bytes)/4)
		return nil
	}, func() { p.limits-- }
}

func (p *pretended) run(ctx context.Context, c bench.Config, rules ...bench.Rule) (*bench.Report, error) {
	return bench.RunOn(ctx, p.now, p.limit, func() (int, bool) { return p.memory, p.memory > 0 }, rules, c)
}

// engine is an engine of a rule with θ, g and one state of which it moves 5 values
// an element, which takes it a time for each element.
func (p *pretended) engine(name string, nsPerElement float64) bench.Engine {
	rule := &abi.Rule{Manifest: *dragManifest}
	for range rule.Manifest.Variants {
		rule.Kernels = append(rule.Kernels, abi.Kernel{
			F32: func(u *abi.Update[float32]) { p.work(name, nsPerElement*float64(len(u.Theta))) },
			F64: func(u *abi.Update[float64]) { p.work(name, nsPerElement*float64(len(u.Theta))) },
		})
	}
	return bench.Engine{Name: name, Start: func() (host.Engine, error) { return &counted{host.InProcess(rule), p}, nil }}
}

// dragManifest is the rule of all pretended engines.
var dragManifest = &abi.Manifest{
	Name: "drag", Protocol: abi.Protocol, Class: "exact", Digest: "sha256:drag",
	Hypers:   []abi.Hyper{{Name: "lr", Default: 0.1, Domain: abi.Domain{Lo: 0, Hi: math.Inf(1)}}},
	Options:  []abi.Option{{Name: "state", Choices: []string{"one", "two"}}},
	Variants: []abi.Variant{drag("one", 1, 5), drag("two", 2, 7)},
	Numbers:  []string{"f32", "f64"},
}

// drags is the rule in these engines.
func drags(engines ...bench.Engine) bench.Rule {
	return bench.Rule{Name: "drag", Manifest: dragManifest, Engines: engines}
}

func drag(choice string, buffers, values int) abi.Variant {
	return abi.Variant{Choices: []string{choice}, Class: "exact", Slots: []abi.Slot{{Name: "m", Buffers: buffers}}, Values: values}
}

// counted counts the engines that are closed.
type counted struct {
	host.Engine
	machine *pretended
}

func (c *counted) Close() error {
	c.machine.closed++
	return c.Engine.Close()
}
