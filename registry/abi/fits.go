package abi

import (
	"errors"
	"fmt"
)

// Fits reports why a layout is not one of this rule, or nil. It makes sure that
// a Stepper can run, whatever the layout came from.
func (r *Rule) Fits(l *Layout) error {
	if err := r.Manifest.Fits(l); err != nil {
		return err
	}
	if l.Variant >= len(r.Kernels) {
		return fmt.Errorf("%s has no kernel for its variant %d; it has %d kernels", r.Manifest.Name, l.Variant, len(r.Kernels))
	}
	k := r.Kernels[l.Variant]
	if l.DType == F32 && k.F32 == nil || l.DType == F64 && k.F64 == nil {
		return fmt.Errorf("%s has no kernel for %s in its variant %d", r.Manifest.Name, l.DType, l.Variant)
	}
	return nil
}

// Fits reports why a layout is not one of the rule that m describes, or nil.
func (m *Manifest) Fits(l *Layout) error {
	if l == nil {
		return errors.New("there is no layout")
	}
	if err := l.check(); err != nil {
		return err
	}
	if l.Digest != m.Digest {
		return fmt.Errorf("the layout is for the rule with digest %s; %s has %s", l.Digest, m.Name, m.Digest)
	}
	if l.Variant < 0 || l.Variant >= len(m.Variants) {
		return fmt.Errorf("%s has no variant %d; it has %d", m.Name, l.Variant, len(m.Variants))
	}
	if want := m.Variants[l.Variant].Buffers(); l.Buffers != want || l.Hypers != len(m.Hypers) {
		return fmt.Errorf("the layout has %d buffers and %d hyperparameters; %s has %d and %d",
			l.Buffers, l.Hypers, m.Name, want, len(m.Hypers))
	}
	return nil
}
