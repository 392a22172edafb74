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

// ResourcesIn is what is read of ptxas' words.
var ResourcesIn = resources
