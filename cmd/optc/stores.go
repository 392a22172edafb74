package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/registry"
)

// registry is where plugins are found by name. A folder of --plugin-dir must be
// there, and one of the environment that is not has a line, once: it may be there
// on other days. The folder that the command makes need not be there.
func (a *app) registry(made string) (*registry.Registry, error) {
	for _, dir := range a.config.Dirs {
		if missing(dir, made) {
			return nil, fmt.Errorf("--plugin-dir %s: there is no such folder; name one with plugins, as optc compile --store makes it", dir)
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv(pathVariable)) {
		if dir != "" && missing(dir, made) && !a.pathTold {
			fmt.Fprintf(a.err, "optc: %s has %s, and there is no such folder\n", pathVariable, dir)
		}
	}
	a.pathTold = true
	return registry.New(a.config)
}

// pathVariable is what registry calls its list of folders.
const pathVariable = "OPTC_PLUGIN_PATH"

func missing(dir, made string) bool {
	info, err := os.Stat(dir)
	there := err == nil && info.IsDir()
	return !there && (made == "" || filepath.Clean(dir) != filepath.Clean(made))
}

// tellIfOld says that a plugin's file has another text than it was compiled from.
func (a *app) tellIfOld(entry *registry.Entry) {
	text, err := os.ReadFile(entry.Origin.Rule)
	if err == nil && dsl.Digest(string(text)) != entry.Manifest.Digest {
		fmt.Fprintf(a.err, "optc: the plugin %s was compiled from %s, which has changed since; compile it again, or give the file in the name's place\n", entry.Name, entry.Origin.Rule)
	}
}
