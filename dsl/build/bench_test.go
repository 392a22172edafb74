package build_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/build"
)

// BenchmarkPlugin is the compiling of a rule that is new to Go's cache; all
// else is in it. The goal of optc compile, which adds the front end, is 2 s.
func BenchmarkPlugin(b *testing.B) {
	out := filepath.Join(b.TempDir(), "plugin")
	run := time.Now().UnixNano()
	require.NoError(b, build.Plugin(context.Background(), sgd("sgd", "1.0.0"), out))
	for i := 0; b.Loop(); i++ {
		p := sgd("sgd", fmt.Sprintf("1.%d.%d", run, i))
		require.NoError(b, build.Plugin(context.Background(), p, out))
	}
}
