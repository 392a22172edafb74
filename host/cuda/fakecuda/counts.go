package fakecuda

// Counts are of what a stand-in has done since a driver was loaded from it.
type Counts struct {
	Launches            int64 // of kernels, those in graphs too
	CopiedIn, CopiedOut int64 // bytes, to a device and from one
}
