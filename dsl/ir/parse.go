package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a program's text as String writes it, and verifies it. Blank
// lines and lines that begin with # are passed over.
func Parse(text string) (*Program, error) {
	r := &reader{p: &Program{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := r.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if err := Verify(r.p); err != nil {
		return nil, err
	}
	return r.p, nil
}

type reader struct {
	p      *Program
	headed bool // the program line has been read
	hypers bool // the hypers line has been read
}

func (r *reader) line(line string) error {
	f := strings.Fields(line)
	switch {
	case f[0] == "program" && len(f) >= 2 && !r.headed:
		r.p.Rule, r.p.Choices, r.headed = f[1], f[2:], true
		return nil
	case f[0] == "hypers" && !r.hypers:
		r.p.Hypers, r.hypers = f[1:], true
		return nil
	case f[0] == "line" && len(f) >= 3:
		return r.source(line)
	case f[0] == "state" && len(f) == 6 && f[2] == "buffers" && f[4] == "init":
		return r.state(f)
	case f[0] == "store" && len(f) == 3:
		return r.store(f)
	case len(f) >= 5 && f[1] == "=":
		return r.value(f)
	}
	return fmt.Errorf("%q is no line of a program", line)
}

func (r *reader) source(line string) error {
	_, rest, _ := strings.Cut(line, " ")
	number, quoted, _ := strings.Cut(rest, " ")
	no, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("%q is no line number", number)
	}
	text, err := strconv.Unquote(quoted)
	if err != nil {
		return fmt.Errorf("%s is no quoted text", quoted)
	}
	r.p.Lines = append(r.p.Lines, Line{No: no, Text: text})
	return nil
}

func (r *reader) state(f []string) error {
	buffers, err := strconv.Atoi(f[3])
	if err != nil || buffers < 0 {
		return fmt.Errorf("%q is no number of buffers", f[3])
	}
	init, err := valueID(f[5])
	if err != nil {
		return err
	}
	r.p.States = append(r.p.States, State{Name: f[1], Buffers: buffers, Init: init})
	return nil
}

func (r *reader) store(f []string) error {
	state := Theta
	if f[1] != "theta" {
		state = r.stateIndex(f[1])
		if state < 0 {
			return fmt.Errorf("there is no state %q", f[1])
		}
	}
	id, err := valueID(f[2])
	if err != nil {
		return err
	}
	r.p.Stores = append(r.p.Stores, Store{State: state, Value: id})
	return nil
}

func (r *reader) stateIndex(name string) int {
	return slices.IndexFunc(r.p.States, func(s State) bool { return s.Name == name })
}

func (r *reader) value(f []string) error {
	if want := fmt.Sprintf("%%%d", len(r.p.Values)); f[0] != want {
		return fmt.Errorf("value %s where %s is next", f[0], want)
	}
	colon := slices.Index(f, ":")
	if colon < 0 || colon+1 >= len(f) {
		return fmt.Errorf("the value %s has no type", f[0])
	}
	v := Value{}
	if err := r.operation(&v, f[2:colon]); err != nil {
		return err
	}
	if err := annotations(&v, f[colon+1:]); err != nil {
		return err
	}
	r.p.Values = append(r.p.Values, v)
	return nil
}

func (r *reader) operation(v *Value, f []string) error {
	if len(f) == 0 {
		return fmt.Errorf("a value without an operation")
	}
	i := slices.IndexFunc(table[:], func(e entry) bool { return e.name == f[0] })
	if i < 0 {
		return fmt.Errorf("there is no operation %q", f[0])
	}
	v.Op = Op(i)
	if v.Op == Const || v.Op == Hyper || v.Op == Load || v.Op.Random() {
		return r.named(v, f[1:])
	}
	for _, a := range f[1:] {
		id, err := valueID(a)
		if err != nil {
			return err
		}
		v.Args = append(v.Args, id)
	}
	return nil
}

// named reads the rest of a leaf that names something.
func (r *reader) named(v *Value, args []string) error {
	switch {
	case v.Op == Load && len(args) == 2:
		lag, err := strconv.Atoi(args[1])
		if err != nil {
			return fmt.Errorf("%q is no lag", args[1])
		}
		v.Ref, v.Lag = r.stateIndex(args[0]), lag
	case v.Op == Load || len(args) != 1:
		return fmt.Errorf("%s with %d words after it", v.Op, len(args))
	case v.Op == Const:
		v.Text = args[0]
	case v.Op.Random():
		call, err := strconv.Atoi(args[0])
		if err != nil {
			return fmt.Errorf("%q is no number of a call", args[0])
		}
		v.Ref = call
		return nil // Verify looks at its range
	default:
		v.Ref = slices.Index(r.p.Hypers, args[0])
	}
	if v.Ref < 0 {
		return fmt.Errorf("there is no %s %q above", map[Op]string{Load: "state", Hyper: "hyperparameter"}[v.Op], args[0])
	}
	return nil
}

// annotations reads what follows the colon: TYPE [as NAME] [@LINE].
func annotations(v *Value, f []string) error {
	t := slices.Index(typeNames[:], f[0])
	if t < 0 {
		return fmt.Errorf("there is no type %q", f[0])
	}
	v.Type = Type(t)
	f = f[1:]
	if len(f) >= 2 && f[0] == "as" {
		v.Name, f = f[1], f[2:]
	}
	if len(f) == 1 && strings.HasPrefix(f[0], "@") {
		no, err := strconv.Atoi(f[0][1:])
		if err != nil {
			return fmt.Errorf("%q is no line", f[0])
		}
		v.Line = no
		return nil
	}
	if len(f) > 0 {
		return fmt.Errorf("%q after a value", strings.Join(f, " "))
	}
	return nil
}

func valueID(s string) (ID, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "%"))
	if err != nil || !strings.HasPrefix(s, "%") {
		return 0, fmt.Errorf("%q is no value; one looks like %%7", s)
	}
	return ID(n), nil
}
