package cudagen_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBlocksOfThreads: threads that run at the same time and meet at barriers, as
// on a GPU, compute what one thread does. The stand-in for a GPU has one a block.
func TestBlocksOfThreads(t *testing.T) {
	gxx, err := exec.LookPath("g++")
	if err != nil {
		t.Skip("there is no g++")
	}
	program := filepath.Join(t.TempDir(), "block")
	build := exec.Command(gxx, "-std=c++20", "-O1", "-ffp-contract=off", "-Wall", "-Wextra", "-Wno-unknown-pragmas", "-Werror", "-pthread",
		"-I.", "-Idsl/cudagen", "-o", program, "dsl/cudagen/testdata/block.cpp")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(program).Output()
	require.NoError(t, err)
	assert.Equal(t, "1 blocks of 256 threads: the same\n5 blocks of 256 threads: the same\n3 blocks of 37 threads: the same\n", string(out))
}
