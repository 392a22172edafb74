package problem
import ("testing";"fmt";"time";"os";"syscall";"github.com/optc-lang/optc/host/data")
func cpu() time.Duration { var r syscall.Rusage; syscall.Getrusage(0,&r); return time.Duration(r.Utime.Nano()+r.Stime.Nano()) }
func TestTmpQuick(t *testing.T) {
	bs := 64; fmt.Sscan(os.Getenv("BS"), &bs)
	set, _ := data.Open("glyphs", 1)
	if os.Getenv("MODEL")=="cnn" {
		im := make([]float32, 2000*3072); for i := range im { im[i]=float32(i%97)/50-1 }
		lb := make([]int32, 2000)
		set = &data.Set{Name:"x",Channels:3,Height:32,Width:32,Classes:10,Train:data.Split{im,lb},Test:data.Split{im,lb}}
	}
	p, err := New(os.Getenv("MODEL"), set, bs)
	if err != nil { t.Fatal(err) }
	th := p.Init(1); var g [][]float32
	for _, x := range th { g = append(g, make([]float32, len(x))) }
	b, _ := data.NewBatches(set.Train.Len(), bs, 1)
	p.LossAndGrad(th, b.At(0), g)
	for range 3 {
	t0,c0 := time.Now(),cpu()
	for s := range 60 { p.LossAndGrad(th, b.At(s), g) }
	fmt.Print(" wall ", (time.Since(t0)/60).Round(10000), " cpu ", ((cpu()-c0)/60).Round(10000))
	}
	fmt.Println()
}
