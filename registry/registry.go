// Package registry keeps compiled plugins in folders and finds them by name.
//
// A store is a folder of this shape:
//
//	NAME/VERSION/OS_ARCH/
//	    NAME           the plugin's binary; NAME.exe on Windows
//	    NAME.opt       the rule's text
//	    manifest.json  what the plugin says of itself
//	    origin.json    what it was compiled from, and by which Go
//	    SHA256SUMS     the digests of the other four, as sha256sum prints them
//
// Stores are searched in this order, and the first that has the name wins:
//
//  1. the folders that the caller gives (--plugin-dir),
//  2. the folders of OPTC_PLUGIN_PATH, a list as PATH is one,
//  3. .optc/plugins in the working directory or the nearest folder above it,
//  4. the user's store, $OPTC_HOME/plugins. Where OPTC_HOME is not set it is
//     $XDG_DATA_HOME/optc or ~/.local/share/optc, on macOS
//     ~/Library/Application Support/optc, on Windows %LocalAppData%\optc.
//
// A plugin is installed in one step: a reader sees the old one or the new one,
// and two installations at once come one after the other. What a store hands
// out has been compared with SHA256SUMS. That finds damage, not malice: who can
// change the binary can change the sums too.
package registry

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Platform is this system and processor, as a store names its folders.
const Platform = runtime.GOOS + "_" + runtime.GOARCH

// Config says where plugins are. Fields that are left out come from the
// environment, so Config{} is what a user expects.
type Config struct {
	Dirs []string // stores to search first
	Path string   // a list of stores; OPTC_PLUGIN_PATH
	Work string   // where the search for .optc/plugins begins; the working directory
	Home string   // whose folder plugins is the user's store; OPTC_HOME
}

// Registry is an ordered list of stores, the user's last. It holds nothing
// open and may be used by several goroutines at once.
type Registry struct {
	stores []string // absolute paths, in the order of search
}

// New makes a registry. Stores need not exist; Install makes what it needs.
func New(c Config) (*Registry, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	r := new(Registry)
	all := append(append([]string{}, c.Dirs...), filepath.SplitList(c.Path)...)
	for _, dir := range append(all, projectStore(c.Work), filepath.Join(c.Home, "plugins")) {
		if err := r.add(dir); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// add appends a store that is not yet among them.
func (r *Registry) add(dir string) error {
	if dir == "" {
		return nil
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("the folder of plugins %s can't be told from here; give its full path: %w", dir, err)
	}
	for _, known := range r.stores {
		if known == path {
			return nil
		}
	}
	r.stores = append(r.stores, path)
	return nil
}

// Stores are the folders that are searched, in their order. The last is the
// user's store.
func (r *Registry) Stores() []string { return append([]string{}, r.stores...) }

// User is the user's store.
func (r *Registry) User() string { return r.stores[len(r.stores)-1] }

func (c Config) complete() (Config, error) {
	var err error
	if c.Path == "" {
		c.Path = os.Getenv("OPTC_PLUGIN_PATH")
	}
	if c.Work == "" {
		if c.Work, err = os.Getwd(); err != nil {
			return c, fmt.Errorf("the working directory can't be told; change to one that exists: %w", err)
		}
	}
	if c.Home == "" {
		c.Home, err = home()
	}
	return c, err
}

// home is the folder in which optc keeps a user's data.
func home() (string, error) {
	if dir := os.Getenv("OPTC_HOME"); dir != "" {
		return dir, nil
	}
	variable, rest := "XDG_DATA_HOME", []string{".local", "share"}
	switch runtime.GOOS {
	case "windows":
		variable, rest = "LocalAppData", []string{"AppData", "Local"}
	case "darwin":
		variable, rest = "", []string{"Library", "Application Support"}
	}
	if dir := os.Getenv(variable); variable != "" && filepath.IsAbs(dir) {
		return filepath.Join(dir, "optc"), nil
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("there is no home folder to keep plugins in; set OPTC_HOME to a folder: %w", err)
	}
	return filepath.Join(append(append([]string{dir}, rest...), "optc")...), nil
}

// projectStore is .optc/plugins in a folder or the nearest one above, or "".
func projectStore(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		store := filepath.Join(dir, ".optc", "plugins")
		if info, err := os.Stat(store); err == nil && info.IsDir() {
			return store
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
