package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteFileKeepsLinkAndPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and permissions are another thing on Windows")
	}
	place(t, "real", "old")
	require.NoError(t, os.Chmod("real", 0o600))
	require.NoError(t, os.Symlink("real", "link"))
	require.NoError(t, writeFile("link", []byte("new")))
	assert.Equal(t, "new", read(t, "real"))
	info, err := os.Lstat("link")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link is one still")
	info, err = os.Stat("real")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	assert.ElementsMatch(t, []string{"real", "link"}, listing(t, "."))
}

func TestWriteFileThatFailsLeavesNothing(t *testing.T) {
	place(t, "file", "old")
	require.NoError(t, os.Mkdir("dir", 0o755))
	for _, path := range []string{"dir", filepath.Join("file", "x"), filepath.Join("none", "x")} {
		assert.ErrorContains(t, writable(path), path)
		assert.ErrorContains(t, writeFile(path, []byte("new")), path)
	}
	require.Error(t, replace("dir", []byte("new"), 0o644), "where the last step fails")
	assert.ElementsMatch(t, []string{"file", "dir"}, listing(t, "."))
	assert.Empty(t, listing(t, "dir"))
	assert.Equal(t, "old", read(t, "file"))
}
