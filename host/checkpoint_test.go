package host_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/safetensors"
	"github.com/optc-lang/optc/host/schedule"
	"github.com/optc-lang/optc/registry/abi"
)

// train takes steps from the optimizer's present one up to a number; the
// gradients of a step depend on θ and on the step. One parameter sits out each
// third step.
func train(t testing.TB, o *host.Optimizer, until int) {
	for o.Now() < until {
		dice := rand.New(rand.NewPCG(uint64(o.Now()), 7))
		if o.DType() == abi.F64 {
			dealGrads[float64](t, o, dice)
		} else {
			dealGrads[float32](t, o, dice)
		}
		if o.Now()%3 == 2 {
			require.NoError(t, o.StepOnly(0, 2))
		} else {
			require.NoError(t, o.Step())
		}
	}
}

func dealGrads[T abi.Float](t testing.TB, o *host.Optimizer, dice *rand.Rand) {
	theta, grad := slices2[T](t, o)
	for i := range grad {
		for j := range grad[i] {
			grad[i][j] = T(dice.NormFloat64()) + theta[i][j]/2
		}
	}
}

// kinds are optimizers of several rules, dtypes and settings.
var kinds = map[string]func() (*host.Optimizer, error){
	"pnm f32": func() (*host.Optimizer, error) {
		return host.New(host.InProcess(lagged()), threeParams(), host.Config{Groups: biases(nil), Clip: host.Clip{Norm: 1}})
	},
	"pnm f64": func() (*host.Optimizer, error) {
		c := host.Config{DType: abi.F64, Groups: biases(map[string]float64{"lr": 0.01})}
		s, err := schedule.Parse("cosine(total=20, warmup=5, min=0.1)")
		c.Schedules = map[string]host.Schedule{"lr": s}
		if err != nil {
			return nil, err
		}
		return host.New(host.InProcess(lagged()), threeParams(), c)
	},
	"adam": func() (*host.Optimizer, error) {
		return host.New(host.InProcess(adam()), threeParams(), host.Config{Groups: biases(nil)})
	},
	"amsgrad": func() (*host.Optimizer, error) {
		return host.New(host.InProcess(adam()), threeParams(),
			host.Config{Groups: biases(nil), Choose: map[string]string{"amsgrad": "on"}})
	},
}

func mustKind(t testing.TB, kind string) *host.Optimizer {
	o, err := kinds[kind]()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, o.Close()) })
	return o
}

// cursor is the extra data of the tests.
type cursor struct {
	Seed  uint64
	Epoch int
}

func TestResumeGoesOnBitForBit(t *testing.T) {
	for kind := range kinds {
		for _, stop := range []int{0, 1, 2, 7, 8} {
			t.Run(fmt.Sprint(kind, " after ", stop), func(t *testing.T) {
				dir := t.TempDir()
				whole, first, second := mustKind(t, kind), mustKind(t, kind), mustKind(t, kind)
				train(t, whole, 13)
				train(t, first, stop)
				require.NoError(t, first.Save(dir, cursor{1<<64 - 1, 5}))
				train(t, second, 3) // what Restore has to replace
				var c cursor
				require.NoError(t, second.Restore(dir, &c))
				assert.Equal(t, cursor{1<<64 - 1, 5}, c)
				assert.Equal(t, stop, second.Now())
				train(t, second, 13)
				assert.Equal(t, snapshot(t, whole), snapshot(t, second))
			})
		}
	}
}

func TestFrozenAndSkippedAreRestored(t *testing.T) {
	dir := t.TempDir()
	o := plain(t, host.Config{NonFinite: host.Skip})
	require.NoError(t, setGrad(o, 0, 0, math.NaN()))
	require.NoError(t, o.Step())
	o.Freeze(1, true)
	require.NoError(t, o.Save(dir, nil))
	again := plain(t, host.Config{})
	require.NoError(t, again.Restore(dir, nil))
	assert.Equal(t, 1, again.Skipped())
	require.NoError(t, again.Step())
	assert.Equal(t, []int64{1, 0, 1}, []int64{again.Steps(0), again.Steps(1), again.Steps(2)})
}

// The tensors can be read by any reader of safetensors.
func TestNamesInTheFile(t *testing.T) {
	dir := t.TempDir()
	o := mustKind(t, "pnm f32")
	train(t, o, 1)
	require.NoError(t, o.Save(dir, nil))
	text, err := os.ReadFile(filepath.Join(dir, "step-0000000001", "tensors.safetensors"))
	require.NoError(t, err)
	f, err := safetensors.Parse(text)
	require.NoError(t, err)
	var names []string
	for _, info := range f.Tensors() {
		names = append(names, info.Name)
	}
	assert.Equal(t, []string{"theta/w", "state.m.0/w", "state.m.1/w", "theta/b", "state.m.0/b", "state.m.1/b",
		"theta/s", "state.m.0/s", "state.m.1/s"}, names)
	now := make([]float32, 6)
	require.NoError(t, safetensors.Fill(f, "state.m.0/w", now))
	assert.Equal(t, make([]float32, 6), now, "step 1 is in buffer 1")
}

// A Save that is killed at any point leaves the old checkpoint or the new one,
// and the next Save works.
func TestKilledSave(t *testing.T) {
	for n := 0; ; n++ {
		dir := t.TempDir()
		o, reader := mustKind(t, "pnm f32"), mustKind(t, "pnm f32")
		train(t, o, 4)
		require.NoError(t, o.Save(dir, 4))
		train(t, o, 5)
		killed, err := o.SaveUntil(dir, 5, n)
		require.NoError(t, err)
		var extra int
		require.NoError(t, reader.Restore(dir, &extra), "killed before step %d", n)
		assert.Contains(t, []int{4, 5}, extra)
		assert.Equal(t, extra, reader.Now())
		require.NoError(t, o.Save(dir, 50))
		require.NoError(t, reader.Restore(dir, &extra))
		assert.Equal(t, 50, extra)
		assert.LessOrEqual(t, len(names(t, dir)), 3, "rubbish stays: %v", names(t, dir))
		if !killed {
			assert.Equal(t, 6, n, "each step was tried")
			return
		}
	}
}

func names(t testing.TB, dir string) (all []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestOldCheckpointsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	o := mustKind(t, "adam")
	for step := 1; step <= 4; step++ {
		train(t, o, step)
		require.NoError(t, o.Save(dir, nil))
	}
	assert.Equal(t, []string{"latest", "step-0000000003", "step-0000000004"}, names(t, dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666))
	require.NoError(t, o.Save(dir, nil))
	assert.Equal(t, []string{"latest", "notes.txt", "step-0000000004", "step-0000000004-2"}, names(t, dir))
}

// saved is a folder with a checkpoint of a kind after five steps.
func saved(t testing.TB, kind string) string {
	dir := t.TempDir()
	o := mustKind(t, kind)
	train(t, o, 5)
	require.NoError(t, o.Save(dir, cursor{Epoch: 1}))
	return dir
}

// refused wants Restore to fail and to change nothing.
func refused(t testing.TB, o *host.Optimizer, dir, want string) {
	t.Helper()
	before := snapshot(t, o)
	err := o.Restore(dir, &cursor{})
	require.ErrorContains(t, err, "restoring the checkpoint in "+dir+": ")
	require.ErrorContains(t, err, want)
	require.Equal(t, before, snapshot(t, o))
}

func TestEveryChangedByteIsFound(t *testing.T) {
	dir := saved(t, "pnm f32")
	o := mustKind(t, "pnm f32")
	train(t, o, 2)
	for _, file := range []string{"latest", "step-0000000005/checkpoint.json", "step-0000000005/tensors.safetensors"} {
		path := filepath.Join(dir, filepath.FromSlash(file))
		good, err := os.ReadFile(path)
		require.NoError(t, err)
		for i := 0; i < len(good); i += 5 {
			bad := slices.Clone(good)
			bad[i] ^= 1
			require.NoError(t, os.WriteFile(path, bad, 0o666))
			refused(t, o, dir, "")
		}
		for _, bad := range [][]byte{nil, good[:len(good)-1], append(slices.Clone(good), '\n')} {
			require.NoError(t, os.WriteFile(path, bad, 0o666))
			refused(t, o, dir, "")
		}
		require.NoError(t, os.Remove(path))
		refused(t, o, dir, "")
		require.NoError(t, os.WriteFile(path, good, 0o666))
	}
	require.NoError(t, o.Restore(dir, &cursor{}))
}

func TestDamageSaysWhatToDo(t *testing.T) {
	o := mustKind(t, "pnm f32")
	for file, want := range map[string]string{
		"latest":                              "the file latest is damaged; it must name a folder and a digest",
		"step-0000000005/checkpoint.json":     "the file checkpoint.json was changed since it was saved",
		"step-0000000005/tensors.safetensors": "the file tensors.safetensors has 1 bytes; 712 were saved",
	} {
		dir := saved(t, "pnm f32")
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(file)), []byte("x"), 0o666))
		refused(t, o, dir, want+"; put a copy of it back, or name another folder")
	}
}

func TestRestoreErrors(t *testing.T) {
	dir := saved(t, "pnm f32")
	o := mustKind(t, "pnm f32")
	err := o.Restore(t.TempDir(), nil)
	assert.ErrorIs(t, err, host.ErrNoCheckpoint)
	assert.ErrorContains(t, o.Restore(dir, new(string)), "its extra data: json: cannot unmarshal")
	refused(t, mustKind(t, "adam"), dir, "it is of the rule pnm, not adam; load pnm, or name another folder")
	refused(t, mustKind(t, "pnm f64"), dir, "its tensors are f32, not f64; take f32, or name another folder")
	refused(t, mustKind(t, "amsgrad"), saved(t, "adam"), "it was made with amsgrad = off, not on; choose off, or name another folder")
	refused(t, mustNew(t, host.InProcess(lagged()), threeParams(), host.Config{Groups: biases(nil), Seed: 1<<64 - 1}), dir,
		"it was made with the seed 0, not 18446744073709551615; a run goes on in every bit only with the seed that it began with: give that, or name another folder")
	other := lagged()
	other.Manifest.Digest = "sha256:other"
	refused(t, mustNew(t, host.InProcess(other), threeParams(), host.Config{Groups: biases(nil)}), dir,
		"it was made with another text of pnm, version 1.2.3 with the digest sha256:pnm; this one has version 1.2.3 and sha256:other: go on with the text that it was made with, or name another folder")
	for want, params := range map[string][]host.Param{
		"it has 3 parameters, not 1":                       {{Name: "w", Shape: []int{2, 3}}},
		`its parameter "w" has the shape [2 3], not [3 2]`: {{Name: "w", Shape: []int{3, 2}}, {Name: "b"}, {Name: "s"}},
		`its parameter 1 is "b", not "c"`:                  {{Name: "w", Shape: []int{2, 3}}, {Name: "c"}, {Name: "s"}},
		`its parameter "s" has the shape [], not [1]`:      {{Name: "w", Shape: []int{2, 3}}, {Name: "b", Shape: []int{3}}, {Name: "s", Shape: []int{1}}},
	} {
		want += ": these are other parameters than those that were saved; give the same ones, or name another folder"
		o := mustNew(t, host.InProcess(lagged()), params, host.Config{})
		refused(t, o, dir, want)
		assert.ErrorIs(t, o.Restore(dir, nil), host.ErrOtherParams)
	}
}

// A checkpoint may go on with other hyperparameters and in other groups.
func TestRestoreIntoOtherGroups(t *testing.T) {
	params := threeParams()
	params[1].Group = ""
	o := mustNew(t, host.InProcess(lagged()), params, host.Config{Set: map[string]float64{"lr": 0.3}})
	require.NoError(t, o.Restore(saved(t, "pnm f32"), nil))
	require.NoError(t, o.Step())
	lr, err := o.Hyper("", "lr")
	require.NoError(t, err)
	assert.Equal(t, 0.3, lr)
}

func TestSaveErrors(t *testing.T) {
	o := mustKind(t, "adam")
	assert.ErrorContains(t, o.Save(t.TempDir(), func() {}), "the extra data can't be written as JSON")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	assert.ErrorContains(t, o.Save(file, nil), "saving a checkpoint in "+file)
	blocked := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "latest", "x"), 0o777))
	assert.Error(t, o.Save(blocked, nil))
	closed, err := kinds["adam"]()
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	assert.ErrorContains(t, closed.Save(blocked, nil), "the optimizer is closed")
	assert.ErrorContains(t, closed.Restore(blocked, nil), "the optimizer is closed")
}

// A process that is killed while it saves without end leaves a whole
// checkpoint, whatever it was doing.
func TestKilledProcess(t *testing.T) {
	if dir := os.Getenv("OPTC_TEST_SAVE_INTO"); dir != "" {
		saveWithoutEnd(t, dir)
	}
	dir := t.TempDir()
	for kill := 1; kill <= 5; kill++ {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		cmd.Env = append(os.Environ(), "OPTC_TEST_SAVE_INTO="+dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for i := 0; i < kill && lines.Scan(); i++ {
			require.Equal(t, "saved", lines.Text())
		}
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())
		o := mustKind(t, "pnm f32")
		var step int
		require.NoError(t, o.Restore(dir, &step))
		assert.Equal(t, step, o.Now())
		assert.GreaterOrEqual(t, step, kill-1)
	}
}

func saveWithoutEnd(t *testing.T, dir string) {
	o := mustKind(t, "pnm f32")
	for step := 0; ; step++ {
		train(t, o, step)
		require.NoError(t, o.Save(dir, step))
		fmt.Println("saved")
	}
}

// Whatever stands in checkpoint.json, even with the right digest, Restore takes
// it or says why not, and changes nothing then.
func FuzzRestore(f *testing.F) {
	dir := saved(f, "pnm f32")
	path := filepath.Join(dir, "step-0000000005", "checkpoint.json")
	good, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(string(good))
	for _, change := range [][2]string{{`"t": 5`, `"t": -5`}, {`"t": 5`, `"t": 9223372036854775807`}, {`"step": 5`, `"step": -5`}, {`"format": 1`, `"format": 2`},
		{`"shape": [`, `"shape": [1,`}, {`"extra"`, `"Extra"`}, {`"bytes": `, `"bytes": 1`}, {`"parameters": [`, `"parameters": [{},`}} {
		require.Contains(f, string(good), change[0])
		f.Add(strings.Replace(string(good), change[0], change[1], 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		sum := sha256.Sum256([]byte(text))
		latest := "step-0000000005\nsha256:" + hex.EncodeToString(sum[:]) + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "latest"), []byte(latest), 0o666))
		o := mustKind(t, "pnm f32")
		before := snapshot(t, o)
		var extra json.RawMessage
		if err := o.Restore(dir, &extra); err != nil {
			require.Equal(t, before, snapshot(t, o))
			return
		}
		require.GreaterOrEqual(t, o.Now(), 0)
		taken := o.Steps(0)
		o.Freeze(0, false)
		require.NoError(t, o.StepOnly(0))
		require.Equal(t, taken+1, o.Steps(0))
		require.Positive(t, o.Steps(0))
	})
}
