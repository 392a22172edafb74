// Package build makes plugin binaries from generated source.
//
// A plugin is a small Go program: the generated package of its rule, a main of
// one line, and the packages of this module that speak with a host. Plugin
// writes them, from copies that the program carries within itself, into a fresh
// folder as a module of the same path, and has the Go tool compile it there. So
// the same steps work inside the checkout and in any other folder, and the same
// input gives the same binary, byte for byte, on every machine with the same
// version of Go.
//
// Vector kernels are compiled in where the plugin is for amd64 and Go has the
// minor version that go.mod names. Package simd/archsimd, which they need, is no
// part of Go's promise to stay the same, so that another version might refuse
// them; there the plugin has scalar kernels alone.
package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudac"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/registry/abi"
)

// Package is the generated source of a rule.
type Package struct {
	Name    string // the rule's name
	Source  string // the rule's text, as in NAME.opt
	Go      []byte // the generated file, zNAME.go, which declares Rule
	Vectors []byte // the generated file zNAME_simd.go, or nil where the rule has none
	// CUDA are the kernels for GPUs, of a rule whose manifest has TargetCUDA; nil
	// where the plugin is for the processor alone.
	CUDA *abi.CUDA
}

// PackageOf generates the source of a rule.
func PackageOf(rule *dsl.Rule) (Package, error) {
	p := Package{Name: rule.Manifest.Name, Source: rule.Source}
	var err error
	if p.Go, err = rule.Go(); err != nil {
		return Package{}, err
	}
	p.Vectors, err = rule.Vectors()
	return p, err
}

// CUDA compiles a rule's CUDA source to what a plugin hands to hosts. The error
// wraps cudac.ErrNoCompiler where nothing can compile it.
func CUDA(ctx context.Context, rule *dsl.Rule) (*abi.CUDA, error) {
	out, err := cudac.Compile(ctx, rule.Manifest.Name, rule.CUDA())
	if err != nil {
		return nil, err
	}
	return &abi.CUDA{
		Compiler: out.Compiler, Images: out.Images, Resources: out.Resources,
		Launches: cudagen.Launches(&rule.Manifest, rule.Programs),
	}, nil
}

// Plugin compiles a package to a plugin binary, the file out. Missing folders
// on the way to out are made; an older file of that name is replaced in one
// step once the new one is complete. It needs the Go tool, and where the
// modules that a plugin links are not yet in Go's cache, the network once.
//
// The error is a *CompileError where Go refuses the source, and wraps ErrNoGo
// where there is no Go to run, or one that is too old. When ctx ends, so do the
// processes of the Go tool, and the error wraps ctx's.
func Plugin(ctx context.Context, p Package, out string) error {
	return module{
		name: p.Name, packages: []Package{p},
		home: "plugins/" + p.Name + "/plugin", main: Main(p.Name),
	}.build(ctx, out)
}

// Program compiles several packages and a main package to one program, the file
// out, as Plugin does. The source main imports the package of each rule by
// ImportPath. The name is one for errors.
func Program(ctx context.Context, name string, main []byte, packages []Package, out string) error {
	return module{name: name, packages: packages, home: "program", main: main}.build(ctx, out)
}

// module is the source of a program.
type module struct {
	name     string // for errors
	packages []Package
	home     string // the folder of the main package, with slashes
	main     []byte // its source
}

// build compiles the module to the file out.
func (m module) build(ctx context.Context, out string) (err error) {
	for _, p := range m.packages {
		if err := p.check(); err != nil {
			return err
		}
	}
	stage, err := beside(out)
	if err != nil {
		return err
	}
	defer remove(stage, &err)
	work, err := os.MkdirTemp("", "optc-build-")
	if err != nil {
		return fmt.Errorf("no folder for temporary files can be made; set TMPDIR (on Windows TMP) to one with room: %w", err)
	}
	defer remove(work, &err)
	return m.compile(ctx, work, filepath.Join(stage, "plugin.exe"), out)
}

// compile writes the module, builds it to made, and renames that to out.
func (m module) compile(ctx context.Context, work, made, out string) error {
	if err := m.write(work); err != nil {
		return fmt.Errorf("writing the source of plugin %s to be compiled: %w", m.name, err)
	}
	if err := m.goBuild(ctx, work, made); err != nil {
		return err
	}
	if err := os.Rename(made, out); err != nil {
		return fmt.Errorf("the plugin can't be put in its place; if %s is a plugin that is running, end it first: %w", out, err)
	}
	return nil
}

// beside makes a folder next to out, from which a file can be renamed to out.
func beside(out string) (string, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return "", fmt.Errorf("%s is a folder; give the name of the file that the plugin shall be", out)
	}
	folder := filepath.Dir(out)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("the folder %s can't be made; choose another for the plugin: %w", folder, err)
	}
	stage, err := os.MkdirTemp(folder, ".optc-build-")
	if err != nil {
		return "", fmt.Errorf("nothing can be written in the folder %s; choose another for the plugin, or change its permissions: %w", folder, err)
	}
	return filepath.Abs(stage)
}

// remove deletes a folder of temporary files. A process that was killed a
// moment ago may still hold a file, so it tries more than once.
func remove(folder string, err *error) {
	var last error
	for try := range 4 {
		time.Sleep(time.Duration(try) * 50 * time.Millisecond)
		if last = os.RemoveAll(folder); last == nil {
			return
		}
	}
	*err = errors.Join(*err, fmt.Errorf("temporary files are left in %s; delete them: %w", folder, last))
}
