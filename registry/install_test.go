package registry_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
)

func TestCompilingOnesOwnRuleAgainReplacesIt(t *testing.T) {
	p := newPlace(t)
	first := p.install(t, one, "")
	second := p.install(t, ones, "")
	assert.Equal(t, first.Dir, second.Dir)
	assert.NotEqual(t, first.Digest, second.Digest)
	found, err := p.Find("sgd")
	require.NoError(t, err)
	assert.Equal(t, "one, changed", found.Manifest.Title)
	require.NoError(t, second.Verify())
	assert.ErrorContains(t, first.Verify(), "has been replaced since it was looked up")
	entries, err := os.ReadDir(filepath.Dir(first.Dir))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left of the replacement")
}

func TestOwnRuleByAnotherWayToItsFile(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	c := candidate(t, ones, p.path("rules", "sgd.opt"))
	if err := os.Symlink(p.path("rules"), p.path("linked")); err != nil {
		t.Skipf("this system lets this user make no symbolic links: %v", err)
	}
	c.Origin = p.path("linked", "sgd.opt")
	_, err := p.Install(t.Context(), c)
	require.NoError(t, err)
	t.Chdir(p.path("rules"))
	c = candidate(t, one, "sgd.opt")
	e, err := p.Install(t.Context(), c)
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(e.Origin.Rule))
}

func TestAnotherRuleDoesNotTakeAName(t *testing.T) {
	p := newPlace(t)
	mine := p.install(t, one, "")
	for origin, c := range map[string]registry.Candidate{
		"another file": candidate(t, ones, p.path("theirs", "sgd.opt")),
		"built in":     candidate(t, ones, registry.BuiltIn),
	} {
		_, err := p.Install(t.Context(), c)
		var taken *registry.TakenError
		require.ErrorAs(t, err, &taken, origin)
		assert.Equal(t, "sgd@1.0.0", taken.Ref)
		assert.Equal(t, mine.Origin.Rule, taken.Holder)
		assert.ErrorContains(t, err, "was compiled from "+mine.Origin.Rule)
		assert.ErrorContains(t, err, "give yours another name or version, or replace that plugin with --force")
		require.NoError(t, mine.Verify(), "the old one is untouched")
	}
	forced := candidate(t, ones, p.path("theirs", "sgd.opt"))
	forced.Force = true
	e, err := p.Install(t.Context(), forced)
	require.NoError(t, err)
	assert.Equal(t, "one, changed", e.Manifest.Title)
	assert.Equal(t, "sgd.opt", filepath.Base(e.Origin.Rule))
	assert.Equal(t, "theirs", filepath.Base(filepath.Dir(e.Origin.Rule)))
}

func TestBuiltInRuleHoldsItsName(t *testing.T) {
	p := newPlace(t)
	_, err := p.Install(t.Context(), candidate(t, one, registry.BuiltIn))
	require.NoError(t, err)
	_, err = p.Install(t.Context(), candidate(t, ones, registry.BuiltIn))
	require.NoError(t, err, "a new optc brings a new text")
	_, err = p.Install(t.Context(), candidate(t, one, p.path("rules", "sgd.opt")))
	assert.ErrorContains(t, err, "is a built-in rule of optc")
}

// A copy of a rule must not become the way to change the rule behind its
// owner's back; but a file that was moved stays its owner's.
func TestSameTextFromASecondFile(t *testing.T) {
	p := newPlace(t)
	mine := p.install(t, one, "")
	copied := p.path("copy", "sgd.opt")
	e, err := p.Install(t.Context(), candidate(t, one, copied))
	require.NoError(t, err)
	assert.Equal(t, mine.Origin, e.Origin)
	_, err = p.Install(t.Context(), candidate(t, ones, copied))
	var taken *registry.TakenError
	require.ErrorAs(t, err, &taken)
	require.NoError(t, os.Remove(mine.Origin.Rule))
	_, err = p.Install(t.Context(), candidate(t, one, copied))
	require.NoError(t, err)
	_, err = p.Install(t.Context(), candidate(t, ones, copied))
	require.NoError(t, err)
}

func TestNamesThatDifferInCaseAlone(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	c := candidate(t, rule("Sgd", "1.0.0", ""), p.path("rules", "upper.opt"))
	c.Force = true
	_, err := p.Install(t.Context(), c)
	assert.ErrorContains(t, err, "Sgd can't be installed beside sgd")
}

func TestPluginThatIsNotItsRule(t *testing.T) {
	p := newPlace(t)
	right := candidate(t, one, p.path("rules", "sgd.opt"))
	for _, c := range []struct {
		want   string
		change func(*registry.Candidate)
	}{
		{"it says that it is sgdm", func(c *registry.Candidate) { c.Binary = candidate(t, other, c.Origin).Binary }},
		{"it says that its version is 2.0.0, and the rule has 1.0.0",
			func(c *registry.Candidate) { c.Binary = candidate(t, two, c.Origin).Binary }},
		{"it was compiled from another text", func(c *registry.Candidate) { c.Binary = candidate(t, ones, c.Origin).Binary }},
		{"it was compiled from another text", func(c *registry.Candidate) { c.Source += "# more\n" }},
		{"it can't be read", func(c *registry.Candidate) { c.Binary = p.path("none") }},
		{"it does not answer as a plugin", func(c *registry.Candidate) { c.Binary = notAPlugin(t) }},
	} {
		wrong := right
		c.change(&wrong)
		_, err := p.Install(t.Context(), wrong)
		var refused *registry.RefusedError
		require.ErrorAs(t, err, &refused, c.want)
		assert.Equal(t, "sgd", refused.Name)
		assert.ErrorContains(t, err, c.want)
		assert.ErrorContains(t, err, "compile the rule again")
	}
	assert.NoDirExists(t, p.User())
}

func TestCandidateWithoutANameOrVersion(t *testing.T) {
	p := newPlace(t)
	_, err := p.Install(t.Context(), registry.Candidate{})
	assert.ErrorContains(t, err, "a plugin needs a name")
	c := candidate(t, one, p.path("sgd.opt"))
	c.Manifest.Version = "1.0"
	_, err = p.Install(t.Context(), c)
	assert.ErrorContains(t, err, "a version such as 1.0.0")
}

func TestStoreThatCantBeMade(t *testing.T) {
	p := newPlace(t)
	require.NoError(t, os.WriteFile(p.path("home"), nil, 0o644))
	_, err := p.Install(t.Context(), candidate(t, one, p.path("sgd.opt")))
	assert.ErrorContains(t, err, "can't be made; choose another with OPTC_HOME or --plugin-dir")
}

func TestInstallationsAtOnce(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	candidates := []registry.Candidate{
		candidate(t, one, p.path("rules", "sgd.opt")), candidate(t, ones, p.path("rules", "sgd.opt")),
		candidate(t, two, p.path("rules", "sgd.opt")), candidate(t, other, p.path("rules", "sgdm.opt")),
	}
	var wait sync.WaitGroup
	for range 3 {
		for _, c := range candidates {
			wait.Go(func() {
				_, err := p.Install(context.Background(), c)
				assert.NoError(t, err)
			})
		}
		wait.Go(func() {
			for range 20 {
				e, err := p.Find("sgd@1.0.0")
				if assert.NoError(t, err) {
					assert.Contains(t, e.Manifest.Title, "one")
				}
			}
		})
		wait.Go(func() {
			for range 20 {
				list, err := p.List()
				assert.NoError(t, err)
				for _, e := range list {
					assert.NoError(t, e.Err)
				}
			}
		})
	}
	wait.Wait()
	list, err := p.List()
	require.NoError(t, err)
	require.Len(t, list, 3)
	for _, e := range list {
		require.NoError(t, e.Verify())
	}
}

// While who holds the store's lock has a plugin out of its place, a reader
// waits instead of missing it.
func TestReaderWaitsForAnInstallation(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	away := e.Dir + ".away"
	for range 5 {
		lock := flock.New(filepath.Join(p.User(), ".lock"))
		require.NoError(t, lock.Lock())
		require.NoError(t, os.Rename(e.Dir, away))
		answers := make(chan error)
		for _, read := range []func() error{
			func() error { _, err := p.Find("sgd"); return err },
			func() error { _, err := p.Find("sgd@1.0.0"); return err },
			e.Verify,
		} {
			go func() { answers <- read() }()
		}
		_, err := os.ReadFile(filepath.Join(away, registry.Exe("sgd"))) // some time for the readers
		require.NoError(t, err)
		require.NoError(t, os.Rename(away, e.Dir))
		require.NoError(t, lock.Close())
		for range 3 {
			require.NoError(t, <-answers)
		}
	}
}

func TestWaitingForAnotherInstallationCanBeStopped(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	lock := flock.New(filepath.Join(p.User(), ".lock"))
	require.NoError(t, lock.Lock())
	defer lock.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Install(ctx, candidate(t, ones, p.path("rules", "sgd.opt")))
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "waiting for another optc")
}

// The states that a loss of power can leave behind.
func TestInstallationThatWasCutOff(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	folder := filepath.Dir(e.Dir)
	older := filepath.Join(folder, "."+registry.Platform+".old")
	newer := filepath.Join(folder, "."+registry.Platform+".new")
	require.NoError(t, os.Mkdir(newer, 0o755))
	require.NoError(t, os.Rename(e.Dir, older))
	_, err := p.Install(t.Context(), candidate(t, ones, p.path("theirs", "sgd.opt")))
	var taken *registry.TakenError
	require.ErrorAs(t, err, &taken, "the old one is back, and keeps its name")
	require.NoError(t, e.Verify())
	assert.NoDirExists(t, newer)
	require.NoError(t, os.CopyFS(older, os.DirFS(e.Dir)))
	p.install(t, ones, "")
	assert.NoDirExists(t, older)
}

func TestStoreThatCantBeWrittenCanBeRead(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("on Windows, and for root, permissions keep nothing from being written")
	}
	p := newPlace(t)
	p.install(t, one, "")
	require.NoError(t, os.Chmod(p.User(), 0o555))
	defer os.Chmod(p.User(), 0o755)
	_, err := p.Find("sgd")
	require.NoError(t, err)
	_, err = p.Install(t.Context(), candidate(t, other, p.path("rules", "sgdm.opt")))
	assert.ErrorContains(t, err, "see to its permissions")
}

// notAPlugin is a program that ends at once.
func notAPlugin(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), registry.Exe("none"))
	require.NoError(t, os.WriteFile(path, []byte("no program\n"), 0o755))
	return path
}
