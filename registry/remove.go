package registry

import (
	"context"
	"os"
	"path/filepath"
	"slices"
)

// Remove deletes the plugin that a NAME or NAME@VERSION means, damaged or not,
// from the first store that has it, and tells which that was. A plugin of that
// name in a later store is what the name means from then on.
func (r *Registry) Remove(ctx context.Context, ref string) (*Entry, error) {
	name, version, err := parseRef(ref)
	if err != nil {
		return nil, err
	}
	for _, store := range r.stores {
		if names, err := folders(store); err != nil {
			return nil, err
		} else if !slices.Contains(names, name) {
			continue
		}
		if e, err := removeFrom(ctx, store, name, version); e != nil || err != nil {
			return e, err
		}
	}
	return nil, r.notFound(ref, name)
}

// removeFrom deletes a plugin from one store; nil where it has none.
func removeFrom(ctx context.Context, store, name, version string) (*Entry, error) {
	unlock, err := lockStore(ctx, store)
	if err != nil {
		return nil, err
	}
	defer unlock()
	e, err := locate(store, name, version)
	if e == nil || err != nil {
		return nil, err
	}
	e.load()
	if err := e.delete(); err != nil {
		return nil, err
	}
	return e, nil
}

// delete takes an entry out of sight in one step, then deletes it, and the
// folders above it that are empty now.
func (e *Entry) delete() error {
	if err := e.tidy(); err != nil {
		return err
	}
	if err := e.moveAway(); err != nil {
		return err
	}
	syncFolder(filepath.Dir(e.Dir))
	if err := os.RemoveAll(e.oldDir()); err != nil {
		return e.cannotChange(err)
	}
	version := filepath.Dir(e.Dir)
	if os.Remove(version) == nil {
		_ = os.Remove(filepath.Dir(version))
	}
	return nil
}
