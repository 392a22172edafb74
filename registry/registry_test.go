package registry_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/wire"
)

func TestInstalledPluginIsFoundAndRuns(t *testing.T) {
	p := newPlace(t)
	installed := p.install(t, one, "")
	assert.Equal(t, p.path("home", "plugins", "sgd", "1.0.0", registry.Platform), installed.Dir)
	for _, ref := range []string{"sgd", "sgd@1.0.0", "sgd@v1.0.0"} {
		e, err := p.Find(ref)
		require.NoError(t, err, ref)
		assert.Equal(t, installed, e)
	}
	assert.True(t, installed.Default)
	assert.Equal(t, "sgd@1.0.0", installed.Ref())
	assert.Equal(t, "one", installed.Manifest.Title)
	assert.Equal(t, plainGo(runtime.Version()), plainGo(installed.Origin.Go))
	text, err := installed.Source()
	require.NoError(t, err)
	assert.Equal(t, one, text)
	client, err := wire.Launch(installed.Binary())
	require.NoError(t, err)
	assert.Equal(t, installed.Manifest, client.Manifest())
	require.NoError(t, client.Close())
}

// plainGo is a version of Go without its experiments, as in go1.26.5-X:simd.
func plainGo(version string) string {
	plain, _, _ := strings.Cut(version, "-X:")
	return plain
}

func TestFolderOfAPlugin(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	all, err := os.ReadDir(e.Dir)
	require.NoError(t, err)
	names := []string{}
	for _, f := range all {
		names = append(names, f.Name())
	}
	assert.ElementsMatch(t, []string{registry.Exe("sgd"), "sgd.opt", "manifest.json", "origin.json", "SHA256SUMS"}, names)
	sums, err := os.ReadFile(filepath.Join(e.Dir, "SHA256SUMS"))
	require.NoError(t, err)
	assert.Contains(t, string(sums), strings.TrimPrefix(e.Digest, "sha256:")+"  "+registry.Exe("sgd")+"\n")
}

func TestBareNameMeansTheNewest(t *testing.T) {
	p := newPlace(t)
	p.install(t, two, "")
	p.install(t, rule("sgd", "10.0.0-rc.1+build", ""), "")
	e, err := p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, "10.0.0-rc.1+build", e.Version)
	p.install(t, rule("sgd", "10.0.0", ""), "")
	e, err = p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, "10.0.0", e.Version)
	e, err = p.Find("sgd@2.0.0")
	require.NoError(t, err)
	assert.Equal(t, "2.0.0", e.Version)
	assert.False(t, e.Default)
}

func TestFirstStoreWinsAndListShowsShadows(t *testing.T) {
	p := newPlace(t)
	user1 := p.install(t, one, "")
	user2 := p.install(t, two, "")
	b := p.install(t, one, "b")
	a := p.install(t, one, "a")
	p.install(t, other, "b")
	found, err := p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, a.Dir, found.Dir)
	found, err = p.Find("sgd@2.0.0")
	require.NoError(t, err)
	assert.Equal(t, user2.Dir, found.Dir)
	list, err := p.List()
	require.NoError(t, err)
	type row struct {
		dir, by string
		meant   bool
	}
	rows := []row{}
	for _, e := range list {
		require.NoError(t, e.Err)
		rows = append(rows, row{e.Dir, e.ShadowedBy, e.Default})
	}
	assert.Equal(t, []row{
		{a.Dir, "", true}, {b.Dir, a.Dir, false}, {user2.Dir, "", false}, {user1.Dir, a.Dir, false},
		{p.path("b", "sgdm", "1.0.0", registry.Platform), "", true},
	}, rows)
	again := p.install(t, one, "")
	assert.Equal(t, a.Dir, again.ShadowedBy)
	assert.False(t, again.Default)
}

func TestProjectsStoreIsTheNearestAbove(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	deep := filepath.Join(dir, "project", "inner", "deep")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	outer := filepath.Join(dir, "project", ".optc", "plugins")
	require.NoError(t, os.MkdirAll(outer, 0o755))
	t.Setenv("OPTC_HOME", filepath.Join(dir, "home"))
	t.Setenv("OPTC_PLUGIN_PATH", filepath.Join(dir, "x")+string(filepath.ListSeparator)+filepath.Join(dir, "y"))
	t.Chdir(deep)
	r, err := registry.New(registry.Config{Dirs: []string{"given"}})
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(deep, "given"), filepath.Join(dir, "x"), filepath.Join(dir, "y"), outer,
		filepath.Join(dir, "home", "plugins")}, r.Stores())
	assert.Equal(t, filepath.Join(dir, "home", "plugins"), r.User())
	inner := filepath.Join(dir, "project", "inner", ".optc", "plugins")
	require.NoError(t, os.MkdirAll(inner, 0o755))
	r, err = registry.New(registry.Config{})
	require.NoError(t, err)
	assert.Equal(t, inner, r.Stores()[2])
}

func TestUsersStoreWithoutOPTC_HOME(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"OPTC_HOME", "OPTC_PLUGIN_PATH", "XDG_DATA_HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	r, err := registry.New(registry.Config{Work: dir})
	require.NoError(t, err)
	want := map[string]string{"windows": "AppData/Local", "darwin": "Library/Application Support"}[runtime.GOOS]
	if want == "" {
		want = ".local/share"
	}
	assert.Equal(t, filepath.Join(dir, filepath.FromSlash(want), "optc", "plugins"), r.User())
}

func TestNotFound(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	p.install(t, two, "b")
	elsewhere := p.path("b", "adam", "1.0.0", "plan9_arm")
	require.NoError(t, os.MkdirAll(elsewhere, 0o755))
	for _, c := range []struct {
		ref, says string
		want      registry.NotFoundError
	}{
		{"sgt", "there is no plugin sgt; did you mean sgd?\nsearched: " + p.path("a"), registry.NotFoundError{Nearest: "sgd"}},
		{"SGD", "did you mean sgd?", registry.NotFoundError{Nearest: "sgd"}},
		{"lion", "there is no plugin lion\nsearched: ", registry.NotFoundError{}},
		{"sgd@3.0.0", "there is no plugin sgd@3.0.0; of sgd there is 2.0.0, 1.0.0",
			registry.NotFoundError{Versions: []string{"2.0.0", "1.0.0"}}},
		{"adam", "is there for plan9_arm, but not for this system", registry.NotFoundError{Platforms: []string{"plan9_arm"}}},
	} {
		_, err := p.Find(c.ref)
		var missing *registry.NotFoundError
		require.ErrorAs(t, err, &missing, c.ref)
		c.want.Ref = c.ref
		assert.Equal(t, c.want.Ref, missing.Ref)
		assert.Equal(t, c.want.Nearest, missing.Nearest)
		assert.ElementsMatch(t, c.want.Versions, missing.Versions)
		assert.ElementsMatch(t, c.want.Platforms, missing.Platforms)
		assert.ErrorContains(t, err, c.says)
	}
}

func TestTextsThatAreNoNames(t *testing.T) {
	p := newPlace(t)
	for _, ref := range []string{"", "..", "../sgd", "a/b", `a\b`, "sgd@", "sgd@1", "sgd@1.0", "sgd@../1.0.0", "sgd@1.0.0/..",
		"sgd@1.0.0@1", "@1.0.0", ".lock", "β", "sgd@01.0.0", strings.Repeat("a", 65)} {
		for _, try := range []func() error{
			func() error { _, err := p.Find(ref); return err },
			func() error { _, err := p.Remove(t.Context(), ref); return err },
		} {
			err := try()
			var bad *registry.RefError
			require.ErrorAs(t, err, &bad, ref)
			assert.ErrorContains(t, err, "names no plugin")
			assert.ErrorContains(t, err, "@1.0.0")
		}
	}
}

func TestListShowsWhatIsBroken(t *testing.T) {
	p := newPlace(t)
	good := p.install(t, one, "a")
	bad := p.install(t, two, "a")
	require.NoError(t, os.Remove(filepath.Join(bad.Dir, "manifest.json")))
	for _, folder := range []string{"sgd/latest", "adam/1.0.0/plan9_arm", "adam/2.0.0", "bad-name/1.0.0", ".hidden/1.0.0"} {
		require.NoError(t, os.MkdirAll(p.path("a", filepath.FromSlash(folder)), 0o755))
	}
	require.NoError(t, os.WriteFile(p.path("a", "README"), []byte("hello"), 0o644))
	list, err := p.List()
	require.NoError(t, err)
	says := map[string]string{}
	for _, e := range list {
		says[e.Ref()] = ""
		if e.Err != nil {
			says[e.Ref()] = e.Err.Error()
			assert.Nil(t, e.Manifest)
		}
	}
	assert.Len(t, says, 6)
	assert.Empty(t, says[good.Ref()])
	assert.Contains(t, says[bad.Ref()], "manifest.json can't be read")
	assert.Contains(t, says["sgd@latest"], "is not NAME/VERSION; delete it")
	assert.Contains(t, says["adam@1.0.0"], "is for plan9_arm, not for this system; compile it here")
	assert.Contains(t, says["adam@2.0.0"], "has no plugin in it")
	assert.Contains(t, says["bad-name@1.0.0"], "is not NAME/VERSION; delete it")
	encoded, err := json.Marshal(list)
	require.NoError(t, err)
	assert.Contains(t, string(encoded), `"error":"the plugin sgd@2.0.0 can't be used`)
}

func TestNothingInstalledIsNoError(t *testing.T) {
	list, err := newPlace(t).List()
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestRemove(t *testing.T) {
	p := newPlace(t)
	user := p.install(t, one, "")
	b := p.install(t, one, "b")
	removed, err := p.Remove(t.Context(), "sgd")
	require.NoError(t, err)
	assert.Equal(t, b.Dir, removed.Dir)
	assert.NoDirExists(t, p.path("b", "sgd"))
	found, err := p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, user.Dir, found.Dir)
	require.NoError(t, os.Truncate(user.Binary(), 10))
	require.NoError(t, os.Remove(filepath.Join(user.Dir, "SHA256SUMS")))
	removed, err = p.Remove(t.Context(), "sgd@1.0.0")
	require.NoError(t, err)
	assert.Equal(t, user.Dir, removed.Dir)
	_, err = p.Remove(t.Context(), "sgd")
	var missing *registry.NotFoundError
	require.ErrorAs(t, err, &missing)
	assert.NoDirExists(t, p.path("a"))
}

func TestRemoveLeavesOtherVersions(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	p.install(t, two, "")
	removed, err := p.Remove(t.Context(), "sgd")
	require.NoError(t, err)
	assert.Equal(t, "2.0.0", removed.Version)
	found, err := p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, "1.0.0", found.Version)
}
