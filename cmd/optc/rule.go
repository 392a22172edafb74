package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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

// builtIn is the rule that comes with optc and that a NAME or NAME@VERSION
// means.
func builtIn(ref string) (*abi.Rule, bool) {
	name, version, versioned := strings.Cut(ref, "@")
	rule, ok := plugins.Find(name)
	if !ok || versioned && strings.TrimPrefix(version, "v") != rule.Manifest.Version {
		return nil, false
	}
	return rule, true
}

// plugin is the plugin that a name or a rule's file means. A rule that comes
// with optc is compiled and installed where it is not yet, and again where its
// text has changed since. A rule's file is compiled always, and installed
// nowhere: that is what optc compile is for.
func (a *app) plugin(ref string) (*registry.Entry, error) { return a.pluginFor(ref, abi.TargetGo) }

// pluginFor is plugin for a target: what is compiled here is compiled for it, and
// a rule that comes with optc again where its plugin is not.
func (a *app) pluginFor(ref, target string) (*registry.Entry, error) {
	reg, err := a.registry("")
	if err != nil {
		return nil, err
	}
	if isFile(ref) {
		return a.fromFile(reg, ref, target)
	}
	entry, err := reg.Find(ref)
	own, known := builtIn(ref)
	var missing *registry.NotFoundError
	switch {
	case errors.As(err, &missing) && known:
	case errors.As(err, &missing):
		return nil, unknownOptimizer(ref, reg, err)
	case err != nil:
		return nil, err
	case !known || entry.Origin.Rule != registry.BuiltIn:
		a.tellIfOld(entry)
		return entry, nil
	case current(entry.Manifest, &own.Manifest) && slices.Contains(entry.Manifest.Targets, target):
		return entry, nil
	}
	rule, list := dsl.Compile(own.Manifest.Name+".opt", own.Source)
	if rule == nil {
		return nil, fmt.Errorf("%s, which comes with optc, has errors; this is a fault of optc, please report it: %v", ref, list)
	}
	aimAt(rule, target)
	return a.install(reg, rule, registry.Candidate{Origin: registry.BuiltIn})
}

// aimAt has a rule's plugin compiled for a target, too.
func aimAt(rule *dsl.Rule, target string) {
	if !slices.Contains(rule.Manifest.Targets, target) {
		rule.Manifest.Targets = append(rule.Manifest.Targets, target)
	}
}

// fromFile compiles a rule's file into a store of its own, which is deleted
// when the command ends.
func (a *app) fromFile(reg *registry.Registry, path, target string) (*registry.Entry, error) {
	rule, err := a.compile(path)
	if err != nil {
		return nil, err
	}
	aimAt(rule, target)
	store, err := a.temporary()
	if err != nil {
		return nil, err
	}
	return a.install(reg, rule, registry.Candidate{Origin: path, Store: store})
}

// current tells whether a plugin is of the rule and the compiler of today.
func current(installed, now *abi.Manifest) bool {
	return installed.Digest == now.Digest && installed.Compiler == now.Compiler && installed.Protocol == now.Protocol
}

// install puts a rule's plugin into a store; it builds the plugin where the
// candidate has no binary yet.
func (a *app) install(reg *registry.Registry, rule *dsl.Rule, c registry.Candidate) (*registry.Entry, error) {
	if c.Binary == "" {
		folder, err := a.temporary()
		if err != nil {
			return nil, err
		}
		c.Binary = filepath.Join(folder, registry.Exe(rule.Manifest.Name))
		if err := a.build(rule, c.Binary); err != nil {
			return nil, err
		}
	}
	c.Source, c.Manifest = rule.Source, &rule.Manifest
	return reg.Install(a.ctx, c)
}

// build makes a rule's plugin, the file out.
func (a *app) build(rule *dsl.Rule, out string) error {
	source, err := build.PackageOf(rule)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "compiling %s %s …\n", rule.Manifest.Name, rule.Manifest.Version)
	if rule.Manifest.HasCUDA() {
		if source.CUDA, err = build.CUDA(a.ctx, rule); err != nil {
			return err
		}
	}
	return build.Plugin(a.ctx, source, out)
}

// fewNames is how many names an error lists before it sends to optc list.
const fewNames = 50

// unknownOptimizer says which names there are, and which is near.
func unknownOptimizer(ref string, reg *registry.Registry, err error) error {
	name, _, versioned := strings.Cut(ref, "@")
	if own, ok := plugins.Find(name); ok && versioned {
		return fmt.Errorf("%w\noptc carries %s %s", err, name, own.Manifest.Version)
	}
	names := optimizerNames(reg)
	there := slices.Contains(names, name) // in another version
	if near := diag.Nearest(name, names); near != "" && !there {
		return fmt.Errorf("there is no optimizer %q; did you mean %q? optc list shows all", name, near)
	}
	if there || len(names) > fewNames {
		return fmt.Errorf("%w\noptc list shows all there are, and optc compile FILE.opt adds one", err)
	}
	return fmt.Errorf("there is no optimizer %q; there are %s, and optc compile FILE.opt adds one", name, strings.Join(names, ", "))
}

// optimizerNames are all names that can be loaded, in the alphabet's order.
func optimizerNames(reg *registry.Registry) []string {
	names := []string{}
	for _, r := range plugins.All() {
		names = append(names, r.Manifest.Name)
	}
	entries, _ := reg.List()
	for _, e := range entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
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
	reg, err := a.registry("")
	if err != nil {
		return "", err
	}
	entry, err := reg.Find(ref)
	own, known := builtIn(ref)
	var missing *registry.NotFoundError
	switch {
	case err == nil && !(known && entry.Origin.Rule == registry.BuiltIn):
		return entry.Source()
	case known && (err == nil || errors.As(err, &missing)):
		return own.Source, nil
	case errors.As(err, &missing):
		return "", unknownOptimizer(ref, reg, err)
	}
	return "", err
}
