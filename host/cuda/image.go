package cuda

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/registry/abi"
)

// load loads the image that suits a device best.
func load(gpu *driver.Context, rule string, images []abi.Image) (*driver.Module, error) {
	device := gpu.Device()
	suited := suitable(images, device.Arch)
	if len(suited) == 0 {
		return nil, fmt.Errorf("%s has no kernels for %s, a device of compute capability %s; it has %s (optc compiles for 8.0 and later)",
			rule, device.Name, capability(device.Arch), list(images))
	}
	var refused []error
	for _, image := range suited {
		module, err := gpu.Load(image.Code)
		if err == nil {
			return module, nil
		}
		refused = append(refused, fmt.Errorf("%s does not load the kernels of %s, %s: %w", device.Name, rule, describe(image), err))
	}
	return nil, errors.Join(refused...)
}

// suitable are the images that run on a device, the best first: compiled code for
// its architecture, and then what the driver would compile.
func suitable(images []abi.Image, arch int) []abi.Image {
	fits := func(i abi.Image) bool {
		return i.Arch <= arch && (i.Kind == abi.ImagePTX || i.Arch/10 == arch/10)
	}
	list := slices.DeleteFunc(slices.Clone(images), func(i abi.Image) bool { return !fits(i) })
	slices.SortStableFunc(list, func(a, b abi.Image) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Arch, a.Arch)) // cubin, then ptx
	})
	return list
}

func list(images []abi.Image) string {
	var all []string
	for _, i := range images {
		all = append(all, describe(i))
	}
	return strings.Join(all, ", ")
}

// describe names an image: "ptx for 8.0 and later".
func describe(i abi.Image) string {
	if i.Kind == abi.ImagePTX {
		return fmt.Sprintf("PTX for %s and later", capability(i.Arch))
	}
	return "a cubin for " + capability(i.Arch)
}

// capability writes a compute capability: 90 is 9.0.
func capability(arch int) string { return fmt.Sprintf("%d.%d", arch/10, arch%10) }
