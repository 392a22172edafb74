package testrule

import "unsafe"

// fault writes where the program may only read.
func fault() { *unsafe.StringData("constant") = 'C' }
