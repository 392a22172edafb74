package cuda

import "github.com/optc-lang/optc/host"

// Mirrored is an engine that keeps no states of its own from step to step: each
// step takes them from the arena and brings them back. It is for those who look at
// states, or change them, between steps, as the conformance suite does.
func Mirrored(e host.Remote) host.Engine { return mirrored{e} }

type mirrored struct{ host.Remote }

func (m mirrored) Step() error {
	for _, do := range []func() error{m.Remote.Push, m.Remote.Step, m.Remote.Pull} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}
