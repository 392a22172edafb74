package host

import (
	"errors"
	"fmt"

	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
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
		return nil, installable(err)
	}
	return Start(entry)
}

// installable adds how a plugin gets into a store to the error that it is in none.
func installable(err error) error {
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) || len(missing.Versions) > 0 {
		return err
	}
	return fmt.Errorf("%w\noptc compile FILE.opt installs the plugin of a rule, and optc train NAME --steps 1 that of a rule which comes with optc", err)
}

// Start starts the plugin of an entry that Registry.Find gave, and compares what
// it says of itself with what was installed.
func Start(entry *registry.Entry) (Engine, error) {
	client, err := start(entry)
	if err != nil {
		return nil, err
	}
	return client, nil
}

// Kernels are the kernels for GPUs that the plugin of an entry carries, which is
// started to be asked. It is an error where it carries none.
func Kernels(entry *registry.Entry) (_ *abi.CUDA, err error) {
	client, err := start(entry)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return client.CUDA()
}

func start(entry *registry.Entry) (*wire.Client, error) {
	client, err := wire.Launch(entry.Binary())
	if err != nil {
		return nil, err
	}
	said := client.Manifest()
	if said.Name != entry.Manifest.Name || said.Digest != entry.Manifest.Digest {
		err := fmt.Errorf("the plugin in %s says that it is %s of another text; install %s again", entry.Dir, said.Name, entry.Name)
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// Launch starts a plugin's program, wherever it lies, and gives it as an
// engine.
func Launch(path string, opts ...wire.Option) (Engine, error) {
	client, err := wire.Launch(path, opts...)
	if err != nil {
		return nil, err
	}
	return client, nil
}
