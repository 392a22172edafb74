package problem

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/host/data"
)

// models is every model by name.
var models = []struct {
	name  string
	build func(*data.Set) network
}{
	{"mlp", mlp},
	{"cnn", cnn},
}

func lookUp(model string) (func(*data.Set) network, error) {
	var names []string
	for _, m := range models {
		if m.name == model {
			return m.build, nil
		}
		names = append(names, m.name)
	}
	return nil, fmt.Errorf("unknown model %q; the known ones are %s", model, strings.Join(names, ", "))
}

func mlp(set *data.Set) network {
	return network{
		flatten(),
		dense("dense1", set.ImageLen(), 256), rectify(),
		dense("dense2", 256, 128), rectify(),
		dense("dense3", 128, set.Classes),
	}
}

func cnn(set *data.Set) network {
	high, wide := half(half(half(set.Height))), half(half(half(set.Width)))
	return network{
		channelsLast(),
		conv3x3("conv1", set.Channels, 16, 2), rectify(),
		conv3x3("conv2", 16, 32, 2), rectify(),
		conv3x3("conv3", 32, 64, 2), rectify(),
		flatten(),
		dense("dense1", high*wide*64, 64), rectify(),
		dense("dense2", 64, set.Classes),
	}
}

// half is the side of an image after a convolution of stride 2.
func half(side int) int { return (side + 1) / 2 }
