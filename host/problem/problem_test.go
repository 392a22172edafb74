package problem_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/data"
	"github.com/optc-lang/optc/host/problem"
)

var models = []string{"mlp", "cnn"}

// blobs is a set of 2 x 9 x 7 images, odd sides, made of noise and, for each of 3
// classes, a bright third of the columns.
func blobs() *data.Set {
	s := &data.Set{Name: "blobs", Channels: 2, Height: 9, Width: 7, Classes: 3}
	dice := rand.New(rand.NewPCG(1, 2))
	fill := func(n int) (out data.Split) {
		for i := range n {
			for p := range s.ImageLen() {
				x := float32(dice.NormFloat64())
				if p%7*3/7 == i%3 {
					x += 1.5
				}
				out.Images = append(out.Images, x)
			}
			out.Labels = append(out.Labels, int32(i%3))
		}
		return out
	}
	s.Train, s.Test = fill(40), fill(22)
	return s
}

func open(t testing.TB, model string, batch int) (*problem.Problem, *data.Set) {
	t.Helper()
	set := blobs()
	p, err := problem.New(model, set, batch)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p, set
}

// zeros are slices of the parameters' lengths.
func zeros(p *problem.Problem) (out [][]float32) {
	for _, param := range p.Params() {
		out = append(out, make([]float32, param.Len()))
	}
	return out
}

func upTo(n int) (rows []int) {
	for i := range n {
		rows = append(rows, i)
	}
	return rows
}

// The gradients agree with central differences, in random directions through all
// parameters and through each alone. A direction has about unit length times the
// step; the loss is a float32 near 1, so a difference over 2h is off by about
// 1e-7/h, and by kinks of the rectifiers.
func TestGradientsByDifferences(t *testing.T) {
	const h = 2e-3
	for _, model := range models {
		p, _ := open(t, model, 8)
		theta, grads, rows := p.Init(3), zeros(p), upTo(8)
		for _, v := range theta {
			for i := range v {
				v[i] += float32(i%7-3) / 500 // so that biases are not 0
			}
		}
		_, err := p.LossAndGrad(theta, rows, grads)
		require.NoError(t, err)
		dice := rand.New(rand.NewPCG(7, 7))
		for only := -4; only < len(theta); only++ {
			direction := directionOf(dice, theta, grads, only)
			want := dot(grads, direction)
			got := (lossAt(t, p, theta, direction, h, rows) - lossAt(t, p, theta, direction, -h, rows)) / (2 * h)
			assert.InDelta(t, want, got, 3e-4+0.02*math.Abs(want), "%s, parameter %d (-1: all)", model, only)
			assert.Greater(t, math.Abs(want), 5e-3, "%s, parameter %d: the direction shows something", model, only)
		}
	}
}

// directionOf is a random direction of unit length, half of it along the gradient,
// through one parameter or, below 0, through all.
func directionOf(dice *rand.Rand, theta, grads [][]float32, only int) [][]float32 {
	out := make([][]float32, len(theta))
	for i := range theta {
		out[i] = make([]float32, len(theta[i]))
		if only >= 0 && i != only {
			continue
		}
		for j := range out[i] {
			out[i][j] = float32(dice.NormFloat64())
		}
	}
	part := func(x [][]float32, keep int) float64 {
		sum := 0.0
		for i := range x {
			if keep < 0 || i == keep {
				sum += dot(x[i:i+1], x[i:i+1])
			}
		}
		return math.Sqrt(sum)
	}
	noise, slope := part(out, -1), part(grads, only)
	for i := range out {
		if only >= 0 && i != only {
			continue
		}
		for j := range out[i] {
			out[i][j] = float32((float64(out[i][j])/noise + float64(grads[i][j])/slope) / 2)
		}
	}
	return out
}

func dot(a, b [][]float32) (sum float64) {
	for i := range a {
		for j := range a[i] {
			sum += float64(a[i][j]) * float64(b[i][j])
		}
	}
	return sum
}

func lossAt(t *testing.T, p *problem.Problem, theta, direction [][]float32, h float64, rows []int) float64 {
	moved := make([][]float32, len(theta))
	for i := range theta {
		moved[i] = make([]float32, len(theta[i]))
		for j := range theta[i] {
			moved[i][j] = float32(float64(theta[i][j]) + h*float64(direction[i][j]))
		}
	}
	loss, err := p.LossAndGrad(moved, rows, zeros(p))
	require.NoError(t, err)
	return loss
}

// The loss at parameters of zero is that of a fair guess, and the gradient of the
// last bias is the guess's error.
func TestLossOfAGuess(t *testing.T) {
	for _, model := range models {
		p, set := open(t, model, 4)
		grads := zeros(p)
		loss, err := p.LossAndGrad(zeros(p), []int{0, 1, 3, 6}, grads)
		require.NoError(t, err)
		assert.InDelta(t, math.Log(3), loss, 1e-6)
		assert.Equal(t, []int32{0, 1, 0, 0}, []int32{set.Train.Labels[0], set.Train.Labels[1], set.Train.Labels[3], set.Train.Labels[6]})
		assert.InDeltaSlice(t, []float64{1.0/3 - 3.0/4, 1.0/3 - 1.0/4, 1.0 / 3}, grads[len(grads)-1], 1e-6)
	}
}

func TestItLearnsAndRepeats(t *testing.T) {
	for _, model := range models {
		var ends []string
		for range 2 {
			p, set := open(t, model, 20)
			theta, grads := p.Init(1), zeros(p)
			before, _, err := p.Evaluate(theta, set.Train)
			require.NoError(t, err)
			for step := range 40 {
				_, err := p.LossAndGrad(theta, upTo(40)[step%2*20:][:20], grads)
				require.NoError(t, err)
				for i, g := range grads {
					for j, x := range g {
						theta[i][j] -= 0.1 * x
					}
				}
			}
			after, accuracy, err := p.Evaluate(theta, set.Train)
			require.NoError(t, err)
			assert.Less(t, after, before/3, model)
			assert.Greater(t, accuracy, 0.9, model)
			ends = append(ends, digest(theta))
		}
		assert.Equal(t, ends[0], ends[1], "%s: the same bits again", model)
	}
}

func digest(values [][]float32) string {
	h := sha256.New()
	for _, v := range values {
		for _, x := range v {
			h.Write(binary.BigEndian.AppendUint32(nil, math.Float32bits(x)))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Evaluation does not depend on how the split falls into batches.
func TestEvaluate(t *testing.T) {
	for _, model := range models {
		p, set := open(t, model, 7)
		theta := p.Init(5)
		loss, accuracy, err := p.Evaluate(theta, set.Test)
		require.NoError(t, err)
		var sum, hits float64
		for i := range set.Test.Len() {
			n := set.ImageLen()
			one := data.Split{Images: set.Test.Images[i*n:][:n], Labels: set.Test.Labels[i : i+1]}
			l, a, err := p.Evaluate(theta, one)
			require.NoError(t, err)
			sum, hits = sum+l, hits+a
		}
		assert.InDelta(t, sum/22, loss, 1e-6, model)
		assert.InDelta(t, hits/22, accuracy, 1e-12, model)
		whole, set2 := open(t, model, 22)
		again, _, err := whole.Evaluate(theta, set2.Test)
		require.NoError(t, err)
		assert.InDelta(t, loss, again, 1e-6)
	}
}

// The mean loss of training is that of evaluation, and rows that are made count
// like those of the split.
func TestBothWaysToTheLoss(t *testing.T) {
	for _, model := range models {
		p, set := open(t, model, 10)
		theta, a, b := p.Init(2), zeros(p), zeros(p)
		n := set.ImageLen()
		made := data.Split{Images: set.Train.Images[5*n:][:10*n], Labels: set.Train.Labels[5:15]}
		first, err := p.LossAndGrad(theta, upTo(15)[5:], a)
		require.NoError(t, err)
		second, err := p.LossAndGradOn(theta, made, b)
		require.NoError(t, err)
		assert.Equal(t, first, second)
		assert.Equal(t, a, b)
		loss, _, err := p.Evaluate(theta, made)
		require.NoError(t, err)
		assert.InDelta(t, first, loss, 1e-6)
	}
}

func TestParamsAndInit(t *testing.T) {
	for model, want := range map[string]string{
		"mlp": "dense1.weight [126 256] decay, dense1.bias [256], dense2.weight [256 128] decay, dense2.bias [128], " +
			"dense3.weight [128 3] decay, dense3.bias [3]: f2bb0099b9731dd1",
		"cnn": "conv1.weight [18 16] decay, conv1.bias [16], conv2.weight [144 32] decay, conv2.bias [32], " +
			"conv3.weight [288 64] decay, conv3.bias [64], dense1.weight [128 64] decay, dense1.bias [64], " +
			"dense2.weight [64 3] decay, dense2.bias [3]: c91d7abf2ac95b4f",
	} {
		p, _ := open(t, model, 2)
		text := ""
		for i, param := range p.Params() {
			if i > 0 {
				text += ", "
			}
			text += fmt.Sprint(param.Name, " ", param.Shape)
			if param.Decay {
				text += " decay"
			}
		}
		values := p.Init(1)
		assert.Equal(t, want, text+": "+digest(values), "the same on every machine")
		assert.NotEqual(t, digest(values), digest(p.Init(2)))
		for i, param := range p.Params() {
			if !param.Decay {
				assert.Zero(t, slices.Max(values[i]))
				continue
			}
			bound := float32(math.Sqrt(6 / float64(param.Shape[0])))
			assert.Less(t, slices.Max(values[i]), bound)
			assert.GreaterOrEqual(t, slices.Min(values[i]), -bound)
			assert.Greater(t, slices.Max(values[i]), bound*0.9)
		}
	}
}

// A loss that is not finite is told, not refused.
func TestLossThatIsNotFinite(t *testing.T) {
	p, set := open(t, "mlp", 2)
	theta := p.Init(1)
	theta[0][0] = float32(math.NaN())
	loss, err := p.LossAndGrad(theta, []int{0, 1}, zeros(p))
	require.NoError(t, err)
	assert.True(t, math.IsNaN(loss))
	loss, _, err = p.Evaluate(theta, set.Test)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(loss))
}

func TestErrorsOfNew(t *testing.T) {
	bad := blobs()
	bad.Classes = 2
	for want, try := range map[string]func() (*problem.Problem, error){
		`unknown model "rnn"; the known ones are mlp, cnn`:           func() (*problem.Problem, error) { return problem.New("rnn", blobs(), 1) },
		`problem "mlp": no data set; open one with data.Open`:        func() (*problem.Problem, error) { return problem.New("mlp", nil, 1) },
		`problem "cnn": batch size 0; it must be at least 1`:         func() (*problem.Problem, error) { return problem.New("cnn", blobs(), 0) },
		`problem "cnn": training split: set "blobs": row 2 has labe`: func() (*problem.Problem, error) { return problem.New("cnn", bad, 1) },
	} {
		_, err := try()
		assert.ErrorContains(t, err, want)
	}
}

// What is refused leaves the gradients as they were.
func TestErrorsOfCalls(t *testing.T) {
	p, set := open(t, "mlp", 3)
	theta, grads := p.Init(1), zeros(p)
	grads[0][0] = 5
	for want, try := range map[string]func() error{
		"a batch of 2 rows; this problem was made for batches of 3": func() error { _, err := p.LossAndGrad(theta, []int{0, 1}, grads); return err },
		"entry 2 of the batch is row 40":                            func() error { _, err := p.LossAndGrad(theta, []int{0, 1, 40}, grads); return err },
		"params has 5 slices; the model has 6 parameters":           func() error { _, err := p.LossAndGrad(theta[:5], upTo(3), grads); return err },
		"grads has 0 slices":                                        func() error { _, err := p.LossAndGrad(theta, upTo(3), nil); return err },
		"params[1] has 2 values; dense1.bias has the shape [256]": func() error {
			_, err := p.LossAndGrad([][]float32{theta[0], {1, 2}, theta[2], theta[3], theta[4], theta[5]}, upTo(3), grads)
			return err
		},
		`set "blobs": no rows`: func() error { _, err := p.LossAndGradOn(theta, data.Split{}, grads); return err },
		"a batch of 22 rows":   func() error { _, err := p.LossAndGradOn(theta, set.Test, grads); return err },
		"image values for 1 la": func() error {
			_, _, err := p.Evaluate(theta, data.Split{Images: set.Test.Images, Labels: set.Test.Labels[:1]})
			return err
		},
		"params has 0 slices": func() error { _, _, err := p.Evaluate(nil, set.Test); return err },
	} {
		assert.ErrorContains(t, try(), want)
	}
	assert.Equal(t, float32(5), grads[0][0])
}

func TestClose(t *testing.T) {
	set := blobs()
	p, err := problem.New("mlp", set, 2)
	require.NoError(t, err)
	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	_, err = p.LossAndGrad(p.Init(1), upTo(2), zeros(p))
	require.EqualError(t, err, "the problem is closed; make another one with problem.New")
	_, _, err = p.Evaluate(p.Init(1), set.Test)
	require.ErrorContains(t, err, "closed")
}
