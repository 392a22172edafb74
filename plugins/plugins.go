// Package plugins lists the rules that come with optc, compiled into the
// program. Each has a folder here: the rule's text NAME.opt, the generated
// package zNAME.go, which a program may import and use by itself, with
// zNAME_simd.go where the rule has vector kernels, the CUDA source zNAME.cu, and the main of its plugin.
package plugins

import "github.com/optc-lang/optc/registry/abi"

//go:generate go -C .. run ./internal/generate -plugins plugins

// Find is the rule with a name.
func Find(name string) (rule *abi.Rule, ok bool) {
	for _, r := range All() {
		if r.Manifest.Name == name {
			return r, true
		}
	}
	return nil, false
}
