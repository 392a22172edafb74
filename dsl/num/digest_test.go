package num_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
)

var update = flag.Bool("update", false, "write the golden digest anew")

const goldenDigest = "testdata/close.sha256"

// number has a random sign, where asked for, an exponent from low to high-1, and
// random digits: of nothing but bits, so that it is the same everywhere.
func number(rng *rand.Rand, sign uint64, low, high int) float64 {
	exponent := uint64(low + rng.IntN(high-low) + 1023)
	return math.Float64frombits((rng.Uint64()&sign)<<63 | exponent<<52 | rng.Uint64()>>12)
}

// The digest of 100,000 results is the same on every platform and in every
// release that doesn't say otherwise.
func TestTheBitsAreTheSameEverywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(2019, 12))
	h := sha256.New()
	add := func(x float64) {
		bits := math.Float64bits(x)
		if x != x { // which NaN it is does not matter
			bits = 0x7ff8 << 48
		}
		h.Write(binary.LittleEndian.AppendUint64(nil, bits))
	}
	for range 25000 {
		add(num.Exp(number(rng, 1, -60, 10)))
		add(num.Log(number(rng, 0, -1023, 1024))) // -1023 is that of subnormal numbers
		add(num.Pow(number(rng, 0, -1, 1), number(rng, 1, -10, 11)))
		add(num.Pow(number(rng, 0, -1023, 1024), number(rng, 1, -60, 0)))
	}
	got := hex.EncodeToString(h.Sum(nil)) + "\n"
	if *update {
		require.NoError(t, os.WriteFile(goldenDigest, []byte(got), 0o644))
	}
	want, err := os.ReadFile(goldenDigest)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "Exp, Log or Pow gives other bits than it did, or than on other platforms")
}
