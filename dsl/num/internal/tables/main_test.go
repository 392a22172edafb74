package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTablesAreWhatThisCommandWrites(t *testing.T) {
	for file, write := range files {
		want, err := write()
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join("../..", file))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "run go generate ./dsl/num")
	}
}
