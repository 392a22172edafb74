package testrule

import "unsafe"

// fault reads from an address at which no system has memory.
func fault() byte {
	var nothing *[1 << 40]byte
	return *(*byte)(unsafe.Add(unsafe.Pointer(nothing), 1<<30))
}
