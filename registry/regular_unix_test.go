//go:build unix

package registry_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
)

// A named pipe in the place of any file is damage, and nobody waits for who would
// write it.
func TestPipesAreNotOpened(t *testing.T) {
	p := newPlace(t)
	for _, file := range []string{registry.Exe("sgd"), "sgd.opt", "manifest.json", "origin.json", "SHA256SUMS"} {
		e := p.install(t, one, "")
		pipe(t, filepath.Join(e.Dir, file))
		within10s(t, func() {
			var damaged *registry.DamagedError
			assert.ErrorAs(t, second(p.Find("sgd")), &damaged, file)
			assert.ErrorAs(t, e.Verify(), &damaged, file)
			assert.ErrorContains(t, damaged, file)
			all, err := p.List()
			if assert.NoError(t, err) {
				assert.ErrorContains(t, all[0].Err, file)
			}
			if _, err := e.Source(); file == "sgd.opt" {
				assert.ErrorContains(t, err, "sgd.opt can't be read: it is no regular file")
			}
		})
		p.install(t, one, "")
		require.NoError(t, e.Verify(), "compiling the rule again mends %s", file)
	}
}

// A store whose lock is a pipe can be read, and not be changed.
func TestLockThatIsAPipe(t *testing.T) {
	p := newPlace(t)
	e := p.install(t, one, "")
	pipe(t, filepath.Join(e.Store, ".lock"))
	within10s(t, func() {
		_, err := p.Find("sgd")
		assert.NoError(t, err)
		_, err = p.Remove(t.Context(), "sgd")
		assert.ErrorContains(t, err, "delete its .lock: it is no regular file")
	})
}

func pipe(t *testing.T, path string) {
	t.Helper()
	remove(t, path)
	require.NoError(t, syscall.Mkfifo(path, 0o755))
}

// within10s has something that could hang fail in time.
func within10s(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		require.Fail(t, "it hangs")
	}
}
