package main

import (
	"fmt"

	"github.com/optc-lang/optc/registry"
)

type serveCmd struct {
	Addr string `default:"127.0.0.1:7878" help:"Where to listen, on this machine alone."`
}

// Run serves the registry until Ctrl-C.
func (c *serveCmd) Run(a *app) error {
	reg, err := registry.New(a.config)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "the registry is at http://%s/v1/plugins; Ctrl-C ends it\n", c.Addr)
	return registry.Serve(a.ctx, c.Addr, registry.Handler(reg))
}
