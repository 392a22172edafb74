package syntax_test

import (
	"testing"

	"github.com/optc-lang/optc/dsl/syntax"
)

// FuzzParse reads any text: no panic, errors with a code and a place in the
// text, and what has none can be formatted and read again.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"format", "errors"} {
		for _, text := range rulesIn(f, folder) {
			f.Add(text)
		}
	}
	for _, c := range syntax.Codes {
		f.Add(c.Bad)
		f.Add(c.Good)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, ds := syntax.Parse("fuzz.opt", text)
		for _, d := range ds {
			checkDiagnostic(t, file, d)
		}
		if len(ds) == 0 {
			checkRoundTrip(t, file)
		}
		syntax.Format(file, syntax.Math) // of a broken file too
	})
}

// FuzzNames checks that every name has one canonical form.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"beta1", "β₁", "m̂", "ρ_∞", "rho_inf", "lr", "x_inf_inf", "a1_", "w̃₀₁", "barbar"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, ok := syntax.CanonicalName(text)
		if !ok {
			return
		}
		again, ok := syntax.CanonicalName(name)
		if !ok || again != name {
			t.Fatalf("canonical form %q of %q is %q, %t", name, text, again, ok)
		}
		math := syntax.MathName(name)
		if again, ok = syntax.CanonicalName(math); !ok || again != name {
			t.Fatalf("mathematical form %q of %q is %q, %t", math, name, again, ok)
		}
	})
}
