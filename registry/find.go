package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// Find is the plugin that a NAME or NAME@VERSION means, verified. It is in the
// first store that has it; a bare name means the newest version there, where a
// release is newer than its pre-releases.
//
// The error is a *NotFoundError where no store has it, and a *DamagedError
// where it is there but is not what was installed. An older version never takes
// the place of one that is damaged.
func (r *Registry) Find(ref string) (*Entry, error) {
	name, version, err := parseRef(ref)
	if err != nil {
		return nil, err
	}
	for _, store := range r.stores {
		e, err := findIn(store, name, version)
		if err != nil {
			return nil, err
		}
		if e != nil {
			r.place(e)
			return e, nil
		}
	}
	return nil, r.notFound(ref, name)
}

// findIn is the plugin in one store, or nil where it has none.
func findIn(store, name, version string) (*Entry, error) {
	unlock := lockShared(store)
	defer unlock()
	e, err := locate(store, name, version)
	if e == nil || err != nil {
		return nil, err
	}
	err = e.verify()
	if damage := new(DamagedError); errors.As(err, &damage) {
		damage.Sound = soundBeside(e)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// soundBeside is the newest other version in an entry's store that can be used, as
// NAME@VERSION, or "".
func soundBeside(e *Entry) string {
	versions, _ := versionsIn(e.Store, e.Name)
	for _, version := range versions {
		if other := at(e.Store, e.Name, version); version != e.Version && other.verify() == nil {
			return other.Ref()
		}
	}
	return ""
}

// locate is the place of a plugin in one store, or nil where it has none.
func locate(store, name, version string) (*Entry, error) {
	versions, err := versionsIn(store, name)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	if version == "" {
		version = versions[0]
	}
	if !slices.Contains(versions, version) {
		return nil, nil
	}
	return at(store, name, version), nil
}

// versionsIn are a plugin's versions in a store for this system, the newest
// first.
func versionsIn(store, name string) ([]string, error) {
	versions, err := versionsFor(store, name)
	return slices.DeleteFunc(versions, func(v string) bool { return !at(store, name, v).isThere() }), err
}

// versionsFor are a plugin's versions in a store for any system.
func versionsFor(store, name string) ([]string, error) {
	names, err := folders(store)
	if err != nil || !slices.Contains(names, name) {
		return nil, err
	}
	versions, err := folders(filepath.Join(store, name))
	versions = slices.DeleteFunc(versions, func(v string) bool { return !validVersion(v) })
	slices.SortFunc(versions, newer)
	return versions, err
}

// folders are the names of the folders in a folder, save those that begin with
// a dot. A folder that is not there has none.
func folders(dir string) ([]string, error) {
	all, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the folder of plugins %s can't be read; see to its permissions: %w", dir, err)
	}
	var names []string
	for _, f := range all {
		linked := f.Type()&fs.ModeSymlink != 0 && isFolder(filepath.Join(dir, f.Name()))
		if (f.IsDir() || linked) && !strings.HasPrefix(f.Name(), ".") {
			names = append(names, f.Name())
		}
	}
	return names, nil
}

// isThere tells whether something has an entry's place, whatever it is, or had it
// until an installation was cut off.
func (e *Entry) isThere() bool {
	_, err := os.Lstat(e.Dir)
	return err == nil || isFolder(e.oldDir())
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// notFound says what there is instead.
func (r *Registry) notFound(ref, name string) error {
	e := &NotFoundError{Ref: ref, Stores: r.Stores()}
	var names []string
	for _, store := range r.stores {
		here, _ := folders(store)
		names = append(names, here...)
		usable, _ := versionsIn(store, name)
		e.Versions = append(e.Versions, usable...)
		all, _ := versionsFor(store, name)
		for _, v := range all {
			platforms, _ := folders(filepath.Join(store, name, v))
			e.Platforms = append(e.Platforms, platforms...)
		}
	}
	slices.SortFunc(e.Versions, newer)
	e.Versions = slices.Compact(e.Versions)
	slices.Sort(e.Platforms)
	e.Platforms = slices.DeleteFunc(slices.Compact(e.Platforms), func(p string) bool { return p == Platform })
	e.Nearest = diag.Nearest(name, names)
	return e
}
