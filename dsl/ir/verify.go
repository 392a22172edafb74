package ir

import "fmt"

// Verify reports the first thing that makes p no program: a name that is none
// or stands twice, an argument that comes after its use, a type that an
// operation doesn't take, an index out of range, a state that is read and has
// no store or is stored twice, a parameter not stored, an initial value that
// isn't known before the first step.
func Verify(p *Program) error {
	if err := verifyNames(p); err != nil {
		return err
	}
	for i := range p.Values {
		if err := verifyValue(p, ID(i)); err != nil {
			return fmt.Errorf("%s: %%%d = %s: %w", p.Rule, i, p.Values[i].Op, err)
		}
	}
	if err := verifyStates(p); err != nil {
		return fmt.Errorf("%s: %w", p.Rule, err)
	}
	return nil
}

func verifyValue(p *Program, id ID) error {
	v := &p.Values[id]
	if v.Op >= ops {
		return fmt.Errorf("no such operation")
	}
	if want := table[v.Op].arity; len(v.Args) != want {
		return fmt.Errorf("has %d arguments, not %d", len(v.Args), want)
	}
	for _, a := range v.Args {
		if a < 0 || a >= id {
			return fmt.Errorf("argument %%%d isn't an earlier value", a)
		}
	}
	if table[v.Op].shape == leaf {
		return verifyLeaf(p, v)
	}
	return verifyTypes(p, v)
}

func verifyLeaf(p *Program, v *Value) error {
	want := Scalar
	switch v.Op {
	case Const:
		if !decimal(v.Text) {
			return fmt.Errorf("%q is not a decimal in the range of binary64", v.Text)
		}
	case Hyper:
		if v.Ref < 0 || v.Ref >= len(p.Hypers) {
			return fmt.Errorf("no hyperparameter %d", v.Ref)
		}
	case ThetaIn, Grad:
		want = Tensor
	case Uniform, Normal:
		want = Tensor
		if v.Ref < 0 || v.Ref >= maxCalls {
			return fmt.Errorf("the call has the number %d; it lies between 0 and %d", v.Ref, maxCalls-1)
		}
	case Load:
		want = Tensor
		if v.Ref < 0 || v.Ref >= len(p.States) {
			return fmt.Errorf("no state %d", v.Ref)
		}
		if v.Lag < 1 {
			return fmt.Errorf("lag %d is less than 1", v.Lag)
		}
		if b := p.States[v.Ref].Buffers; b > 0 && v.Lag > b {
			return fmt.Errorf("lag %d of a state with %d buffers", v.Lag, b)
		}
	}
	if v.Type != want {
		return fmt.Errorf("has type %s, not %s", v.Type, want)
	}
	return nil
}

func verifyTypes(p *Program, v *Value) error {
	arg := func(i int) Type { return p.Values[v.Args[i]].Type }
	ok := false
	switch table[v.Op].shape {
	case arithmetic:
		ok = !v.Type.Cond() && arg(0) == v.Type && (len(v.Args) == 1 || arg(1) == v.Type)
		if v.Op == PowInt {
			ok = v.Type == Scalar && arg(0) == Scalar && arg(1) == Scalar
		}
	case comparison:
		ok = arg(0) == arg(1) && (arg(0) == Scalar && v.Type == ScalarCond || arg(0) == Tensor && v.Type == TensorCond)
	case logic:
		ok = v.Type.Cond()
		for i := range v.Args {
			ok = ok && arg(i).Cond() && (v.Type == TensorCond || arg(i) == ScalarCond)
		}
	case selection:
		ok = arg(0).Cond() && !v.Type.Cond() && arg(1) == v.Type && arg(2) == v.Type &&
			(v.Type == Tensor || arg(0) == ScalarCond)
	case rounding:
		ok = v.Type == Tensor && arg(0) == Scalar
	case reduction:
		ok = v.Type == Scalar && arg(0) == Tensor
	}
	if !ok {
		return fmt.Errorf("its arguments don't fit the type %s", v.Type)
	}
	return nil
}

func verifyStates(p *Program) error {
	inRange := func(id ID) bool { return id >= 0 && int(id) < len(p.Values) }
	seen := map[int]bool{}
	for _, s := range p.Stores {
		if s.State != Theta && (s.State < 0 || s.State >= len(p.States)) {
			return fmt.Errorf("a store to state %d, which there is not", s.State)
		}
		if seen[s.State] {
			return fmt.Errorf("a second store to %s", p.storeName(s.State))
		}
		seen[s.State] = true
		if !inRange(s.Value) || p.Values[s.Value].Type != Tensor {
			return fmt.Errorf("the store to %s takes no tensor", p.storeName(s.State))
		}
	}
	if len(p.Stores) == 0 || p.Stores[len(p.Stores)-1].State != Theta {
		return fmt.Errorf("the last store isn't the parameter's")
	}
	for i, s := range p.States {
		if s.Buffers < 0 {
			return fmt.Errorf("the state %s has %d buffers", s.Name, s.Buffers)
		}
		if !inRange(s.Init) || p.Values[s.Init].Type.Cond() {
			return fmt.Errorf("the initial value of %s is no number", s.Name)
		}
		if !seen[i] && s.Buffers > 0 {
			return fmt.Errorf("the state %s has buffers and no store", s.Name)
		}
	}
	for i := range p.Values {
		if v := &p.Values[i]; v.Op == Load && !seen[v.Ref] {
			return fmt.Errorf("the state %s is read and never stored", p.States[v.Ref].Name)
		}
	}
	return verifyInits(p)
}

// maxCalls bounds the calls that draw random numbers: a number of 16 bits.
const maxCalls = 1 << 16

// verifyInits checks that initial values need neither t, states, reductions nor
// random numbers, and stand before all that reads a state.
func verifyInits(p *Program) error {
	early := make([]bool, len(p.Values))
	begun := false // a state has been read
	for i, v := range p.Values {
		begun = begun || v.Op == Load
		early[i] = !begun && v.Op != Step && !v.Op.Reduction() && !v.Op.Random()
		for _, a := range v.Args {
			early[i] = early[i] && early[a]
		}
	}
	for _, s := range p.States {
		if !early[s.Init] {
			return fmt.Errorf("the initial value of %s needs t, a state, a reduction or a random number, or comes after a load", s.Name)
		}
	}
	return nil
}

func (p *Program) storeName(state int) string {
	if state == Theta {
		return "theta"
	}
	return p.States[state].Name
}
