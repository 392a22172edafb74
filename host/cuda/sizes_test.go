//go:build !nocuda && linux && (amd64 || arm64)

package cuda_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ebitengine/purego"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/spec/rules"
)

// TestSizes: the sizes that cudagen says structs have are those that a compiler
// gives them.
func TestSizes(t *testing.T) {
	gpu(t, "")
	for _, rule := range append(plugins.All(), rules.All()...) {
		if testing.Short() && rule.Manifest.Name != "pnm" {
			continue
		}
		code := kernels(t, compiled(t, rule.Source))
		path := filepath.Join(t.TempDir(), "rule.so")
		require.NoError(t, os.WriteFile(path, code.Images[0].Code, 0o644))
		handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
		require.NoError(t, err)
		for _, l := range code.Launches {
			var ask func(*[3]int64)
			purego.RegisterLibFunc(&ask, handle, l.Name+"_sizes")
			var sizes [3]int64
			ask(&sizes)
			assert.Equal(t, [3]int64{int64(l.Scalars), int64(l.Reduced), int64(l.Reductions)}, sizes, l.Name)
		}
		require.NoError(t, purego.Dlclose(handle))
	}
}
