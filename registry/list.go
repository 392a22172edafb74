package registry

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// List are all plugins of all stores, by name, then in the order of search,
// then the newest first. A plugin that can't be used is among them and has Err
// set; all files but the binaries are compared with their digests (Verify
// compares the binary too). The error is for a store that can't be read.
func (r *Registry) List() ([]Entry, error) {
	var all []Entry
	for _, store := range r.stores {
		here, err := listStore(store)
		if err != nil {
			return nil, err
		}
		all = append(all, here...)
	}
	markShadows(all)
	slices.SortStableFunc(all, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// listStore are the plugins of one store.
func listStore(store string) ([]Entry, error) {
	unlock := lockShared(store)
	defer unlock()
	names, err := folders(store)
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, name := range names {
		versions, err := folders(filepath.Join(store, name))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(versions, newer)
		for _, version := range versions {
			all = append(all, *at(store, name, version).look())
		}
	}
	return all, nil
}

// look is load for a folder that may not be one of a plugin for this system.
func (e *Entry) look() *Entry {
	platforms, _ := folders(filepath.Dir(e.Dir))
	switch {
	case !ruleName.MatchString(e.Name) || !validVersion(e.Version):
		e.Dir = filepath.Dir(e.Dir)
		e.Err = fmt.Errorf("%s is no folder of a plugin, for it is not NAME/VERSION; delete it", e.Dir)
	case e.isThere():
		return e.load()
	case len(platforms) == 0:
		e.Dir = filepath.Dir(e.Dir)
		e.Err = fmt.Errorf("%s has no plugin in it; delete it", e.Dir)
	default:
		e.Dir, e.Platform = filepath.Join(filepath.Dir(e.Dir), platforms[0]), platforms[0]
		e.Err = fmt.Errorf("the plugin %s is for %s, not for this system; compile it here", e.Ref(), strings.Join(platforms, ", "))
	}
	return e
}

// markShadows sets Default and ShadowedBy in a list in the order of search.
func markShadows(all []Entry) {
	named, exact := map[string]bool{}, map[string]string{}
	for i := range all {
		e := &all[i]
		if filepath.Base(e.Dir) != Platform {
			continue
		}
		e.Default = !named[e.Name]
		named[e.Name] = true
		e.ShadowedBy = exact[e.Ref()]
		if e.ShadowedBy == "" {
			exact[e.Ref()] = e.Dir
		}
	}
}
