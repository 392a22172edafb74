//go:build unix

package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

// TestDevice has the program, as a user meets it, step on a stand-in for a GPU, by
// kernels that an installed plugin carries.
func TestDevice(t *testing.T) {
	library, err := fakecuda.Build(t.TempDir())
	if errors.Is(err, fakecuda.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	program, dir := theProgram(t), place(t, "drag.opt", drag(t))
	store := carrying(t, "drag.opt")
	home := t.TempDir()
	optc := func(t *testing.T, line string) (out, errs string, code int) {
		c := exec.Command(program, append(words(line), "--plugin-dir", store)...)
		c.Dir = dir
		c.Env = append(os.Environ(), "LD_LIBRARY_PATH="+filepath.Dir(library), "OPTC_HOME="+home, "PATH=", "CUDA_HOME=", "CUDA_PATH=")
		var a, b strings.Builder
		c.Stdout, c.Stderr = &a, &b
		err := c.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			require.NoError(t, err)
		}
		return a.String(), b.String(), c.ProcessState.ExitCode()
	}
	t.Run("the same curve as on the processor", func(t *testing.T) {
		const line = "train drag --steps 7 --epochs 2 --jsonl "
		_, errs, code := optc(t, line+"gpu.jsonl --device cuda")
		require.Zero(t, code, errs)
		_, errs, code = optc(t, line+"cpu.jsonl")
		require.Zero(t, code, errs)
		assert.Equal(t, metrics(t, filepath.Join(dir, "cpu.jsonl")), metrics(t, filepath.Join(dir, "gpu.jsonl")))
	})
	t.Run("conform", func(t *testing.T) {
		out, errs, code := optc(t, "conform drag --engine cuda")
		require.Zero(t, code, errs+out)
		assert.Contains(t, out, "optc: drag (cuda) conforms", out)
	})
	t.Run("resources", func(t *testing.T) {
		out, errs, code := optc(t, "info drag --cuda")
		require.Zero(t, code, errs)
		assert.Contains(t, out, "drag 1.2.0, compiled by g++: cubin 9.0 (")
		assert.Regexp(t, `drag_pull_none_step_f32 +sm_90 +31 +0 +0 +0 +20\n`, out)
	})
	t.Run("list", func(t *testing.T) {
		out, errs, code := optc(t, "list --json")
		require.Zero(t, code, errs)
		var all []listed
		require.NoError(t, json.Unmarshal([]byte(out), &all))
		for _, l := range all {
			assert.Equal(t, l.Name == "drag", slices.Contains(l.Targets, abi.TargetCUDA), l.Name)
		}
		out, _, _ = optc(t, "list")
		assert.Regexp(t, `\ndrag +1.2.0 +exact +go,cuda `, out)
		assert.Regexp(t, `\nadam +1.0.0 +exact +- `, out, "it is not compiled yet")
	})
	t.Run("errors", func(t *testing.T) {
		for line, want := range map[string]string{
			"train drag --device cuda:1": "there is no GPU 1; this machine has 1, and the first is 0",
			"train drag --device gpu":    "--device gpu: it is cpu, cuda, or cuda:N",
			"train pnm --device cuda":    "set CUDA_HOME to the folder above its lib or bin",
		} {
			_, errs, code := optc(t, line)
			assert.NotZero(t, code, line)
			assert.Contains(t, errs, want, line)
		}
	})
	t.Run("a plugin without kernels takes its place", func(t *testing.T) { withoutKernels(t, store) })
}

func withoutKernels(t *testing.T, store string) {
	for _, warns := range []bool{true, false} {
		o := optc("compile", "drag.opt", "--store", store)
		require.Zero(t, o.code, o.err)
		assert.Equal(t, warns, strings.Contains(o.err, "the plugin that it replaces had kernels for GPUs"), o.err)
	}
}

// metrics are the lines of a recording without times.
func metrics(t *testing.T, path string) (lines []string) {
	for _, line := range strings.Split(read(t, path), "\n") {
		before, _, _ := strings.Cut(line, `"seconds`)
		lines = append(lines, before)
	}
	return lines
}

// carrying is a store with the plugin of a rule's file, which carries kernels for
// the stand-in.
func carrying(t *testing.T, file string) (store string) {
	store = t.TempDir()
	rule, list := dsl.Compile(file, read(t, file))
	require.NotNil(t, rule, "%v", list)
	rule.Manifest.Targets = append(rule.Manifest.Targets, abi.TargetCUDA)
	image, err := fakecuda.Image(rule, t.TempDir())
	require.NoError(t, err)
	source, err := build.PackageOf(rule)
	require.NoError(t, err)
	source.CUDA = &abi.CUDA{
		Compiler: "g++", Launches: cudagen.Launches(&rule.Manifest, rule.Programs),
		Images:    []abi.Image{{Kind: abi.ImageCubin, Arch: 90, Code: image}},
		Resources: []abi.Resources{{Kernel: "drag_pull_none_step_f32", Arch: 90, Registers: 31}},
	}
	binary := filepath.Join(t.TempDir(), "plugin")
	require.NoError(t, build.Plugin(t.Context(), source, binary))
	reg, err := registry.New(registry.Config{})
	require.NoError(t, err)
	_, err = reg.Install(t.Context(), registry.Candidate{
		Binary: binary, Source: rule.Source, Manifest: &rule.Manifest, Origin: file, Store: store,
	})
	require.NoError(t, err)
	return store
}
