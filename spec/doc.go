// Package spec is the conformance suite: it holds an engine, anything that steps
// a rule, to the specification of an optimizer plugin, and to the rule's text.
//
//	spec.Run(t, spec.InProcess(pnm.Rule))
//
// The specification is a list of clauses (Clauses; SPEC.md prints them). Each
// has an id, a sentence and a check. A check steps the engine and the oracle,
// the reference semantics of package dsl/eval, through the same run, and
// compares the whole memory of both arenas, bit by bit.
//
// The package's tests hold every engine to the suite, and hold the suite to its
// task: for each clause there is a saboteur, an engine with just the fault that
// the clause is there to catch. They also replay the runs of the optimizers'
// authors (testdata/golden), and prove the papers' laws.
package spec
