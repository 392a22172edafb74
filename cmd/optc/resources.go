package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// resources shows what a rule's kernels take of a GPU.
func (c *infoCmd) resources(a *app, rule *dsl.Rule) error {
	kernels, err := a.kernels(c.Ref, rule)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.printJSON(kernels.Resources)
	}
	return a.printResources(&rule.Manifest, kernels)
}

// kernels are those that the plugin of a name carries for GPUs, or what would be
// compiled for it.
func (a *app) kernels(ref string, rule *dsl.Rule) (*abi.CUDA, error) {
	if !isFile(ref) {
		reg, err := a.registry("")
		if err != nil {
			return nil, err
		}
		entry, err := reg.Find(ref)
		if err == nil && entry.Manifest.HasCUDA() && current(entry.Manifest, &rule.Manifest) {
			return host.Kernels(entry)
		}
	}
	return build.CUDA(a.ctx, rule)
}

func (a *app) printResources(m *abi.Manifest, c *abi.CUDA) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s %s, compiled by %s: %s\n\n", m.Name, m.Version, c.Compiler, strings.Join(images(c), ", "))
	fmt.Fprintln(w, "kernel\tarch\tregisters\tstack\tspilled\tshared\tbytes/element")
	for _, r := range c.Resources {
		fmt.Fprintf(w, "%s\tsm_%d\t%d\t%d\t%d\t%d\t%s\n",
			r.Kernel, r.Arch, r.Registers, r.Stack, r.SpillStores+r.SpillLoads, r.Shared, traffic(m, c, r.Kernel))
	}
	return w.Flush()
}

// images describes the images: "PTX 8.0, cubin 9.0".
func images(c *abi.CUDA) []string {
	var all []string
	for _, i := range c.Images {
		all = append(all, fmt.Sprintf("%s %d.%d (%d KiB)", i.Kind, i.Arch/10, i.Arch%10, (len(i.Code)+1023)/1024))
	}
	return all
}

// traffic is the bytes an element that a step moves, beside its kernel step; the
// other kernels read and write little, or only now and then, or are counted there.
func traffic(m *abi.Manifest, c *abi.CUDA, kernel string) string {
	for i, l := range c.Launches {
		for _, d := range []abi.DType{abi.F32, abi.F64} {
			if kernel == fmt.Sprintf("%s_step_%s", l.Name, d) {
				return fmt.Sprint(m.Variants[i].BytesPerElement(d))
			}
		}
	}
	return "-"
}
