package host_test

import (
	"errors"
	"fmt"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/plugins/pnm"
)

// The generated kernel of a rule steps a program's own parameters in this
// process, without a plugin: here toward the least of (w - 3)².
func ExampleInProcess() {
	o, err := host.New(host.InProcess(pnm.Rule), []host.Param{{Name: "w"}},
		host.Config{Set: map[string]float64{"lr": 0.1, "beta1": 0.5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer o.Close()
	w, err := host.Thetas[float32](o)
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := host.Grads[float32](o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 100 {
		g[0][0] = 2 * (w[0][0] - 3)
		if err := o.Step(); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("w = %.3f after %d steps\n", w[0][0], o.Steps(0))
	// Output: w = 3.000 after 100 steps
}

// A plugin is found by name and steps a program's own parameters, which lie in
// memory that both share.
func ExampleLoad() {
	if err := store(); err != nil { // does what optc compile pnm.opt does
		fmt.Println(err)
		return
	}
	engine, err := host.Load("pnm")
	if err != nil {
		fmt.Println(err)
		return
	}
	o, err := host.New(engine, []host.Param{{Name: "weight", Shape: []int{2, 2}}, {Name: "bias", Shape: []int{2}, Group: "no decay"}},
		host.Config{
			Set:    map[string]float64{"lr": 0.5, "lambda": 0.1},
			Groups: []host.Group{{Name: "no decay", Set: map[string]float64{"lambda": 0}}},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer o.Close()
	weight, bias := o.Theta(0), o.Theta(1) // tensors over the shared memory
	if err := errors.Join(weight.Memset(float32(1)), bias.Memset(float32(1))); err != nil {
		fmt.Println(err)
		return
	}
	for range 10 { // toward 0, where the gradient of x²/2 is x
		if err := errors.Join(o.SetGrad(0, weight), o.SetGrad(1, bias), o.Step()); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(engine.Manifest().Title)
	fmt.Printf("%.3f %.3f\n", weight.Data(), bias.Data())
	// Output:
	// Stochastic Positive-Negative Momentum
	// [0.059 0.059 0.059 0.059] [0.195 0.195]
}
