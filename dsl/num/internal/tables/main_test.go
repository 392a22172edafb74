package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTablesAreWhatThisCommandWrites(t *testing.T) {
	want, err := tables()
	require.NoError(t, err)
	got, err := os.ReadFile("../../ztables.go")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate ./dsl/num")
}
