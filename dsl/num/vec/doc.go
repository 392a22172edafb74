// Package vec is package num for vectors: what generated vector code needs and
// simd/archsimd lacks, with the bits that num gives each element. Functions
// end in the shape of their vector: 32x8 is of a Float32x8, eight float32.
// Vectors of 512 bits have those that a step without reductions needs.
//
// It has functions only where it is built with GOEXPERIMENT=simd for amd64, and
// they need a processor for which Runs is true. None fuses a product with a
// sum.
package vec
