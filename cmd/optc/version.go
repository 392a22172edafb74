package main

import (
	"fmt"
	"runtime"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/registry/abi"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run shows the versions of the compiler, the plugin protocol and Go.
func (c *versionCmd) Run(a *app) error {
	if c.JSON {
		return a.printJSON(map[string]any{
			"version": dsl.Version, "protocol": abi.Protocol, "go": runtime.Version(),
			"platform": runtime.GOOS + "/" + runtime.GOARCH,
		})
	}
	_, err := fmt.Fprintf(a.out, "optc %s (plugin protocol %d, %s, %s/%s)\n",
		dsl.Version, abi.Protocol, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
