// Command gorgonia is the side of Gorgonia's solver in bench/compare: it steps
// Adam, in f32, when it is told to. bench/optc tells what is asked and answered.
//
// The solver uses the gradients up, so they are written anew before each step,
// which is not timed.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func main() {
	log.SetFlags(0)
	fmt.Println(version())
	var model *model
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		answer, err := "ok", error(nil)
		var rule string
		var tensors, elements, steps int
		if _, failed := fmt.Sscanf(lines.Text(), "setup %s %d %d", &rule, &tensors, &elements); failed == nil {
			model = nil
			debug.FreeOSMemory() // so that the next one has other pages
			model, err = newModel(rule, tensors, elements)
		} else if _, failed := fmt.Sscanf(lines.Text(), "steps %d", &steps); failed == nil && model != nil {
			answer, err = model.steps(steps)
		} else {
			err = fmt.Errorf("%q can't be answered", lines.Text())
		}
		if err != nil {
			answer = "error " + strings.ReplaceAll(err.Error(), "\n", "; ")
		}
		fmt.Println(answer)
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "gorgonia.org/gorgonia" {
			return "gorgonia " + dep.Version + ", " + runtime.Version()
		}
	}
	return "gorgonia, " + runtime.Version()
}

// model is what the solver steps.
type model struct {
	solver *gorgonia.AdamSolver
	params []gorgonia.ValueGrad
	grads  [][]float32
	start  []float32 // the gradients of each tensor
}

// param is one tensor with its gradient.
type param struct{ value, grad gorgonia.Value }

func (p param) Value() gorgonia.Value         { return p.value }
func (p param) Grad() (gorgonia.Value, error) { return p.grad, nil }

func newModel(rule string, tensors, elements int) (*model, error) {
	if rule != "adam" {
		return nil, fmt.Errorf("gorgonia has no %s", rule)
	}
	theta, start := make([]float32, elements), make([]float32, elements)
	for i := range theta {
		theta[i] = float32(i%2003-1001) / 1000
		start[i] = float32(i%1999)/1e6 - 0.0010005
	}
	m := &model{solver: gorgonia.NewAdamSolver(), start: start}
	for range tensors {
		grad := make([]float32, elements)
		m.grads = append(m.grads, grad)
		m.params = append(m.params, param{dense(slices.Clone(theta)), dense(grad)})
	}
	return m, nil
}

func dense(values []float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(values)), tensor.WithBacking(values))
}

// steps gives the seconds that n steps took.
func (m *model) steps(n int) (string, error) {
	var took time.Duration
	for range n {
		for _, grad := range m.grads {
			copy(grad, m.start)
		}
		start := time.Now()
		if err := m.solver.Step(m.params); err != nil {
			return "", err
		}
		took += time.Since(start)
	}
	return fmt.Sprint(took.Seconds()), nil
}
