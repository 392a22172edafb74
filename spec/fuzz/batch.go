package fuzz

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"text/template"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// Batch is a running program of the generated Go of many rules. It can serve
// several engines at a time; they take turns.
type Batch struct {
	index  map[string]int // of the rules, by digest
	folder string
	cmd    *exec.Cmd
	input  io.WriteCloser
	stderr bytes.Buffer

	mu   sync.Mutex
	send *gob.Encoder
	read *gob.Decoder
}

// Build compiles the Go of rules, whose names must differ, to one program, and
// starts it. It needs the Go tool. The caller must Close the batch.
func Build(ctx context.Context, rules []*dsl.Rule) (_ *Batch, err error) {
	b := &Batch{index: map[string]int{}}
	if b.folder, err = os.MkdirTemp("", "optc-fuzz-"); err != nil {
		return nil, fmt.Errorf("no folder for a temporary program can be made: %w", err)
	}
	program := filepath.Join(b.folder, "batch.exe")
	if err = b.compile(ctx, rules, program); err == nil {
		err = b.start(program)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.folder))
	}
	return b, nil
}

//go:embed main.tmpl
var mainText string

var mainTemplate = template.Must(template.New("main").Parse(mainText))

func (b *Batch) compile(ctx context.Context, rules []*dsl.Rule, program string) error {
	var packages []build.Package
	var imports []string
	for i, r := range rules {
		source, err := build.PackageOf(r)
		if err != nil {
			return err
		}
		b.index[r.Manifest.Digest] = i
		packages = append(packages, source)
		imports = append(imports, build.ImportPath(r.Manifest.Name))
	}
	var main bytes.Buffer
	if err := mainTemplate.Execute(&main, imports); err != nil {
		return err
	}
	return build.Program(ctx, "of random rules", main.Bytes(), packages, program)
}

func (b *Batch) start(program string) (err error) {
	b.cmd = exec.Command(program)
	b.cmd.Stderr = &b.stderr
	if b.input, err = b.cmd.StdinPipe(); err != nil {
		return err
	}
	output, err := b.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	b.send, b.read = gob.NewEncoder(b.input), gob.NewDecoder(output)
	return b.cmd.Start()
}

// Close ends the program and removes it.
func (b *Batch) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.input.Close(), b.cmd.Wait(), os.RemoveAll(b.folder))
}

// request and answer are the messages of main.tmpl.
type request struct {
	Rule   int
	Bits   int // of the widest vectors; 0 is the scalar kernels
	Layout *abi.Layout
	Memory []byte
}

type answer struct {
	Memory []byte
	Err    string
}

// step has the program do one step of an arena.
func (b *Batch) step(rule, bits int, a *abi.Arena) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.send.Encode(request{rule, bits, a.Layout(), a.Bytes()})
	var back answer
	if err == nil {
		err = b.read.Decode(&back)
	}
	switch {
	case err != nil:
		return fmt.Errorf("the program of generated code has failed: %w\n%s", err, b.stderr.String())
	case back.Err != "":
		return errors.New(back.Err)
	}
	copy(a.Bytes(), back.Memory)
	return nil
}

// Engine is the generated Go of the batch's rules, by scalar kernels.
func (b *Batch) Engine() Engine { return b.engine("go", 0) }

// Vectors is the generated Go of the batch's rules, by kernels with vectors of
// some bits. A variant that has none, or all of them where the program or the
// processor can't run them, steps by what is the fastest without.
func (b *Batch) Vectors(bits int) Engine { return b.engine(fmt.Sprintf("simd%d", bits), bits) }

func (b *Batch) engine(name string, bits int) Engine {
	return Engine{Name: name, Open: func(r *dsl.Rule) (host.Engine, error) {
		i, ok := b.index[r.Manifest.Digest]
		if !ok {
			return nil, fmt.Errorf("the rule %s is not among those that were compiled", r.Manifest.Name)
		}
		return &stepper{batch: b, rule: i, bits: bits, manifest: &r.Manifest}, nil
	}}
}

// stepper is one run of one rule of a batch.
type stepper struct {
	batch    *Batch
	rule     int
	bits     int
	manifest *abi.Manifest
	arena    *abi.Arena
}

func (s *stepper) Manifest() *abi.Manifest { return s.manifest }

func (s *stepper) Attach(l *abi.Layout) (_ *abi.Arena, err error) {
	s.arena, err = abi.AllocArena(l)
	return s.arena, err
}

func (s *stepper) Step() error {
	if s.arena == nil {
		return errors.New("the engine has no arena; call Attach first")
	}
	return s.batch.step(s.rule, s.bits, s.arena)
}

func (s *stepper) Close() error { return nil }
