// Package spec holds every engine to the same specification.
//
// Its tests replay the runs of the optimizers' authors (testdata/golden) and
// compare engines bit by bit: the oracle, the generated Go in this process, and
// the plugin's process.
package spec
