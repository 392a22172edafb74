package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

// isFile tells a rule's file from an optimizer's name.
func isFile(ref string) bool { return strings.HasSuffix(ref, ".opt") }

// plugin is the installed plugin that a name or a rule's file means. A rule
// that comes with optc is compiled where it is not installed yet, and again
// where its text has changed since; a rule's file is compiled always.
func (a *app) plugin(ref string) (*registry.Entry, error) {
	reg, err := registry.New(a.config)
	if err != nil {
		return nil, err
	}
	if isFile(ref) {
		rule, err := a.compile(ref)
		if err != nil {
			return nil, err
		}
		return a.install(reg, rule, registry.Candidate{Origin: ref})
	}
	entry, err := reg.Find(ref)
	builtIn, known := plugins.Find(ref)
	var missing *registry.NotFoundError
	switch {
	case errors.As(err, &missing) && known:
	case errors.As(err, &missing):
		return nil, unknownOptimizer(ref, reg, err)
	case err != nil:
		return nil, err
	case !known || entry.Origin.Rule != registry.BuiltIn || current(entry.Manifest, &builtIn.Manifest):
		return entry, nil
	}
	rule, _ := dsl.Compile(ref+".opt", builtIn.Source)
	return a.install(reg, rule, registry.Candidate{Origin: registry.BuiltIn})
}

// current tells whether a plugin is of the rule and the compiler of today.
func current(installed, now *abi.Manifest) bool {
	return installed.Digest == now.Digest && installed.Compiler == now.Compiler && installed.Protocol == now.Protocol
}

// install builds a rule's plugin and puts it into a store.
func (a *app) install(reg *registry.Registry, rule *dsl.Rule, c registry.Candidate) (*registry.Entry, error) {
	dir, err := os.MkdirTemp("", "optc-compile-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c.Binary = filepath.Join(dir, registry.Exe(rule.Manifest.Name))
	c.Source, c.Manifest = rule.Source, &rule.Manifest
	fmt.Fprintf(a.err, "compiling %s %s …\n", rule.Manifest.Name, rule.Manifest.Version)
	if err := a.build(rule, c.Binary); err != nil {
		return nil, err
	}
	entry, err := reg.Install(a.ctx, c)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(a.err, "installed %s in %s\n", entry.Ref(), entry.Dir)
	return entry, nil
}

// build makes a rule's plugin, the file out.
func (a *app) build(rule *dsl.Rule, out string) error {
	source, err := rule.Go()
	if err != nil {
		return err
	}
	return build.Plugin(a.ctx, build.Package{Name: rule.Manifest.Name, Source: rule.Source, Go: source}, out)
}

// unknownOptimizer says which names are near.
func unknownOptimizer(ref string, reg *registry.Registry, err error) error {
	names := []string{}
	for _, r := range plugins.All() {
		names = append(names, r.Manifest.Name)
	}
	if entries, err := reg.List(); err == nil {
		for _, e := range entries {
			names = append(names, e.Name)
		}
	}
	if strings.Contains(ref, "@") {
		return err
	}
	if near := diag.Nearest(ref, names); near != "" {
		return fmt.Errorf("there is no optimizer %q; did you mean %q? optc list shows all", ref, near)
	}
	return fmt.Errorf("there is no optimizer %q; optc list shows all, and optc compile FILE.opt adds one", ref)
}

// rule is the compiled rule that a name or a rule's file means, without a
// plugin.
func (a *app) rule(ref string) (*dsl.Rule, error) {
	if isFile(ref) {
		return a.compile(ref)
	}
	source, err := a.source(ref)
	if err != nil {
		return nil, err
	}
	rule, list := dsl.Compile(ref+".opt", source)
	if rule == nil {
		a.render(ref+".opt", source, list)
		return nil, fmt.Errorf("the rule of %s was compiled by another version of optc, and this one refuses it", ref)
	}
	return rule, nil
}

// source is the text of an optimizer's rule: of the installed plugin, or of
// what comes with optc.
func (a *app) source(ref string) (string, error) {
	reg, err := registry.New(a.config)
	if err != nil {
		return "", err
	}
	entry, err := reg.Find(ref)
	builtIn, known := plugins.Find(ref)
	var missing *registry.NotFoundError
	switch {
	case err == nil && !(known && entry.Origin.Rule == registry.BuiltIn):
		return entry.Source()
	case known && (err == nil || errors.As(err, &missing)):
		return builtIn.Source, nil
	case errors.As(err, &missing):
		return "", unknownOptimizer(ref, reg, err)
	}
	return "", err
}
