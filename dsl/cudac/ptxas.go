package cudac

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"

	"github.com/optc-lang/optc/registry/abi"
)

// What ptxas -v prints, of which NVRTC and nvcc differ in what stands before it:
//
//	ptxas info    : Compiling entry function 'pnm_step_f32' for 'sm_90'
//	ptxas info    : Function properties for pnm_step_f32
//	    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
//	ptxas info    : Used 40 registers, used 1 barriers, 1024 bytes smem, 448 bytes cmem[0]
//
// A function that the kernel calls has properties of its own.
var printed = regexp.MustCompile(`Compiling entry function '(?P<kernel>[^']+)'` +
	`|Function properties for (?P<function>\S+)` +
	`|(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores, (?P<loads>\d+) bytes spill loads` +
	`|Used (?P<registers>\d+) registers(?:.*?(?P<shared>\d+) bytes smem)?`)

// resources reads what ptxas printed of the kernels of a cubin, and sorts it by
// their names. It is for people to see: what a later ptxas prints in another way
// is zero.
func resources(arch int, log string) []abi.Resources {
	var all []abi.Resources
	function := ""
	for _, found := range printed.FindAllStringSubmatch(log, -1) {
		text := func(name string) string { return found[printed.SubexpIndex(name)] }
		number := func(name string) int {
			n, _ := strconv.Atoi(text(name)) // digits, or nothing, which is 0
			return n
		}
		if kernel := text("kernel"); kernel != "" {
			all = append(all, abi.Resources{Kernel: kernel, Arch: arch})
			function = kernel
			continue
		}
		if name := text("function"); name != "" {
			function = name
			continue
		}
		if len(all) == 0 {
			continue
		}
		switch r := &all[len(all)-1]; {
		case text("registers") != "":
			r.Registers, r.Shared = number("registers"), number("shared")
		case function == r.Kernel:
			r.Stack, r.SpillStores, r.SpillLoads = number("stack"), number("stores"), number("loads")
		}
	}
	slices.SortFunc(all, func(x, y abi.Resources) int { return cmp.Compare(x.Kernel, y.Kernel) })
	return all
}
