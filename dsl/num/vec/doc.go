// Package vec is package num for vectors: what generated vector code needs and
// simd/archsimd lacks, with the bits that num gives each element. Functions
// end in the width of their elements: 32 is of the eight float32 of a
// Float32x8, 64 of the four float64 of a Float64x4.
//
// It has functions only where it is built with GOEXPERIMENT=simd for amd64, and
// they need a processor for which Usable is true. None fuses a product with a
// sum.
package vec
