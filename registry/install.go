package registry

import (
	"context"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
)

// Candidate is a plugin to be installed.
type Candidate struct {
	Binary   string        // the path of the compiled plugin
	Source   string        // the rule's text
	Manifest *abi.Manifest // the rule as its compiler describes it
	Origin   string        // the path of the .opt file, or BuiltIn
	Store    string        // where to; "" is the user's store
	Force    bool          // replace the plugin of another rule
}

// Install puts a plugin into a store, in one step, and gives its entry. It
// starts the plugin, and a *RefusedError is the answer where that fails or
// where what the plugin says of itself is not the rule that was compiled.
//
// An older plugin of the same name and version is replaced where it has the
// same text or was compiled from the same file, so compiling a rule again after
// a change needs nothing. Where it comes from elsewhere, a *TakenError is the
// answer, unless Force is set.
func (r *Registry) Install(ctx context.Context, c Candidate) (*Entry, error) {
	parts, err := c.examine()
	if err != nil {
		return nil, err
	}
	if c.Store == "" {
		c.Store = r.User()
	}
	store, err := filepath.Abs(c.Store)
	if err != nil {
		return nil, err
	}
	e := at(store, c.Manifest.Name, c.Manifest.Version)
	if err := e.install(ctx, parts, c.Force); err != nil {
		return nil, err
	}
	r.place(e)
	return e, nil
}

// install puts parts in the place of e, whatever is there now.
func (e *Entry) install(ctx context.Context, p *parts, force bool) error {
	unlock, err := lockStore(ctx, e.Store)
	if err != nil {
		return err
	}
	defer unlock()
	if err := e.tidy(); err != nil {
		return err
	}
	if err := e.sameLetters(); err != nil {
		return err
	}
	if err := e.mayReplace(p, force); err != nil {
		return err
	}
	if err := e.swapIn(p); err != nil {
		return err
	}
	return e.load().Err
}

// parts are the contents of an entry's folder.
type parts struct {
	binary   string // path
	digest   string // of the binary
	source   string
	manifest *abi.Manifest // as the plugin says
	origin   Origin
}

// examine starts the plugin and compares what it says with the rule.
func (c *Candidate) examine() (*parts, error) {
	if c.Manifest == nil || !ruleName.MatchString(c.Manifest.Name) || !validVersion(c.Manifest.Version) {
		return nil, fmt.Errorf("a plugin needs a name, and a version such as 1.0.0, to be installed")
	}
	digest, err := fileDigest(c.Binary)
	if err != nil {
		return nil, c.refused("it can't be read: " + err.Error())
	}
	said, err := describe(c.Binary)
	if err != nil {
		return nil, c.refused("it does not answer as a plugin: " + err.Error())
	}
	if why := c.disagrees(said); why != "" {
		return nil, c.refused(why)
	}
	p := &parts{binary: c.Binary, digest: digest, source: c.Source, manifest: said, origin: Origin{Rule: c.Origin}}
	if c.Origin != BuiltIn {
		p.origin.Rule = absolute(c.Origin)
	}
	if info, err := buildinfo.ReadFile(c.Binary); err == nil {
		p.origin.Go = info.GoVersion
	}
	return p, nil
}

func (c *Candidate) refused(why string) error {
	return &RefusedError{Name: c.Manifest.Name, Path: c.Binary, Why: why}
}

// describe is what a plugin says of itself.
func describe(binary string) (*abi.Manifest, error) {
	client, err := wire.Launch(binary)
	if err != nil {
		return nil, err
	}
	m := client.Manifest()
	return m, client.Close()
}

// disagrees says how a plugin's own description is not that of the rule.
func (c *Candidate) disagrees(said *abi.Manifest) string {
	want, text := c.Manifest, digestOf([]byte(c.Source))
	switch {
	case said.Name != want.Name:
		return fmt.Sprintf("it says that it is %s", said.Name)
	case said.Version != want.Version:
		return fmt.Sprintf("it says that its version is %s, and the rule has %s", said.Version, want.Version)
	case said.Digest != want.Digest || said.Digest != text:
		return "it was compiled from another text"
	}
	return ""
}

// absolute is a path in the form in which origins are compared.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// sameLetters refuses a name that differs from another's in the case of its
// letters alone, for some systems would take both for the same folder.
func (e *Entry) sameLetters() error {
	names, err := folders(e.Store)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(names, func(n string) bool { return n != e.Name && strings.EqualFold(n, e.Name) })
	if i < 0 {
		return nil
	}
	return fmt.Errorf("%s can't be installed beside %s in %s, for the names differ in the case of letters alone; "+
		"rename the rule, or remove the other", e.Name, names[i], e.Store)
}

// mayReplace reports a plugin in e's place that is another's. Where the same
// text comes from a second file, the first keeps the name as long as it is
// there, so that neither can change the rule behind the other's back.
func (e *Entry) mayReplace(p *parts, force bool) error {
	if !isFolder(e.Dir) || force {
		return nil
	}
	holder := e.holder()
	if sameOrigin(holder, p.origin.Rule) {
		return nil
	}
	if text, err := e.Source(); err != nil || text != p.source {
		return &TakenError{Ref: e.Ref(), Holder: holder, Dir: e.Dir}
	}
	if _, err := os.Stat(holder); err == nil || holder == BuiltIn {
		p.origin.Rule = holder
	}
	return nil
}

// holder is what the plugin in e's place was compiled from, even if the plugin
// is damaged; "" where that can't be told.
func (e *Entry) holder() string {
	var o Origin
	text, err := read(filepath.Join(e.Dir, originFile))
	if err != nil || json.Unmarshal(text, &o) != nil {
		return ""
	}
	return o.Rule
}

// sameOrigin tells whether two origins are one file, or both built in.
func sameOrigin(a, b string) bool {
	if a == b {
		return true
	}
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	return a != BuiltIn && b != BuiltIn && errA == nil && errB == nil && os.SameFile(first, second)
}

// place sets Default and ShadowedBy of an entry.
func (r *Registry) place(e *Entry) {
	for i := len(r.stores) - 1; i >= 0; i-- {
		if d, err := locate(r.stores[i], e.Name, ""); err == nil && d != nil {
			e.Default = d.Dir == e.Dir
		}
	}
	for _, store := range r.stores {
		if d, err := locate(store, e.Name, e.Version); err == nil && d != nil {
			if d.Dir != e.Dir {
				e.ShadowedBy = d.Dir
			}
			return
		}
	}
}
