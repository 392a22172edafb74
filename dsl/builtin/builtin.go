// Package builtin is the table of what the language has by itself: its values
// and its functions, with what LANGUAGE.md, section 7, says of each. The checker
// and the documentation read it.
package builtin

import "slices"

// Values are the names that every rule knows: the parameter, its gradient and
// the number of the step.
var Values = []string{"theta", "g", "t"}

// Func is a function of the language.
type Func struct {
	Name   string
	Params []string // names of the parameters, in order
	// Close tells the exactness class close. The class of pow is that of its
	// exponent: exact where it is whole by its form, else close.
	Close bool
	// Reduction tells a function that makes a scalar of a tensor.
	Reduction bool
	// Random tells a function that draws a tensor of random numbers.
	Random bool
	Doc    string // what it gives, without a full stop
}

// Funcs are all functions, in the order of the reference.
var Funcs = []Func{
	{Name: "sqrt", Params: []string{"x"}, Doc: "the square root, rounded once"},
	{Name: "abs", Params: []string{"x"}, Doc: "x without its sign bit"},
	{Name: "sign", Params: []string{"x"}, Doc: "1 where x > 0, -1 where x < 0, else x itself"},
	{Name: "min", Params: []string{"x", "y"}, Doc: "x where x < y or x is NaN, else y"},
	{Name: "max", Params: []string{"x", "y"}, Doc: "x where x > y or x is NaN, else y"},
	{Name: "clamp", Params: []string{"x", "lo", "hi"}, Doc: "min(max(x, lo), hi)"},
	{Name: "pow", Params: []string{"x", "y"}, Doc: "x^y: a chain of products where y is whole by its form, else the power"},
	{Name: "exp", Params: []string{"x"}, Close: true, Doc: "e to the power of x"},
	{Name: "log", Params: []string{"x"}, Close: true, Doc: "the natural logarithm"},
	{Name: "sum", Params: []string{"x"}, Reduction: true, Doc: "the sum of the elements"},
	{Name: "mean", Params: []string{"x"}, Reduction: true, Doc: "the sum of the elements divided by their number"},
	{Name: "norm", Params: []string{"x"}, Reduction: true, Doc: "the square root of the sum of the squares"},
	{Name: "maxabs", Params: []string{"x"}, Reduction: true, Doc: "the greatest absolute value"},
	{Name: "uniform", Random: true, Doc: "a tensor of random numbers, uniform between 0 and 1"},
	{Name: "normal", Random: true, Doc: "a tensor of random numbers of the standard normal distribution"},
}

// Find is the function of a name.
func Find(name string) (Func, bool) {
	i := slices.IndexFunc(Funcs, func(f Func) bool { return f.Name == name })
	if i < 0 {
		return Func{}, false
	}
	return Funcs[i], true
}

// IsValue tells a name that every rule knows.
func IsValue(name string) bool { return slices.Contains(Values, name) }

// Names are the names of all functions.
func Names() []string {
	names := make([]string, len(Funcs))
	for i, f := range Funcs {
		names[i] = f.Name
	}
	return names
}
