package cause_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/internal/cause"
)

func TestOf(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, unread := os.ReadFile(missing)
	unmoved := os.Rename(missing, missing+"2")
	for _, err := range []error{unread, unmoved, fmt.Errorf("around it: %w", unread)} {
		require.ErrorContains(t, err, missing)
		assert.NotContains(t, cause.Of(err).Error(), "missing")
		assert.ErrorIs(t, cause.Of(err), fs.ErrNotExist)
	}
	other := errors.New("another error")
	assert.Equal(t, other, cause.Of(other))
}
