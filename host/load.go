package host

import (
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/wire"
)

// Load starts the plugin that a NAME or NAME@VERSION means in the registry and
// gives it as an engine. Find has compared it with the digests of its
// installation. The folders that are given are searched before the registry's
// own; package registry says where those are.
//
// The caller must Close the engine, or the Optimizer that is made from it.
func Load(ref string, dirs ...string) (Engine, error) {
	r, err := registry.New(registry.Config{Dirs: dirs})
	if err != nil {
		return nil, err
	}
	entry, err := r.Find(ref)
	if err != nil {
		return nil, err
	}
	return Launch(entry.Binary())
}

// Launch starts a plugin's program, wherever it lies, and gives it as an
// engine.
func Launch(path string) (Engine, error) {
	client, err := wire.Launch(path)
	if err != nil {
		return nil, err
	}
	return client, nil
}
