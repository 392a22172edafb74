//go:build !(goexperiment.simd && amd64)

package abi

// clearUpper does nothing: this build has no vector code.
func clearUpper() {}
