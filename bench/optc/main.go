// Command optc is optc's own side of bench/compare: it steps a rule that comes
// with optc, in f32, when it is told to.
//
//	optc go|plugin|host|kernel
//
// go and plugin are the engines; host is the engine go under host.Optimizer, which
// looks at every gradient before a step; kernel is the kernel of go without an
// engine, on one thread. Each line on standard input asks for one
// thing, and one line answers it:
//
//	setup RULE TENSORS ELEMENTS    ok
//	steps N                        the seconds that N steps took
//
// What can't be done is answered by a line that begins with "error ". The first
// line, unasked, names the contestant's version.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/bench"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry/abi"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: optc go|plugin|host|kernel")
	}
	if err := serve(os.Args[1], os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// serve answers requests until there are none.
func serve(kind string, in io.Reader, out io.Writer) error {
	c := contestant{kind: kind}
	_, err := fmt.Fprintf(out, "optc %s, %s\n", dsl.Version, runtime.Version())
	for lines := bufio.NewScanner(in); err == nil && lines.Scan(); {
		answer, failed := c.answer(lines.Text())
		if failed != nil {
			answer = "error " + strings.ReplaceAll(failed.Error(), "\n", "; ")
		}
		_, err = fmt.Fprintln(out, answer)
	}
	return errors.Join(err, c.close())
}

// contestant steps one rule at a time.
type contestant struct {
	kind   string
	engine host.Engine
	step   func() error
}

func (c *contestant) answer(line string) (string, error) {
	var rule string
	var tensors, elements, steps int
	if _, err := fmt.Sscanf(line, "steps %d", &steps); err == nil {
		return c.steps(steps)
	}
	if _, err := fmt.Sscanf(line, "setup %s %d %d", &rule, &tensors, &elements); err != nil {
		return "", fmt.Errorf("%q is neither setup RULE TENSORS ELEMENTS nor steps N", line)
	}
	return "ok", c.setup(rule, tensors, elements)
}

func (c *contestant) steps(n int) (string, error) {
	if c.step == nil {
		return "", errors.New("there is nothing to step; setup comes first")
	}
	start := time.Now()
	for range n {
		if err := c.step(); err != nil {
			return "", err
		}
	}
	return fmt.Sprint(time.Since(start).Seconds()), nil
}

func (c *contestant) setup(rule string, tensors, elements int) error {
	if err := c.close(); err != nil {
		return err
	}
	engine, err := start(c.kind, rule)
	if err != nil {
		return err
	}
	c.engine = engine
	if c.kind == "host" {
		c.step, err = underHost(engine, tensors, elements)
	} else {
		c.step, err = bench.Prepare(engine, bench.Rule{}, slices.Repeat([]int{elements}, tensors), abi.F32)
	}
	return err
}

func start(kind, name string) (host.Engine, error) {
	rule, ok := plugins.Find(name)
	switch {
	case !ok:
		return nil, fmt.Errorf("no rule %q comes with optc", name)
	case kind == "plugin":
		return host.Load(name)
	case kind == "kernel":
		return &kernelAlone{rule: rule}, nil
	case kind == "go" || kind == "host":
		return host.InProcess(rule), nil
	}
	return nil, fmt.Errorf("there is no %q; there are go, plugin, host and kernel", kind)
}

// kernelAlone steps the tensors of an arena, in f32, each by a call of the kernel.
type kernelAlone struct {
	rule    *abi.Rule
	kernel  func(*abi.Update[float32])
	updates []abi.Update[float32]
	steps   []int64
}

func (k *kernelAlone) Manifest() *abi.Manifest { return &k.rule.Manifest }

func (k *kernelAlone) Attach(l *abi.Layout) (*abi.Arena, error) {
	arena, err := abi.AllocArena(l)
	if err != nil {
		return nil, err
	}
	k.kernel, k.steps = k.rule.Kernel(l.Variant).F32, arena.Steps()
	k.updates = make([]abi.Update[float32], len(l.Lens))
	for i := range k.updates {
		u := &k.updates[i]
		u.Hyper, u.Tensor = arena.Hypers(0), i
		u.Theta, u.Grad = abi.Theta[float32](arena, i), abi.Grad[float32](arena, i)
		for b := range l.Buffers {
			u.State = append(u.State, abi.State[float32](arena, b, i))
		}
		u.Far = len(arena.Bytes()) >= 128<<20 // no cache holds it
	}
	return arena, nil
}

func (k *kernelAlone) Step() error {
	for i := range k.updates {
		k.updates[i].T = k.steps[i]
		k.kernel(&k.updates[i])
	}
	return nil
}

func (k *kernelAlone) Close() error { return nil }

// underHost is a step as a training program makes it.
func underHost(engine host.Engine, tensors, elements int) (func() error, error) {
	params := make([]host.Param, tensors)
	for i := range params {
		params[i] = host.Param{Name: fmt.Sprint("p", i), Shape: []int{elements}}
	}
	o, err := host.New(engine, params, host.Config{})
	if err != nil {
		return nil, err
	}
	for i := range params {
		bench.Fill(o.Theta(i).Float32s(), o.Grad(i).Float32s())
	}
	return o.Step, nil
}

// close ends what was set up. Its memory goes back to the system, so that what
// comes next has other pages.
func (c *contestant) close() error {
	if c.engine == nil {
		return nil
	}
	err := c.engine.Close()
	c.step, c.engine = nil, nil
	debug.FreeOSMemory()
	return err
}
