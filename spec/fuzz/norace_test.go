//go:build !race

package fuzz_test

const (
	usualSeeds = 2000 // that are compiled
	usualRules = 40   // that are run
)
