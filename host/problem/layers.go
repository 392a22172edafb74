package problem

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// layer is one stage of a network: what it learns and what it does. Images between
// layers are N x H x W x C, so that a convolution is one matrix product.
type layer struct {
	params []Param
	fanIn  int // inputs of one unit, for the initial weights
	apply  func(x *graph.Node, params []*graph.Node) *graph.Node
}

// network is layers in order; the last one gives the logits, N x classes.
type network []layer

func (n network) params() (all []Param) {
	for _, l := range n {
		all = append(all, l.params...)
	}
	return all
}

func (n network) logits(x *graph.Node, params []*graph.Node) *graph.Node {
	for _, l := range n {
		x = l.apply(x, params[:len(l.params)])
		params = params[len(l.params):]
	}
	return x
}

// weights is a weight of the given shape and its bias.
func weights(name string, in, out int) []Param {
	return []Param{{name + ".weight", []int{in, out}, true}, {name + ".bias", []int{out}, false}}
}

// affine is x*weight + bias for x of N x in.
func affine(x *graph.Node, params []*graph.Node) *graph.Node {
	product := graph.MatMul(x, params[0])
	return graph.Add(product, graph.ExpandLeftToRank(params[1], 2))
}

// dense is a fully connected layer from N x in to N x out.
func dense(name string, in, out int) layer {
	return layer{params: weights(name, in, out), fanIn: in, apply: affine}
}

// rectify is max(x, 0). Its gradient at 0 is 0.
func rectify() layer {
	return layer{apply: func(x *graph.Node, _ []*graph.Node) *graph.Node {
		return graph.MaxScalar(x, 0)
	}}
}

// flatten makes each image a row.
func flatten() layer {
	return layer{apply: func(x *graph.Node, _ []*graph.Node) *graph.Node {
		return graph.Reshape(x, x.Shape().Dimensions[0], -1)
	}}
}

// channelsLast is from N x C x H x W, as data sets are, to N x H x W x C.
func channelsLast() layer {
	return layer{apply: func(x *graph.Node, _ []*graph.Node) *graph.Node {
		return graph.TransposeAllAxes(x, 0, 2, 3, 1)
	}}
}

// conv3x3 is a 3x3 convolution with a border of one zero, at every stride-th pixel:
// the nine shifted images side by side (im2col), times the weight. The weight's
// rows are in the order (row, column, channel) of the window. GoMLX's Convolve is
// slow in pure Go, and on XLA nothing keeps it from TF32.
func conv3x3(name string, in, out, stride int) layer {
	return layer{params: weights(name, 9*in, out), fanIn: 9 * in,
		apply: func(x *graph.Node, params []*graph.Node) *graph.Node {
			windows := im2col(x, stride)
			dims := windows.Shape().Dimensions
			y := affine(graph.Reshape(windows, -1, dims[3]), params)
			return graph.Reshape(y, dims[0], dims[1], dims[2], out)
		}}
}

func im2col(x *graph.Node, stride int) *graph.Node {
	high, wide := x.Shape().Dimensions[1], x.Shape().Dimensions[2]
	x = border(border(x, 1), 2)
	var shifted []*graph.Node
	for i := range 9 {
		row, col := i/3, i%3
		shifted = append(shifted, graph.Slice(x, graph.AxisRange(),
			graph.AxisRange(row, row+high).Stride(stride), graph.AxisRange(col, col+wide).Stride(stride)))
	}
	return graph.Concatenate(shifted, 3)
}

// border adds a zero at both ends of an axis. GoMLX has no gradient for its Pad.
func border(x *graph.Node, axis int) *graph.Node {
	dims := append([]int(nil), x.Shape().Dimensions...)
	dims[axis] = 1
	zero := graph.BroadcastToDims(graph.ScalarZero(x.Graph(), dtypes.Float32), dims...)
	return graph.Concatenate([]*graph.Node{zero, x, zero}, axis)
}
