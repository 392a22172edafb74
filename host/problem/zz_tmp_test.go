package problem

import (
	"fmt"
	"testing"
	"time"
	"os"

	"github.com/optc-lang/optc/host/data"
)

func TestTmpSpeed(t *testing.T) {
	spec, model := os.Getenv("SPEC"), os.Getenv("MODEL")
	var lr, epochs = 0.05, 10
	fmt.Sscan(os.Getenv("LR"), &lr)
	fmt.Sscan(os.Getenv("EP"), &epochs)
	t0 := time.Now()
	set, err := data.Open(spec, 1)
	if err != nil { t.Fatal(err) }
	fmt.Println("open", time.Since(t0))
	bs := 64
	fmt.Sscan(os.Getenv("BS"), &bs)
	p, err := New(model, set, bs)
	if err != nil { t.Fatal(err) }
	th := p.Init(1)
	var g, m [][]float32
	n := 0
	for _, x := range th { g = append(g, make([]float32, len(x))); m = append(m, make([]float32, len(x))); n += len(x) }
	fmt.Println("params", n)
	b, _ := data.NewBatches(set.Train.Len(), bs, 1)
	for e := range epochs {
		t0 = time.Now()
		var sum float64
		for s := range b.PerEpoch() {
			step := e*b.PerEpoch() + s
			var l float64
			var err error
			if set.Name == "cifar10" {
				sp, _ := set.CropFlip(b.At(step), 1, step)
				l, err = p.LossAndGradOn(th, sp, g)
			} else {
				l, err = p.LossAndGrad(th, b.At(step), g)
			}
			if err != nil { t.Fatal(err) }
			sum += l
			for i := range th { for j := range th[i] { m[i][j] = 0.9*m[i][j] + g[i][j]; th[i][j] -= float32(lr)*m[i][j] } }
		}
		t1 := time.Now()
		l, a, err := p.Evaluate(th, set.Test)
		fmt.Println(e, sum/float64(b.PerEpoch()), l, a, err, "train", t1.Sub(t0), "per step", t1.Sub(t0)/time.Duration(b.PerEpoch()), "eval", time.Since(t1))
	}
}
