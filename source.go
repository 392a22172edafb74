// Package optc carries the Go source that every plugin links, so that the
// command can make a plugin in any folder, with nothing but Go installed.
package optc

import "embed"

//go:embed go.mod go.sum
//go:embed registry/abi registry/wire dsl/num
var source embed.FS

// Source is a part of this module as a file tree: go.mod, go.sum, and the
// packages that a plugin's program imports, their tests among them.
func Source() embed.FS { return source }
