package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRender compares what a person sees with testdata/render/*.txt.
func TestRender(t *testing.T) {
	paths, err := filepath.Glob("testdata/render/*.opt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 10)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			f, _, list := findings(path, string(text))
			require.NotEmpty(t, list)
			var out strings.Builder
			diag.Render(&out, filepath.Base(path), f.Text, list, false)
			golden := strings.TrimSuffix(path, ".opt") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), out.String())
		})
	}
}

// A text with CR LF shows the same findings as one with LF.
func TestRenderCRLF(t *testing.T) {
	paths, err := filepath.Glob("testdata/render/*.opt")
	require.NoError(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, rendered(string(text)), rendered(strings.ReplaceAll(string(text), "\n", "\r\n")), path)
	}
}

func rendered(text string) string {
	f, _, list := findings("x.opt", text)
	var out strings.Builder
	diag.Render(&out, "x.opt", f.Text, list, false)
	return out.String()
}
