// Package dsl compiles update rules. Compile is the whole front end and reads
// as its pipeline; Rule.Go and Rule.Vectors are the Go back end,
// and Rule.CUDA that for GPUs.
package dsl

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/gogen"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
	"github.com/optc-lang/optc/dsl/pass"
	"github.com/optc-lang/optc/dsl/syntax"
	"github.com/optc-lang/optc/registry/abi"
)

// Version is the version of the compiler and of its command, a semantic version.
const Version = "0.6.0"

// Rule is a compiled rule.
type Rule struct {
	Info     *check.Info
	Source   string // the text as it was given
	Manifest abi.Manifest
	Programs []*ir.Program // one for each of Manifest.Variants, in their order
}

// Compile compiles the text of one rule. The list has all errors and warnings,
// in the order of the text; where it has errors the rule is nil. The path is
// for messages only.
func Compile(path, text string) (*Rule, diag.List) {
	info, list := Check(path, text)
	if list.HasErrors() {
		return nil, list
	}
	rule := &Rule{Info: info, Source: text}
	for _, choices := range lower.Variants(info) {
		program, err := pass.Run(lower.Program(info, choices), pass.Pipeline)
		if err != nil {
			return nil, append(list, internal(info, err))
		}
		rule.Programs = append(rule.Programs, program)
	}
	rule.Manifest = manifest(rule)
	return rule, list
}

// Check parses and checks a rule without compiling it.
func Check(path, text string) (*check.Info, diag.List) {
	file, syntaxErrors := syntax.Parse(path, text)
	info, checkErrors := check.Check(file)
	list := append(diag.List(syntaxErrors), checkErrors...).Relevant()
	list.Sort()
	return info, list
}

// Go is the source of the rule's Go package.
func (r *Rule) Go() ([]byte, error) {
	return gogen.Package(&r.Manifest, r.Source, r.Programs)
}

// Vectors is the source of a second file of the rule's Go package, its kernels
// with vectors, or nil where no variant has vector code.
func (r *Rule) Vectors() ([]byte, error) {
	return gogen.Vectors(&r.Manifest, r.Programs)
}

// CUDA is the rule's CUDA source; the files of cudagen.Headers must lie beside it.
func (r *Rule) CUDA() []byte {
	return cudagen.Source(&r.Manifest, r.Programs)
}

// codeInternal is the code of a fault of the compiler itself.
const codeInternal = "E0901"

func internal(info *check.Info, err error) diag.Diagnostic {
	return diag.Diagnostic{
		Code: codeInternal, Span: info.File.Header,
		Message: fmt.Sprintf("the compiler made a wrong program of this rule: %v", err),
		Hint:    "this is a fault of optc, not of the rule; please report it with the rule",
	}
}

// Explain is what there is to say about a diagnostic's code.
func Explain(code string) (diag.Code, bool) {
	for _, c := range Codes() {
		if c.Code == code {
			return c, true
		}
	}
	return diag.Code{}, false
}

// Codes lists all codes, in their order.
func Codes() []diag.Code {
	all := append(append([]diag.Code(nil), syntax.Codes...), check.Codes...)
	return append(all, diag.Code{
		Code: codeInternal, Title: "the compiler made a wrong program",
		Explain: "A pass of the compiler left a program that its verifier refuses. The rule may be sound; please report it.",
	})
}
