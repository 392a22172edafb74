package registry_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
)

func TestWhatWasChangedIsNotHandedOut(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	for _, c := range []struct {
		file, says string
		change     func(t *testing.T, path string)
	}{
		{registry.Exe("sgd"), "has been changed since it was installed", flipLastByte},
		{registry.Exe("sgd"), "is missing", remove},
		{"sgd.opt", "has been changed since it was installed", flipLastByte},
		{"sgd.opt", "can't be read", remove},
		{"manifest.json", "has been changed since it was installed", flipLastByte},
		{"manifest.json", "can't be read", remove},
		{"origin.json", "has been changed since it was installed", flipLastByte},
		{"origin.json", "can't be read", remove},
		{"SHA256SUMS", "is missing", remove},
		{"SHA256SUMS", "is not what optc writes", func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 0)) }},
		{"SHA256SUMS", "has no line for origin.json", flipLastByte},
	} {
		c.change(t, filepath.Join(e.Dir, c.file))
		for _, err := range []error{e.Verify(), second(p.Find("sgd"))} {
			var damaged *registry.DamagedError
			require.ErrorAs(t, err, &damaged, c.file)
			assert.Equal(t, "sgd@1.0.0", damaged.Ref)
			assert.ErrorContains(t, err, c.file+" "+c.says)
			assert.ErrorContains(t, err, "install the plugin again, or remove it")
		}
		e = p.install(t, one, "")
		require.NoError(t, e.Verify(), "compiling the rule again mends %s", c.file)
	}
}

// Files that agree with SHA256SUMS, but not with one another or the folder.
func TestWhatDoesNotBelongHere(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		file, old, new, says string
	}{
		{"manifest.json", `"sgd"`, `"lion"`, "manifest.json describes lion 1.0.0"},
		{"manifest.json", `"1.0.0"`, `"1.0.1"`, "manifest.json describes sgd 1.0.1"},
		{"manifest.json", `"protocol": 1`, `"protocol": 99`, "the plugin has protocol 99"},
		{"manifest.json", `"exact"`, `"fast"`, "manifest.json is none that this optc understands"},
		{"manifest.json", `{`, `[`, "manifest.json is not what optc writes"},
		{"sgd.opt", "lr * g", "lr * lr * g", "sgd.opt has not the digest that manifest.json gives"},
	} {
		e := p.install(t, one, "")
		rewrite(t, e.Dir, c.file, c.old, c.new)
		assert.ErrorContains(t, second(p.Find("sgd")), c.says)
	}
}

func TestDamagedPluginIsNotPassedOver(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	first := p.install(t, one, "a")
	flipLastByte(t, first.Binary())
	_, err := p.Find("sgd")
	var damaged *registry.DamagedError
	require.ErrorAs(t, err, &damaged)
	assert.Equal(t, first.Binary(), damaged.File)
}

// An older version does not take the place of a newer one that is damaged, however
// badly, but it is named.
func TestDamagedVersionIsNotPassedOver(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, e *registry.Entry){
		"a file is missing": func(t *testing.T, e *registry.Entry) { remove(t, filepath.Join(e.Dir, "manifest.json")) },
		"it is a file": func(t *testing.T, e *registry.Entry) {
			require.NoError(t, os.RemoveAll(e.Dir))
			require.NoError(t, os.WriteFile(e.Dir, nil, 0o644))
		},
		"an installation was cut off": func(t *testing.T, e *registry.Entry) {
			require.NoError(t, os.Rename(e.Dir, filepath.Join(filepath.Dir(e.Dir), "."+registry.Platform+".old")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.install(t, one, "")
			damage(t, p.install(t, two, ""))
			for _, ref := range []string{"sgd", "sgd@2.0.0"} {
				_, err := p.Find(ref)
				assert.ErrorContains(t, err, "the plugin sgd@2.0.0 can't be used: ")
				assert.ErrorContains(t, err, "install the plugin again, or remove it, or ask for sgd@1.0.0")
			}
			list, err := p.List()
			require.NoError(t, err)
			assert.ErrorContains(t, list[0].Err, "the plugin sgd@2.0.0 can't be used: ")
			e, err := p.Find("sgd@1.0.0")
			require.NoError(t, err)
			assert.False(t, e.Default)
			p.install(t, two, "")
			e, err = p.Find("sgd")
			require.NoError(t, err)
			assert.Equal(t, "2.0.0", e.Version)
		})
	}
}

func TestDamagedPluginOfAnotherIsNotReplaced(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	require.NoError(t, os.Remove(filepath.Join(e.Dir, "origin.json")))
	_, err := p.Install(t.Context(), candidate(t, ones, p.path("theirs", "sgd.opt")))
	var taken *registry.TakenError
	require.ErrorAs(t, err, &taken)
	assert.ErrorContains(t, err, "is damaged, and what it was compiled from can't be told")
}

// FuzzSums has SHA256SUMS and the manifest be any bytes: a plugin is found or
// there is a *DamagedError, and what is found has the digests that it says.
func FuzzSums(f *testing.F) {
	digest := strings.Repeat("0", 64)
	f.Add([]byte(digest+"  sgd\n"), []byte("{}"))
	f.Add([]byte(digest+"  sgd\n"+digest+"  sgd.opt\n"+digest+"  manifest.json\n"+digest+"  origin.json\n"), []byte("null"))
	f.Add([]byte(digest+" *sgd\r\n"), []byte(`{"name": "sgd"}`))
	f.Fuzz(func(t *testing.T, sums, manifest []byte) {
		store := t.TempDir()
		dir := filepath.Join(store, "sgd", "1.0.0", registry.Platform)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for file, text := range map[string][]byte{
			registry.Exe("sgd"): nil, "sgd.opt": nil, "origin.json": []byte("{}"), "manifest.json": manifest, "SHA256SUMS": sums,
		} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), text, 0o644))
		}
		r, err := registry.New(registry.Config{Dirs: []string{store}, Path: store, Work: store, Home: store})
		require.NoError(t, err)
		e, err := r.Find("sgd")
		var damaged *registry.DamagedError
		if err != nil {
			require.ErrorAs(t, err, &damaged)
			return
		}
		require.NoError(t, e.Manifest.Validate())
	})
}

// second is the error of a call that gives a value and an error.
func second[T any](_ T, err error) error { return err }

func flipLastByte(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	content[len(content)-1] ^= 1
	replaceFile(t, path, content)
}

func remove(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }

// replaceFile gives a file new content, and keeps its permissions.
func replaceFile(t *testing.T, path string, content []byte) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path, content, info.Mode()))
}

// rewrite changes a file and its line in SHA256SUMS.
func rewrite(t *testing.T, dir, file, old, new string) {
	t.Helper()
	path, sums := filepath.Join(dir, file), filepath.Join(dir, "SHA256SUMS")
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	after := bytes.Replace(before, []byte(old), []byte(new), 1)
	require.NotEqual(t, before, after)
	replaceFile(t, path, after)
	list, err := os.ReadFile(sums)
	require.NoError(t, err)
	replaceFile(t, sums, bytes.Replace(list, []byte(hexDigest(before)), []byte(hexDigest(after)), 1))
}
