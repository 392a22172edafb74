// Package fuzz looks for rules on which two engines differ.
//
// Rule writes a random rule that is sound: the same seed gives the same text.
// Compare runs a rule by engines and by the oracle on the same random data and
// gives the first bit that differs. NoPasses is an engine that needs nothing but
// this process; Build compiles the generated Go of many rules at once to a
// program that steps arenas. Texts holds what the formatter and the printer of
// programs write of a rule to the rule. Reduce makes a rule that fails small.
package fuzz
