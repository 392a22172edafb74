package wire_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// gpuPrograms are plugins that say that they carry kernels for GPUs.
var gpuPrograms = map[string]func(){
	"testcuda":     func() { wire.Serve(withCUDA(kernels())) },
	"testcudanot":  func() { wire.Serve(withCUDA(nil)) },
	"testcudajunk": func() { wire.Serve(withCUDA([]byte("junk"))) },
}

func withCUDA(text []byte) *abi.Rule {
	rule := *testrule.Rule
	rule.Manifest.Targets = append(slices.Clone(rule.Manifest.Targets), abi.TargetCUDA)
	rule.CUDA = text
	return &rule
}

// kernels are longer than what a gRPC client takes without being told.
func kernels() []byte {
	launch := abi.Launch{Name: "v", Kernels: []string{"step"}, Scalars: 8}
	code := make([]byte, 6<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(code) // which no one compresses
	packed, err := (&abi.CUDA{
		Launches: []abi.Launch{launch, launch},
		Images:   []abi.Image{{Kind: abi.ImagePTX, Arch: 80, Code: code}},
	}).Pack()
	if err != nil {
		panic(err)
	}
	return packed
}

func TestCUDA(t *testing.T) {
	c, err := launchProgram(t, "testcuda").CUDA()
	require.NoError(t, err)
	assert.Equal(t, "step", c.Launches[1].Kernels[0])
	assert.Len(t, c.Images[0].Code, 6<<20)
}

func TestCUDAThatIsNotThere(t *testing.T) {
	for name, want := range map[string]string{
		"testsgd":      "the plugin testsgd carries no kernels for GPUs; compile its rule with optc compile --target cuda",
		"testcudanot":  "the plugin carries no kernels for GPUs",
		"testcudajunk": "the CUDA code of testsgd is not understood",
	} {
		c := launchProgram(t, name)
		_, err := c.CUDA()
		assert.ErrorContains(t, err, want)
		require.NoError(t, c.Close())
		_, err = c.CUDA()
		assert.ErrorContains(t, err, "is closed")
	}
}
