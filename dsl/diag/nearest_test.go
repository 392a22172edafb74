package diag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/dsl/diag"
)

// Two neighbouring letters in each other's place are one edit, also in names
// that are too short for two.
func TestNearestTakesASwapForOneSlip(t *testing.T) {
	assert.Equal(t, "pnm", diag.Nearest("pmn", []string{"adam", "pnm", "hb"}))
	assert.Equal(t, "hb", diag.Nearest("bh", []string{"adam", "pnm", "hb"}))
	assert.Empty(t, diag.Nearest("mnp", []string{"pnm"}))
}
