//go:build goexperiment.simd && amd64

package host

import (
	"simd/archsimd"
	"unsafe"

	"github.com/optc-lang/optc/dsl/num/vec"
)

func init() {
	if vec.Runs(256) {
		allFinite = allFiniteVectors
	}
}

// allFiniteVectors looks for the greatest exponent, in halves of words. A half
// without an exponent counts as 0.
func allFiniteVectors(blocks []block, exponents uint64) bool {
	mask := archsimd.BroadcastUint64x4(exponents).AsInt32x8()
	var greatest, other archsimd.Int32x8 // two, since one would be waited for
	for i := range blocks {
		b := (*[2][8]int32)(unsafe.Pointer(&blocks[i]))
		greatest = greatest.Max(archsimd.LoadInt32x8(&b[0]).And(mask))
		other = other.Max(archsimd.LoadInt32x8(&b[1]).And(mask))
	}
	var lanes [8]int32
	greatest.Max(other).Store(&lanes)
	archsimd.ClearAVXUpperBits()
	for _, exponent := range lanes {
		if exponent == int32(exponents>>32) {
			return false
		}
	}
	return true
}
