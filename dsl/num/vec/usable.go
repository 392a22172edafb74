//go:build goexperiment.simd && amd64

package vec

import "simd/archsimd"

// Usable tells whether this processor has the instructions that vector kernels
// are made of, AVX2.
func Usable() bool { return archsimd.X86.AVX2() }
