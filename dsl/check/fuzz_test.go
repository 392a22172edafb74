package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/check"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
)

// FuzzCheck: no text makes the checker panic, and what it finds sound can be
// lowered in every variant.
func FuzzCheck(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.opt"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(f, err)
			f.Add(string(text))
		}
	}
	for _, body := range sound {
		f.Add("optimizer x\nhyper lr = 0.1 in (0, inf)\n" + body)
	}
	for _, c := range check.Codes {
		f.Add(c.Bad)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, info, list := findings("fuzz.opt", text)
		if list.HasErrors() {
			return
		}
		for _, v := range lower.Variants(info) {
			if err := ir.Verify(lower.Program(info, v)); err != nil {
				t.Fatalf("%v: %v\n%s", v, err, text)
			}
		}
	})
}
