package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
)

type listCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// listed is one optimizer, as list shows it.
type listed struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Title      string   `json:"title,omitempty"`
	Class      string   `json:"class,omitempty"`
	Targets    []string `json:"targets,omitempty"` // of the plugin: go, and cuda where it carries kernels for GPUs; none where it is not compiled yet
	Origin     string   `json:"origin"`
	Path       string   `json:"path,omitempty"` // "" for a rule that is compiled when it is first used
	ShadowedBy string   `json:"shadowedBy,omitempty"`
	Error      string   `json:"error,omitempty"`
}

// Run lists the installed plugins and the rules that come with optc.
func (c *listCmd) Run(a *app) error {
	reg, err := a.registry("")
	if err != nil {
		return err
	}
	entries, err := reg.List()
	if err != nil {
		return err
	}
	all := listAll(entries)
	if c.JSON {
		return a.printJSON(all)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tVERSION\tCLASS\tTARGETS\tFROM\tTITLE")
	for _, l := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Name, l.Version, l.Class, orDash(strings.Join(l.Targets, ",")), l.Origin, l.note())
	}
	return w.Flush()
}

// note is the title, or why the entry is not what its name means.
func (l listed) note() string {
	switch {
	case l.Error != "":
		return "can't be used: " + l.Error
	case l.ShadowedBy != "":
		return l.Title + " (shadowed by " + l.ShadowedBy + ")"
	}
	return l.Title
}

func listAll(entries []registry.Entry) []listed {
	all, holder, same := []listed{}, map[string]string{}, map[string]bool{}
	for _, e := range entries {
		l := listed{Name: e.Name, Version: e.Version, Origin: e.Origin.Rule, Path: e.Dir, ShadowedBy: e.ShadowedBy}
		if e.Err != nil {
			l.Error = e.Err.Error()
		} else {
			l.Title, l.Class, l.Targets = e.Manifest.Title, e.Manifest.Class, e.Manifest.Targets
		}
		if e.Default {
			holder[e.Name] = e.Dir
		}
		same[e.Name] = same[e.Name] || e.Origin.Rule == registry.BuiltIn
		all = append(all, l)
	}
	for _, r := range plugins.All() {
		if m := &r.Manifest; !same[m.Name] { // not compiled yet
			all = append(all, listed{Name: m.Name, Version: m.Version, Title: m.Title, Class: m.Class,
				Origin: registry.BuiltIn, ShadowedBy: holder[m.Name]})
		}
	}
	slices.SortStableFunc(all, func(a, b listed) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
