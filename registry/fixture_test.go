package registry_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/build"
	"github.com/optc-lang/optc/registry"
)

// rule is the text of a small rule.
func rule(name, version, title string) string {
	return fmt.Sprintf(`optimizer %s %q
version %q
hyper lr = 0.1 in (0, inf) "learning rate"
theta[t+1] = theta - lr * g
`, name, title, version)
}

// compiled are the plugins that tests have had compiled, by the rule's text.
var compiled struct {
	sync.Mutex
	dir    string
	binary map[string]string
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "optc-registry-test-")
	if err != nil {
		panic(err)
	}
	compiled.dir, compiled.binary = dir, map[string]string{}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// candidate is a rule, compiled and ready to be installed. Its text is written
// to the file origin, unless that is BuiltIn.
func candidate(t *testing.T, text, origin string) registry.Candidate {
	t.Helper()
	if origin != registry.BuiltIn {
		require.NoError(t, os.MkdirAll(filepath.Dir(origin), 0o755))
		require.NoError(t, os.WriteFile(origin, []byte(text), 0o644))
	}
	compiled.Lock()
	defer compiled.Unlock()
	r, list := dsl.Compile(origin, text)
	require.NotNil(t, r, "%v", list)
	if compiled.binary[text] == "" {
		source, err := build.PackageOf(r)
		require.NoError(t, err)
		out := filepath.Join(compiled.dir, registry.Exe(fmt.Sprint("plugin", len(compiled.binary))))
		require.NoError(t, build.Plugin(t.Context(), source, out))
		compiled.binary[text] = out
	}
	return registry.Candidate{Binary: compiled.binary[text], Source: text, Manifest: &r.Manifest, Origin: origin}
}

// place is a registry in folders of its own.
type place struct {
	*registry.Registry
	dir string // of everything
}

// newPlace has two given stores, a, b, and the user's home.
func newPlace(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "work"), 0o755))
	r, err := registry.New(registry.Config{
		Dirs: []string{filepath.Join(dir, "a")}, Path: filepath.Join(dir, "b"),
		Work: filepath.Join(dir, "work"), Home: filepath.Join(dir, "home"),
	})
	require.NoError(t, err)
	return place{r, dir}
}

func (p place) path(parts ...string) string {
	return filepath.Join(append([]string{p.dir}, parts...)...)
}

// install puts a rule into the store of a name, a, b or "" for the user's.
func (p place) install(t *testing.T, text, store string) *registry.Entry {
	t.Helper()
	c := candidate(t, text, p.path("rules", strings.Fields(text)[1]+".opt"))
	if store != "" {
		c.Store = p.path(store)
	}
	e, err := p.Install(t.Context(), c)
	require.NoError(t, err)
	return e
}

var (
	one   = rule("sgd", "1.0.0", "one")
	ones  = rule("sgd", "1.0.0", "one, changed")
	two   = rule("sgd", "2.0.0", "two")
	other = rule("sgdm", "1.0.0", "other")
)

func hexDigest(content []byte) string {
	return strings.TrimPrefix(dsl.Digest(string(content)), "sha256:")
}

func inf() float64 { return math.Inf(1) }
