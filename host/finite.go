package host

import (
	"unsafe"

	"github.com/optc-lang/optc/registry/abi"
)

// firstBad is the place of the first element that is NaN or infinite, or -1.
func firstBad[T abi.Float](g []T) int {
	exponents := uint64(0x7ff0000000000000)
	if abi.DTypeOf[T]() == abi.F32 {
		exponents = 0x7f8000007f800000
	}
	at := 0
	if per := int(unsafe.Sizeof(block{}) / unsafe.Sizeof(T(0))); len(g) >= per {
		blocks := unsafe.Slice((*block)(unsafe.Pointer(unsafe.SliceData(g))), len(g)/per)
		if allFinite(blocks, exponents) {
			at = per * len(blocks)
		}
	}
	for i := at; i < len(g); i++ {
		if !finite(float64(g[i])) {
			return i
		}
	}
	return -1
}

// block is 64 bytes of elements.
type block [8]uint64

// allFinite tells whether no element has all bits of its exponent set, as NaN and
// infinities have. Of each word the bits exponents are those of its one exponent,
// or of its two.
var allFinite = allFiniteWords

// allFiniteWords adds 1 to each exponent, which carries into the sign bit, cleared
// before, where all bits are set.
func allFiniteWords(blocks []block, exponents uint64) bool {
	ones := exponents &^ (exponents << 1)
	carries := uint64(0)
	for i := range blocks {
		b := &blocks[i]
		carries |= (b[0]&exponents + ones) | (b[1]&exponents + ones) | (b[2]&exponents + ones) | (b[3]&exponents + ones) |
			(b[4]&exponents + ones) | (b[5]&exponents + ones) | (b[6]&exponents + ones) | (b[7]&exponents + ones)
	}
	return carries&(exponents+ones) == 0
}
