package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/optc-lang/optc/registry/abi"
)

type infoCmd struct {
	Ref    string `arg:"" name:"optimizer" help:"A name, or a rule's .opt file."`
	JSON   bool   `name:"json" help:"Print the manifest as JSON."`
	Source bool   `help:"Print the rule's text."`
	CUDA   bool   `name:"cuda" help:"Show what the rule's kernels take of an NVIDIA GPU. They are compiled for it where the plugin carries none, which takes NVRTC or nvcc."`
}

// Run shows an optimizer's manifest.
func (c *infoCmd) Run(a *app) error {
	rule, err := a.rule(c.Ref)
	if err != nil {
		return err
	}
	if c.CUDA {
		return c.resources(a, rule)
	}
	switch {
	case c.Source:
		_, err = fmt.Fprint(a.out, rule.Source)
		return err
	case c.JSON:
		return a.printJSON(&rule.Manifest)
	}
	return a.printManifest(&rule.Manifest)
}

func (a *app) printManifest(m *abi.Manifest) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s %s: %s (%s)\n", m.Name, m.Version, m.Title, m.Class)
	for _, text := range append(append([]string(nil), m.Paper...), m.Doc...) {
		fmt.Fprintf(w, "  %s\n", text)
	}
	fmt.Fprintf(w, "\nhyperparameters\n")
	for _, h := range m.Hypers {
		fmt.Fprintf(w, "  %s\t= %v\tin %s\t%s\n", h.Name, h.Default, h.Domain, h.Doc)
	}
	if len(m.Options) > 0 {
		fmt.Fprintf(w, "\noptions\n")
	}
	for _, o := range m.Options {
		fmt.Fprintf(w, "  %s\t= %s\t%s\n", o.Name, strings.Join(o.Choices, " | "), o.Doc)
	}
	fmt.Fprintf(w, "\nvariants\tstate\tstate bytes/element\ttraffic bytes/element (f32)\n")
	for _, v := range m.Variants {
		fmt.Fprintf(w, "  %s\t%s\t%d\t%d\n", orDash(m.Choices(v)), slots(v), 4*v.Buffers(), 4*v.Values)
	}
	fmt.Fprintf(w, "\nrule\t%s\n", m.Digest)
	return w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// slots lists a variant's states, with their number of buffers where it is not 1.
func slots(v abi.Variant) string {
	var names []string
	for _, s := range v.Slots {
		if s.Buffers > 1 {
			names = append(names, fmt.Sprintf("%s×%d", s.Name, s.Buffers))
			continue
		}
		names = append(names, s.Name)
	}
	return orDash(strings.Join(names, " "))
}
