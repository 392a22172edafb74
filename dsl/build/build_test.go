package build_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/registry/wire"
)

func TestPluginAnswersAsItsRule(t *testing.T) {
	client, err := wire.Launch(plain(t))
	require.NoError(t, err)
	defer client.Close()
	assert.Equal(t, "sgd", client.Manifest().Name)
	assert.Equal(t, "1.2.3", client.Manifest().Version)
}

func TestSameInputGivesSameBinary(t *testing.T) {
	assert.Equal(t, digest(t, plain(t)), digest(t, compiled(t, sgd("sgd", "1.2.3"))))
	assert.NotEqual(t, digest(t, plain(t)), digest(t, compiled(t, sgd("sgd", "1.2.4"))))
}

func TestUsersEnvironmentDoesNotMatter(t *testing.T) {
	want := digest(t, plain(t))
	above := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(above, "go.work"), []byte("no workspace\n"), 0o644))
	t.Chdir(above)
	t.Setenv("TMPDIR", above)
	t.Setenv("TMP", above)
	t.Setenv("GOWORK", filepath.Join(above, "go.work"))
	t.Setenv("GOFLAGS", "-mod=vendor -tags=none -race")
	t.Setenv("GO111MODULE", "off")
	t.Setenv("GOOS", "plan9")
	t.Setenv("GOARCH", "386")
	t.Setenv("GOAMD64", "v3")
	t.Setenv("CGO_ENABLED", "1")
	assert.Equal(t, want, digest(t, compiled(t, sgd("sgd", "1.2.3"))))
	assertEmpty(t, above, "go.work")
}

func TestSettingsInGosOwnFileDoNotMatter(t *testing.T) {
	want := digest(t, plain(t))
	settings := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(settings, []byte("GOFLAGS=-race\nGOWORK=/none/go.work\nGOOS=plan9\n"), 0o644))
	t.Setenv("GOENV", settings)
	t.Setenv("GOFLAGS", "")
	assert.Equal(t, want, digest(t, compiled(t, sgd("sgd", "1.2.3"))))
}

func TestNamesThatGoWouldTakeForSomethingElse(t *testing.T) {
	for name, file := range map[string]string{
		"pnm": "zpnm.go", "adam_w": "zadam_w.go", "sgd_linux": "zsgd_linux_.go", "sgd_arm64": "zsgd_arm64_.go",
		"sgd_test": "zsgd_test_.go", "sgd_windows_amd64": "zsgd_windows_amd64_.go",
	} {
		assert.Equal(t, file, build.GoFile(name))
	}
	for _, name := range []string{"sgd_test", "sgd_plan9", "wire", "internal"} {
		client, err := wire.Launch(compiled(t, sgd(name, "1.2.3")))
		require.NoError(t, err, name)
		assert.Equal(t, name, client.Manifest().Name)
		require.NoError(t, client.Close())
	}
}

func TestBadPackages(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"", "package p; var Rule int", `"" is no name for a plugin`},
		{"../evil", "package p; var Rule int", `"../evil" is no name for a plugin`},
		{"1sgd", "package p; var Rule int", "is no name for a plugin"},
		{"β", "package p; var Rule int", "is no name for a plugin"},
		{strings.Repeat("a", 65), "package p; var Rule int", "is no name for a plugin"},
		{"aux", "package p; var Rule int", "Windows allows no folder of that name"},
		{"Con", "package p; var Rule int", "Windows allows no folder of that name"},
		{"sgd", "package main; var Rule int", "is package main"},
		{"sgd", "package sgd; func Rule() {}", "declares no variable Rule"},
	} {
		out := filepath.Join(t.TempDir(), "plugin")
		err := build.Plugin(t.Context(), build.Package{Name: c.name, Go: []byte(c.text)}, out)
		assert.ErrorContains(t, err, c.want)
		assertEmpty(t, filepath.Dir(out))
	}
}

func TestSourceThatGoRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"package sgd\n\nvar Rule = 1 +\n":              "zsgd.go:3:16: expected operand",
		"package sgd\n\nvar Rule = noSuchThing\n":      "zsgd.go:3:12: undefined: noSuchThing",
		"package sgd\n\nimport _ \"fmtt\"\nvar Rule 1": "zsgd.go",
	} {
		p := sgd("sgd", "1.2.3")
		p.Go = []byte(text)
		temporary := emptyTemp(t)
		out := filepath.Join(t.TempDir(), "plugin")
		err := build.Plugin(t.Context(), p, out)
		var refused *build.CompileError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "sgd", refused.Name)
		assert.Contains(t, filepath.ToSlash(err.Error()), want)
		assert.ErrorContains(t, err, "this is a fault of optc")
		assertEmpty(t, filepath.Dir(out))
		assertEmpty(t, temporary)
	}
}

// TestFolderThatGoCannotUse is no fault of optc.
func TestFolderThatGoCannotUse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("GOCACHE", filepath.Join(file, "cache"))
	err := build.Plugin(t.Context(), sgd("sgd", "1.2.3"), filepath.Join(t.TempDir(), "plugin"))
	assert.ErrorContains(t, err, "build cache")
	assert.ErrorContains(t, err, "Go needs folders that it can write to")
}

func TestOlderPluginStaysUntilTheNewOneIsComplete(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new", "folder", "plugin")
	require.NoError(t, os.MkdirAll(filepath.Dir(out), 0o755))
	require.NoError(t, os.WriteFile(out, []byte("old"), 0o644))
	bad := sgd("sgd", "1.2.3")
	bad.Go = []byte("package sgd\n\nvar Rule = noSuchThing\n")
	require.Error(t, build.Plugin(t.Context(), bad, out))
	content, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
	require.NoError(t, build.Plugin(t.Context(), sgd("sgd", "1.2.3"), out))
	assert.Equal(t, digest(t, plain(t)), digest(t, out))
	assertEmpty(t, filepath.Dir(out), "plugin")
}

func TestPlacesThatCantBeWritten(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, build.Plugin(t.Context(), sgd("sgd", "1.2.3"), dir), "is a folder; give the name of the file")
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	err := build.Plugin(t.Context(), sgd("sgd", "1.2.3"), filepath.Join(file, "plugin"))
	assert.ErrorContains(t, err, "can't be made; choose another for the plugin")
	assertEmpty(t, dir, "file")
}

func TestNoGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := build.Plugin(t.Context(), sgd("sgd", "1.2.3"), filepath.Join(t.TempDir(), "plugin"))
	require.ErrorIs(t, err, build.ErrNoGo)
	assert.ErrorContains(t, err, "Go isn't installed, or its folder")
	assert.ErrorContains(t, err, "https://go.dev/dl")
}

func TestGoThatIsTooOld(t *testing.T) {
	for _, says := range []string{
		"go: go.mod requires go >= 1.26.5 (running go 1.22.1; GOTOOLCHAIN=local)",
		"go: errors parsing go.mod:\ngo.mod:3: invalid go version '1.26.5': must match format 1.23",
		"go: download go1.26.5 for plan9/arm: toolchain not available",
	} {
		pretendGo(t, says)
		err := build.Plugin(t.Context(), sgd("sgd", "1.2.3"), filepath.Join(t.TempDir(), "plugin"))
		require.ErrorIs(t, err, build.ErrNoGo)
		assert.ErrorContains(t, err, says)
		assert.ErrorContains(t, err, "the Go in PATH is too old")
		assert.Regexp(t, `install Go 1\.\d+(\.\d+)? or later`, err.Error())
	}
}

func TestModulesThatAreNotThere(t *testing.T) {
	pretendGo(t, `rule.go:1: module lookup disabled by GOPROXY=off`)
	err := build.Plugin(t.Context(), sgd("sgd", "1.2.3"), filepath.Join(t.TempDir(), "plugin"))
	assert.ErrorContains(t, err, "connect it to the network once")
}

// The pretended Go starts a process of its own, as Go starts compilers; both
// hold a pipe's end, which is closed once both are dead.
func TestCancelEndsAllProcesses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a pipe is not inherited by name on Windows")
	}
	temporary := emptyTemp(t)
	alive := filepath.Join(t.TempDir(), "alive")
	makePipe(t, alive)
	t.Setenv("OPTC_TEST_ALIVE", alive)
	pretendGo(t, "wait")
	ctx, cancel := context.WithCancel(t.Context())
	out := filepath.Join(t.TempDir(), "plugin")
	done := make(chan error)
	go func() { done <- build.Plugin(ctx, sgd("sgd", "1.2.3"), out) }()
	pipe, err := os.Open(alive) // waits for the first process
	require.NoError(t, err)
	defer pipe.Close()
	_, err = io.ReadFull(pipe, make([]byte, 2)) // a byte from each process
	require.NoError(t, err)
	cancel()
	err = <-done
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "compiling the plugin sgd was stopped")
	rest, err := io.ReadAll(pipe) // ends when no process holds the other end
	require.NoError(t, err)
	assert.Empty(t, rest)
	assertEmpty(t, temporary)
	assertEmpty(t, filepath.Dir(out))
}

func TestMainIsAsInTheFoldersOfPlugins(t *testing.T) {
	text := string(build.Main("pnm"))
	assert.Contains(t, text, `rule "github.com/optc-lang/optc/plugins/pnm"`)
	assert.Contains(t, text, "wire.Serve(rule.Rule)")
}
