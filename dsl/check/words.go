package check

import (
	"maps"
	"slices"
	"strings"
)

// otherWords are names that papers and programs use for what has another name
// here, with the hint that tells it.
var otherWords = map[string]string{
	"grad": "the gradient is `g`", "gradient": "the gradient is `g`", "grads": "the gradient is `g`",
	"param": "the parameter is `theta`", "params": "the parameter is `theta`", "w": "the parameter is `theta`",
	"weight": "the parameter is `theta`", "weights": "the parameter is `theta`", "p": "the parameter is `theta`",
	"step": "the number of the step is `t`, from 1", "iteration": "the number of the step is `t`, from 1",
	"pi": "write the number: 3.141592653589793", "e": "write `exp(1)`",
	"true":  "there are no truth values; an option with the choices `on` and `off` is one",
	"false": "there are no truth values; an option with the choices `on` and `off` is one",
}

// otherFunctions are functions of other languages.
var otherFunctions = map[string]string{
	"ln": "the natural logarithm is `log(x)`", "power": "write `x^y` or `pow(x, y)`",
	"square": "write `x^2`", "rsqrt": "write `1/sqrt(x)`", "fabs": "write `abs(x)`", "sgn": "write `sign(x)`",
	"clip": "write `clamp(x, lo, hi)`", "maximum": "write `max(x, y)`", "minimum": "write `min(x, y)`",
	"average": "write `mean(x)`", "where": "write `if CONDITION then x else y`",
	"log2": "write `log(x)/log(2)`", "log10": "write `log(x)/log(10)`", "exp2": "write `2^x`",
	"expm1": "write `exp(x) - 1`", "log1p": "write `log(1 + x)`",
	"rand": "write `uniform()`", "random": "write `uniform()`", "randn": "write `normal()`", "gauss": "write `normal()`",
	"gaussian": "write `normal()`", "noise": "write `normal()`",
	"length": "`norm(x)` is the root of the sum of the squares", "l2norm": "write `norm(x)`",
}

// valueNames are the states and named values, the states first.
func (c *checker) valueNames() []string {
	var names []string
	for _, s := range c.info.States {
		names = append(names, s.Name)
	}
	for _, key := range slices.Sorted(maps.Keys(c.given)) {
		if !strings.Contains(key, "[") {
			names = append(names, key)
		}
	}
	return names
}
