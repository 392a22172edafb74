package num

// The parts of Uniform and Normal, for tests.
var (
	Philox   = philox
	Place    = place
	Quantile = quantile
)
