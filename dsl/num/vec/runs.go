//go:build goexperiment.simd && amd64

package vec

import "simd/archsimd"

// Runs tells whether this processor has the instructions that kernels with
// vectors of some bits are made of: AVX2 for 256; F, CD, BW, DQ and VL of AVX-512
// for 512.
func Runs(bits int) bool {
	switch bits {
	case 256:
		return archsimd.X86.AVX2()
	case 512:
		return archsimd.X86.AVX512()
	}
	return false
}
