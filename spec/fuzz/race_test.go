//go:build race

package fuzz_test

// The race detector makes the oracle ten times as slow, and there is nothing
// for it to find in more rules.
const (
	usualSeeds = 200
	usualRules = 6
)
