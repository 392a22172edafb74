package cudac

import "context"

// CompileWithNVCC is Compile where there is no NVRTC.
func CompileWithNVCC(ctx context.Context, name string, source []byte) (*Output, error) {
	c, err := findNVCC(ctx)
	if err != nil {
		return nil, stopped(ctx, name, err)
	}
	return compileWith(ctx, c, name, source)
}

// CompileForHopper is Compile with PTX and the cubin of 9.0 alone.
func CompileForHopper(ctx context.Context, name string, source []byte) (*Output, error) {
	c, err := find(ctx)
	if err != nil {
		return nil, err
	}
	return compileWith(ctx, hopper{c}, name, source)
}

// hopper is a compiler that knows one architecture.
type hopper struct{ compiler }

func (hopper) archs(context.Context) ([]int, error) { return []int{90}, nil }

// ResourcesIn is what is read of ptxas' words.
var ResourcesIn = resources
