package num_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/num"
)

// The known answers that the authors of Philox publish with it, in Random123;
// the reference has the same.
func TestPhiloxGivesThePublishedWords(t *testing.T) {
	const ones = 0xffffffff
	text := reference(t)
	for _, c := range []struct {
		counter [4]uint32
		key     uint64
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{ones, ones, ones, ones}, ones<<32 | ones, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0_a4093822,
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		assert.Equal(t, c.want, num.Philox(c.counter, c.key))
		row := fmt.Sprintf("| `%08x` | `%08x %08x` | `%08x` |", c.counter, uint32(c.key), c.key>>32, c.want)
		assert.Contains(t, text, strings.NewReplacer("[", "", "]", "").Replace(row))
	}
}

// No two places share a counter: each part has bits of its own.
func TestPlacesHaveBitsOfTheirOwn(t *testing.T) {
	assert.Equal(t, [4]uint32{0xdddddddd, 0xbbbbcccc, 0x99999999, 0x77aaaaaa},
		num.Place(0xaaaaaa, 0x77_99999999, 0xbbbb, 0xcccc_dddddddd))
	assert.Equal(t, num.Place(0, 5, 0, 0), num.Place(0, 5+1<<40, 0, 0), "the last 40 digits of t count")
	assert.Equal(t, [4]uint32{0, 0, 1, 0}, num.Place(0, 1, 0, 0))
}

// A few numbers, written down once, and the digest of many.
func TestTheSameNumbersEverywhere(t *testing.T) {
	for _, c := range []struct {
		at              spot
		uniform, normal float64
	}{
		{spot{0x0, 0, 1, 0, 0}, 0x1.088a2ap-01, 0x1.56983edcd5b9bp-05},
		{spot{0x0, 0, 1, 0, 1}, 0x1.94f9eep-01, 0x1.9e9cabf932c3ep-01},
		{spot{0x0, 0, 1, 1, 0}, 0x1.3a070ep-01, 0x1.26ef483cf7a2cp-02},
		{spot{0x0, 0, 2, 0, 0}, 0x1.9875cp-06, -0x1.f60e59e8615f7p+00},
		{spot{0x0, 1, 1, 0, 0}, 0x1.bdba5ap-01, 0x1.2109aa9d74f54p+00},
		{spot{0x1, 0, 1, 0, 0}, 0x1.c1c74p-06, -0x1.eb6cf75e0408dp+00},
		{spot{0x8000000000000005, 1<<24 - 1, 1<<40 - 1, 1<<16 - 1, 1<<48 - 1}, 0x1.2f5292p-01, 0x1.dece75f3663bp-03},
	} {
		same(t, c.uniform, uniform[float64](c.at), c)
		same(t, c.normal, normal[float64](c.at), c)
	}
	rng, h := rand.New(rand.NewPCG(2011, 11)), sha256.New()
	for range 20000 {
		p := randomPlace(rng)
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(uniform[float64](p))))
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(normal[float64](p))))
	}
	got := hex.EncodeToString(h.Sum(nil)) + "\n"
	if *update {
		require.NoError(t, os.WriteFile(goldenRandom, []byte(got), 0o644))
	}
	want, err := os.ReadFile(goldenRandom)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "Uniform or Normal gives other bits than it did, or than on other platforms")
}

const goldenRandom = "testdata/random.sha256"

// spot is where a random number stands.
type spot struct {
	seed    uint64
	tensor  int
	t       int64
	call    int
	element int
}

func uniform[T num.Float](p spot) T {
	return num.Uniform[T](p.seed, p.tensor, p.t, p.call, p.element)
}

func normal[T num.Float](p spot) T { return num.Normal[T](p.seed, p.tensor, p.t, p.call, p.element) }

// randomPlace is any place, often one of small numbers.
func randomPlace(rng *rand.Rand) spot {
	below := func(bits int) int64 { return int64(rng.Uint64() >> (64 - 1 - rng.IntN(bits))) }
	return spot{rng.Uint64() >> rng.IntN(64), int(below(24)), below(53), int(below(16)), int(below(48))}
}

func TestBothDTypesDrawTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		p := randomPlace(rng)
		u := uniform[float64](p)
		assert.True(t, u > 0 && u < 1, "%v", u)
		same(t, u, float64(uniform[float32](p)), p)
		assert.Equal(t, 1.0, math.Abs(math.Mod(u*0x1p24, 2)), "an odd multiple of 2^-24")
		same(t, float32(normal[float64](p)), normal[float32](p), p)
	}
}

// TestMoments: of many numbers the moments lie within five standard errors of
// those of the distributions, and neighbours in every direction are independent.
func TestMoments(t *testing.T) {
	const n = 100_000
	within := func(name string, got, want, deviation float64) {
		t.Helper()
		assert.InDelta(t, want, got, 5*deviation/math.Sqrt(n), name)
	}
	mean := func(of func(i int) float64) float64 {
		sum := 0.0
		for i := range n {
			sum += of(i)
		}
		return sum / n
	}
	z := func(i int) float64 { return num.Normal[float64](7, 3, 11, 0, i) }
	u := func(i int) float64 { return num.Uniform[float64](7, 3, 11, 1, i) }
	within("mean of u", mean(u), 0.5, math.Sqrt(1./12))
	within("u^2", mean(func(i int) float64 { return math.Pow(u(i), 2) }), 1./3, math.Sqrt(4./45))
	within("u^3", mean(func(i int) float64 { return math.Pow(u(i), 3) }), 1./4, math.Sqrt(1./7-1./16))
	for power, want := range []float64{1, 0, 1, 0, 3, 0, 15} {
		spread := math.Sqrt([]float64{0, 1, 2, 15, 96, 945, 10170}[power]) // E z^2k - (E z^k)^2
		within(fmt.Sprintf("z^%d", power), mean(func(i int) float64 { return math.Pow(z(i), float64(power)) }), want, spread)
	}
	for name, other := range map[string]func(i int) float64{
		"seed":    func(i int) float64 { return num.Normal[float64](8, 3, 11, 0, i) },
		"tensor":  func(i int) float64 { return num.Normal[float64](7, 4, 11, 0, i) },
		"step":    func(i int) float64 { return num.Normal[float64](7, 3, 12, 0, i) },
		"call":    func(i int) float64 { return num.Normal[float64](7, 3, 11, 1, i) },
		"element": func(i int) float64 { return num.Normal[float64](7, 3, 11, 0, i+1) },
	} {
		within("the next "+name, mean(func(i int) float64 { return z(i) * other(i) }), 0, 1)
	}
}
