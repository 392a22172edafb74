package problem

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/optc-lang/optc/host/data"
)

// engine runs a network: two compiled graphs and the tensors of their inputs, which
// are images, labels and then the parameters.
type engine struct {
	backend      compute.Backend
	train, score *graph.Exec
	inputs       []*tensors.Tensor
}

func newEngine(net network, set *data.Set, batch int) (e *engine, err error) {
	defer recovered(&err)
	e = &engine{}
	if e.backend, err = newBackend(); err != nil {
		return nil, err
	}
	e.train = graph.MustNewExec(e.backend, net.trainGraph)
	e.score = graph.MustNewExec(e.backend, net.scoreGraph)
	e.addInput(dtypes.Float32, batch, set.Channels, set.Height, set.Width)
	e.addInput(dtypes.Int32, batch)
	for _, p := range net.params() {
		e.addInput(dtypes.Float32, p.Shape...)
	}
	return e, nil
}

func (e *engine) addInput(dtype dtypes.DType, dims ...int) {
	e.inputs = append(e.inputs, tensors.FromShape(shapes.Make(dtype, dims...)))
}

// crossEntropy is -log softmax(logits)[label], one value a row.
func crossEntropy(logits, labels *graph.Node) *graph.Node {
	classes := logits.Shape().Dimensions[1]
	chosen := graph.OneHot(labels, classes, dtypes.Float32)
	return graph.Neg(graph.ReduceSum(graph.Mul(graph.LogSoftmax(logits), chosen), 1))
}

// trainGraph gives the mean loss and its gradients.
func (n network) trainGraph(inputs []*graph.Node) []*graph.Node {
	images, labels, params := inputs[0], inputs[1], inputs[2:]
	loss := graph.ReduceAllMean(crossEntropy(n.logits(images, params), labels))
	return append([]*graph.Node{loss}, graph.Gradient(loss, params...)...)
}

// scoreGraph gives the loss of each row, and 1 for each row whose largest logit is
// its label's.
func (n network) scoreGraph(inputs []*graph.Node) []*graph.Node {
	images, labels, params := inputs[0], inputs[1], inputs[2:]
	logits := n.logits(images, params)
	hits := graph.Equal(graph.ArgMax(logits, 1, dtypes.Int32), labels)
	return []*graph.Node{crossEntropy(logits, labels), graph.ConvertDType(hits, dtypes.Float32)}
}

// errClosed is what a problem says after Close.
var errClosed = errors.New("the problem is closed; make another one with problem.New")

func (e *engine) setParams(params [][]float32) (err error) {
	defer recovered(&err)
	if e.backend == nil {
		return errClosed
	}
	for i, values := range params {
		if err := tensors.AssignFlatData(e.inputs[2+i], values); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) setRows(r rows) (err error) {
	defer recovered(&err)
	return tensors.MutableFlatData(e.inputs[0], func(images []float32) {
		tensors.MustMutableFlatData(e.inputs[1], func(labels []int32) { r.copyTo(images, labels) })
	})
}

// call runs a graph on the inputs and copies each output to its place.
func (e *engine) call(exec *graph.Exec, outputs ...[]float32) (err error) {
	defer recovered(&err)
	args := make([]any, len(e.inputs))
	for i, t := range e.inputs {
		args[i] = t
	}
	results, err := exec.Call(args...)
	if err != nil {
		return err
	}
	for i, t := range results {
		tensors.MustConstFlatData(t, func(values []float32) { copy(outputs[i], values) })
		t.MustFinalizeAll()
	}
	return nil
}

func (e *engine) lossAndGrad(params [][]float32, r rows, grads [][]float32) (float64, error) {
	if err := e.setParams(params); err != nil {
		return 0, err
	}
	if err := e.setRows(r); err != nil {
		return 0, err
	}
	var loss [1]float32
	if err := e.call(e.train, append([][]float32{loss[:]}, grads...)...); err != nil {
		return 0, err
	}
	return float64(loss[0]), nil
}

// evaluate sums losses and hits over the rows that are there.
func (e *engine) evaluate(r rows) (loss, hits float64, err error) {
	if err := e.setRows(r); err != nil {
		return 0, 0, err
	}
	size := e.inputs[1].Size()
	losses, hit := make([]float32, size), make([]float32, size)
	if err := e.call(e.score, losses, hit); err != nil {
		return 0, 0, err
	}
	for i := range r.n {
		loss += float64(losses[i])
		hits += float64(hit[i])
	}
	return loss, hits, nil
}

func (e *engine) close() (err error) {
	if e.backend == nil {
		return nil
	}
	defer recovered(&err)
	e.train.Finalize()
	e.score.Finalize()
	for _, t := range e.inputs {
		t.MustFinalizeAll()
	}
	e.backend.Finalize()
	e.backend = nil
	return nil
}

// recovered turns a panic into an error: GoMLX reports its errors by panics.
func recovered(err *error) {
	switch p := recover().(type) {
	case nil:
	case error:
		*err = fmt.Errorf("GoMLX: %w", p)
	default:
		*err = fmt.Errorf("GoMLX: %v", p)
	}
}
