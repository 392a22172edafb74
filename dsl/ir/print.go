package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// String is the program's text, one value a line. Parse reads it back.
//
//	program pnm decay=decoupled
//	hypers lr beta1
//	line 12 "m[t] = beta1*m[t-1] + g"
//	state m buffers 1 init %0
//	%0 = const 0 : scalar
//	%1 = hyper beta1 : scalar @12
//	%2 = load m 1 : tensor as mold
//	store m %7
//	store theta %9
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "program %s\n", strings.Join(append([]string{p.Rule}, p.Choices...), " "))
	fmt.Fprintf(&b, "%s\n", strings.Join(append([]string{"hypers"}, p.Hypers...), " "))
	for _, l := range p.Lines {
		fmt.Fprintf(&b, "line %d %s\n", l.No, strconv.Quote(l.Text))
	}
	for _, s := range p.States {
		fmt.Fprintf(&b, "state %s buffers %d init %%%d\n", s.Name, s.Buffers, s.Init)
	}
	for i := range p.Values {
		fmt.Fprintf(&b, "%%%d = %s\n", i, p.valueText(&p.Values[i]))
	}
	for _, s := range p.Stores {
		fmt.Fprintf(&b, "store %s %%%d\n", p.storeName(s.State), s.Value)
	}
	return b.String()
}

func (p *Program) valueText(v *Value) string {
	parts := []string{v.Op.String()}
	switch v.Op {
	case Const:
		parts = append(parts, v.Text)
	case Hyper:
		parts = append(parts, p.Hypers[v.Ref])
	case Uniform, Normal:
		parts = append(parts, strconv.Itoa(v.Ref))
	case Load:
		parts = append(parts, p.States[v.Ref].Name, strconv.Itoa(v.Lag))
	}
	for _, a := range v.Args {
		parts = append(parts, fmt.Sprintf("%%%d", a))
	}
	parts = append(parts, ":", v.Type.String())
	if v.Name != "" {
		parts = append(parts, "as", v.Name)
	}
	if v.Line != 0 {
		parts = append(parts, fmt.Sprintf("@%d", v.Line))
	}
	return strings.Join(parts, " ")
}
