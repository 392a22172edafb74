//go:build !(goexperiment.simd && amd64)

package abi

// clearUpper does nothing: registers have been left as they were.
func clearUpper() {}
