package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

type compileCmd struct {
	File      string `arg:"" name:"file" help:"The rule, a .opt file; - is standard input."`
	Output    string `short:"o" placeholder:"PATH" help:"Write the plugin, or what --emit names, to this file; - is standard output, for text."`
	Emit      string `enum:"plugin,go,simd,cuda,ir" default:"plugin" help:"What to make: plugin, go (the generated package), simd (its second file, the vector kernels), cuda (CUDA C++, which includes headers of dsl/cudagen) or ir (the program of every variant)."`
	Target    string `enum:"go,cuda" default:"go" help:"What the plugin is for: go (the processor) or cuda (an NVIDIA GPU too, which takes NVRTC or nvcc to compile)."`
	NoInstall bool   `help:"Do not install the plugin."`
	Force     bool   `help:"Replace an installed plugin of the same name and version that was compiled from another file, or take those of a rule that comes with optc."`
	Store     string `placeholder:"DIR" help:"Install into this folder of plugins instead of the user's."`
}

// Run compiles the rule. Only a plugin is installed.
func (c *compileCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	rule, err := a.compile(c.File)
	if err != nil {
		return err
	}
	aimAt(rule, c.Target)
	switch c.Emit {
	case "go":
		text, err := rule.Go()
		if err != nil {
			return err
		}
		return c.write(a, text)
	case "simd":
		text, err := vectors(rule)
		if err != nil {
			return err
		}
		return c.write(a, text)
	case "cuda":
		return c.write(a, rule.CUDA())
	case "ir":
		return c.write(a, []byte(programs(rule)))
	}
	return c.plugin(a, rule)
}

// check reports outputs that can't be meant or can't be made.
func (c *compileCmd) check() error {
	switch {
	case c.Emit != "plugin" && c.Target != abi.TargetGo:
		return usagef("--target is for plugins; leave it out, since --emit %s is the same for all", c.Emit)
	case c.Emit == "plugin" && c.Output == "-":
		return usageError("a plugin is not printed; give -o the name of a file")
	case c.Emit == "plugin" && c.NoInstall && c.Output == "":
		return usageError("--no-install leaves nothing behind without -o; give a file for the plugin")
	case c.Output == "" || c.Output == "-":
		return nil
	case sameFile(c.File, c.Output):
		return usagef("-o %s would overwrite the rule itself; give another file", c.Output)
	}
	if err := os.MkdirAll(filepath.Dir(c.Output), 0o755); err != nil {
		return unwritable(c.Output, err)
	}
	if c.Emit == "plugin" {
		return replaceable(c.Output)
	}
	return writable(c.Output)
}

// sameFile tells whether two paths lead to one file or folder.
func sameFile(a, b string) bool {
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(first, second)
}

// plugin builds the plugin once, for -o, the store, or both.
func (c *compileCmd) plugin(a *app, rule *dsl.Rule) error {
	if c.Output != "" {
		if err := a.build(rule, c.Output); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "wrote %s\n", c.Output)
	}
	if c.NoInstall {
		return nil
	}
	if err := c.mayTakeName(&rule.Manifest); err != nil {
		return err
	}
	reg, err := a.registry(c.Store)
	if err != nil {
		return err
	}
	before := a.heldBy(cmp.Or(c.Store, reg.User()), &rule.Manifest)
	entry, err := a.install(reg, rule, registry.Candidate{Binary: c.Output, Origin: c.File, Store: c.Store, Force: c.Force})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "installed %s in %s\n", entry.Ref(), entry.Dir)
	if before != nil && before.HasCUDA() && !rule.Manifest.HasCUDA() {
		fmt.Fprintln(a.err, "the plugin that it replaces had kernels for GPUs, which this one has not; --target cuda compiles them too")
	}
	if !entry.Default {
		fmt.Fprintf(a.err, "the name %s alone means another version or store, which optc list shows; name this one %s\n", entry.Name, entry.Ref())
	}
	return nil
}

// heldBy is what a store has under a rule's name and version, or nil.
func (a *app) heldBy(store string, rule *abi.Manifest) *abi.Manifest {
	config := a.config
	config.Dirs = []string{store} // is searched first
	reg, err := registry.New(config)
	if err != nil {
		return nil
	}
	entry, err := reg.Find(rule.Name + "@" + rule.Version)
	if err != nil || entry.Store != reg.Stores()[0] {
		return nil
	}
	return entry.Manifest
}

// mayTakeName refuses the name and version of another rule that comes with optc,
// whether that is installed already or not.
func (c *compileCmd) mayTakeName(m *abi.Manifest) error {
	builtIn, ok := plugins.Find(m.Name)
	if !ok || c.Force || builtIn.Manifest.Version != m.Version || builtIn.Manifest.Digest == m.Digest {
		return nil
	}
	return fmt.Errorf("%s is the name and version %s of a rule that comes with optc; give yours another name or version, or take the name with --force",
		m.Name, m.Version)
}

// write puts a text into the file that -o names, or on standard output.
func (c *compileCmd) write(a *app, text []byte) error {
	if c.Output == "" || c.Output == "-" {
		_, err := a.out.Write(text)
		return err
	}
	return writeFile(c.Output, text)
}

// vectors is the source of a rule's vector kernels.
func vectors(rule *dsl.Rule) ([]byte, error) {
	text, err := rule.Vectors()
	if err == nil && text == nil {
		err = fmt.Errorf("%s has no vector kernels: each variant takes exp, log or a power with a fraction of tensors, or draws random numbers",
			rule.Manifest.Name)
	}
	return text, err
}

// programs is the IR of every variant.
func programs(rule *dsl.Rule) string {
	texts := make([]string, len(rule.Programs))
	for i, p := range rule.Programs {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}
