package host

// SaveUntil is a Save that is killed before its step n, 0-based. It reports
// whether there is such a step.
func (o *Optimizer) SaveUntil(dir string, extra any, n int) (killed bool, err error) {
	c, err := o.describe(extra)
	if err != nil {
		return false, err
	}
	s := &saving{o: o, dir: dir, checkpoint: c}
	for i, step := range s.steps() {
		if i == n {
			return true, nil
		}
		if err := step(); err != nil {
			return false, err
		}
	}
	return false, nil
}
