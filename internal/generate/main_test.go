package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
)

// The files of the repository are what the generator writes, byte for byte.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	for _, root := range []string{"../../plugins", "../../spec/rules"} {
		files, err := filepath.Glob(filepath.Join(root, "*", "*.opt"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			rule, list := dsl.Compile(file, string(text))
			require.NotNil(t, rule, "%v", list)
			assert.Empty(t, list, "%s has warnings", file)
			base := filepath.Join(filepath.Dir(file), "z"+rule.Manifest.Name)
			source, err := rule.Go()
			require.NoError(t, err)
			assertFile(t, source, base+".go")
			assertFile(t, rule.CUDA(), base+".cu")
			vectors, err := rule.Vectors()
			require.NoError(t, err)
			if vectors == nil {
				assert.NoFileExists(t, base+"_simd.go")
			} else {
				assertFile(t, vectors, base+"_simd.go")
			}
		}
	}
}

func assertFile(t *testing.T, want []byte, file string) {
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate ./plugins ./spec/rules")
}

// Two compilations of one text give the same bytes.
func TestGenerationIsDeterministic(t *testing.T) {
	text, err := os.ReadFile("../../spec/rules/strain/strain.opt")
	require.NoError(t, err)
	var first, firstCUDA []byte
	for range 20 {
		rule, _ := dsl.Compile("strain.opt", string(text))
		require.NotNil(t, rule)
		source, err := rule.Go()
		require.NoError(t, err)
		if first == nil {
			first, firstCUDA = source, rule.CUDA()
		}
		require.Equal(t, string(first), string(source))
		require.Equal(t, string(firstCUDA), string(rule.CUDA()))
	}
}

func TestGenerateWritesAFolderOfItsOwn(t *testing.T) {
	root := filepath.Join(t.TempDir(), "mine")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "small"), 0o755))
	rule := "optimizer small\nhyper lr = 1 in (0, inf)\ntheta[t+1] = theta - lr*g\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, "small", "small.opt"), []byte(rule), 0o644))
	require.NoError(t, generate(root, true))
	for _, file := range []string{"small/zsmall.go", "small/zsmall.cu", "small/plugin/main.go", "zall.go"} {
		assert.FileExists(t, filepath.Join(root, file))
	}
	require.NoError(t, os.Rename(filepath.Join(root, "small"), filepath.Join(root, "other")))
	assert.ErrorContains(t, generate(root, true), "must stand in small/small.opt")
}
