package registry

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockFile lies in a store; who changes the store holds it alone, who reads
// the store may hold it together with others.
const lockFile = ".lock"

// lockStore makes a store where there is none, and takes its lock. Where
// another process has it, it waits until ctx ends.
func lockStore(ctx context.Context, store string) (unlock func(), err error) {
	if err := os.MkdirAll(store, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of plugins %s can't be made; choose another with OPTC_HOME or --plugin-dir: %w", store, err)
	}
	path := filepath.Join(store, lockFile)
	if err := isRegular(path); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("the folder of plugins %s can't be changed; delete its %s: %w", store, lockFile, err)
	}
	lock := flock.New(path, flock.SetPermissions(0o644))
	held, err := lock.TryLockContext(ctx, 20*time.Millisecond)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("waiting for another optc that changes the plugins in %s was stopped: %w", store, ctx.Err())
	}
	if err != nil || !held {
		return nil, fmt.Errorf("the folder of plugins %s can't be changed; see to its permissions, "+
			"or choose another with OPTC_HOME or --plugin-dir: %w", store, err)
	}
	return func() { _ = lock.Close() }, nil
}

// lockShared takes a store's lock for reading. A store without a lock, or one
// whose lock this user can't open, is read without.
func lockShared(store string) (unlock func()) {
	path := filepath.Join(store, lockFile)
	if isRegular(path) != nil {
		return func() {}
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	if lock.RLock() != nil {
		return func() {}
	}
	return func() { _ = lock.Close() }
}
