package main

import (
	"fmt"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/registry"
)

type serveCmd struct {
	Addr string `default:"127.0.0.1:7878" help:"Where to listen, on this machine alone; port 0 takes a free one."`
}

// Run serves the registry until Ctrl-C. The address, on standard output, is the
// real one where port 0 was asked for.
func (c *serveCmd) Run(a *app) error {
	reg, err := a.registry("")
	if err != nil {
		return err
	}
	l, err := registry.Listen(c.Addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "http://%s/v1/plugins\n", l.Addr())
	fmt.Fprintln(a.err, "the registry answers there until Ctrl-C ends it")
	return registry.Serve(a.ctx, l, registry.Handler(reg, plugins.All()...))
}
