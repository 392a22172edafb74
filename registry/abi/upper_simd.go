//go:build goexperiment.simd && amd64

package abi

import "simd/archsimd"

// clearUpper clears the upper bits of vector registers. Where Go interrupts a
// goroutine for others it writes them all as it resumes (Go 1.26 with this
// experiment), and as long as they are not clear a kernel without vectors takes up
// to four times as long: each of its instructions waits for the last one that
// wrote to its register.
func clearUpper() {
	if archsimd.X86.AVX() {
		archsimd.ClearAVXUpperBits()
	}
}
