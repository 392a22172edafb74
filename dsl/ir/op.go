package ir

// Op is what a value does.
type Op uint8

// Operations. Arithmetic on scalars is in binary64, on tensors in the dtype;
// LANGUAGE.md, section 7, defines each function.
const (
	Const   Op = iota // a decimal
	Hyper             // a hyperparameter
	Step              // t
	ThetaIn           // the parameter before the step
	Grad              // its gradient
	Load              // a state, Lag steps back
	Uniform           // a random number for each element, from 0 to 1
	Normal            // the same, of the standard normal distribution

	Add
	Sub
	Mul
	Div
	Neg
	Sqrt
	Abs
	Sign
	Min
	Max
	PowInt // Args[0] to the whole scalar Args[1], by the chain
	Pow    // any other power
	Exp
	Log

	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	And
	Or
	Not

	Select // Args[0] ? Args[1] : Args[2]
	Round  // a scalar, rounded to the dtype, as a tensor

	Sum // reductions of a tensor to a scalar
	Mean
	Norm
	MaxAbs

	ops // the number of operations
)

// shape says what an operation takes.
type shape uint8

const (
	leaf       shape = iota // no arguments
	arithmetic              // numbers of the result's type
	comparison              // two numbers of one type
	logic                   // conditions; an element result takes both kinds
	selection               // a condition and two numbers of the result's type
	rounding                // a scalar
	reduction               // a tensor
)

// entry is what the table knows of an operation.
type entry struct {
	name  string
	arity int
	shape shape
}

var table = [ops]entry{
	Const: {"const", 0, leaf}, Hyper: {"hyper", 0, leaf}, Step: {"step", 0, leaf},
	ThetaIn: {"theta", 0, leaf}, Grad: {"grad", 0, leaf}, Load: {"load", 0, leaf},
	Uniform: {"uniform", 0, leaf}, Normal: {"normal", 0, leaf},
	Add: {"add", 2, arithmetic}, Sub: {"sub", 2, arithmetic}, Mul: {"mul", 2, arithmetic},
	Div: {"div", 2, arithmetic}, Neg: {"neg", 1, arithmetic}, Sqrt: {"sqrt", 1, arithmetic},
	Abs: {"abs", 1, arithmetic}, Sign: {"sign", 1, arithmetic}, Min: {"min", 2, arithmetic},
	Max: {"max", 2, arithmetic}, PowInt: {"powint", 2, arithmetic}, Pow: {"pow", 2, arithmetic},
	Exp: {"exp", 1, arithmetic}, Log: {"log", 1, arithmetic},
	Eq: {"eq", 2, comparison}, Ne: {"ne", 2, comparison}, Lt: {"lt", 2, comparison},
	Le: {"le", 2, comparison}, Gt: {"gt", 2, comparison}, Ge: {"ge", 2, comparison},
	And: {"and", 2, logic}, Or: {"or", 2, logic}, Not: {"not", 1, logic},
	Select: {"select", 3, selection}, Round: {"round", 1, rounding},
	Sum: {"sum", 1, reduction}, Mean: {"mean", 1, reduction},
	Norm: {"norm", 1, reduction}, MaxAbs: {"maxabs", 1, reduction},
}

func (o Op) String() string {
	if o < ops {
		return table[o].name
	}
	return "invalid"
}

// Reduction reports whether o makes a scalar of a tensor.
func (o Op) Reduction() bool { return table[o].shape == reduction }

// Random reports whether o draws random numbers.
func (o Op) Random() bool { return o == Uniform || o == Normal }

// Close reports whether o has the exactness class close.
func (o Op) Close() bool { return o == Pow || o == Exp || o == Log }

var typeNames = [...]string{Scalar: "scalar", Tensor: "tensor", ScalarCond: "scalar-cond", TensorCond: "tensor-cond"}

func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "invalid"
}

// Cond reports whether t is a condition.
func (t Type) Cond() bool { return t == ScalarCond || t == TensorCond }
