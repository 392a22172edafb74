package spec_test

import "math"

// settings are what a formula is written for: the hyperparameters by name, the
// choice of each option, and the branches that the run came through.
type settings struct {
	h    map[string]float64
	pick map[string]string
	saw  map[string]bool
}

// formula is a rule for one element of a parameter: it starts the element's
// moments and gives the step from θ and the gradient at t = 1, 2, ... to θ.
type formula func(s settings) func(t, theta, g float64) float64

// greater is the maximum of two second moments, and notes which it was.
func (s settings) greater(vmax, v float64) float64 {
	if v >= vmax {
		s.saw["v is the greatest"] = true
	} else {
		s.saw["v is below"] = true
	}
	return math.Max(vmax, v)
}

func sgd(s settings) func(t, theta, g float64) float64 {
	lr, lambda := s.h["lr"], s.h["lambda"]
	return func(t, theta, g float64) float64 {
		if s.pick["decay"] == "decoupled" {
			return theta - lr*lambda*theta - lr*g
		}
		return theta - lr*(g+lambda*theta)
	}
}

// heavyBall is Algorithm 1 of Xie et al.
func heavyBall(s settings) func(t, theta, g float64) float64 {
	lr, lambda, m := s.h["lr"], s.h["lambda"], 0.0
	return func(t, theta, g float64) float64 {
		if s.pick["decay"] == "decoupled" {
			theta *= 1 - lr*lambda
		} else {
			g += lambda * theta
		}
		m = s.h["beta1"]*m + s.h["beta3"]*g
		return theta - lr*m
	}
}

// adam is Algorithm 1 of Kingma and Ba.
func adam(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v := s.h["beta1"], s.h["beta2"], 0.0, 0.0
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		mhat := m / (1 - math.Pow(b1, t))
		vhat := v / (1 - math.Pow(b2, t))
		return theta - s.h["lr"]*mhat/(math.Sqrt(vhat)+s.h["eps"])
	}
}

// amsgrad is Algorithm 2 of Reddi et al., or a framework's.
func amsgrad(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v, vmax := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 0.0
	lr, eps := s.h["lr"], s.h["eps"]
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		c1, c2 := 1-math.Pow(b1, t), 1-math.Pow(b2, t)
		switch s.pick["follow"] {
		case "torch":
			vmax = s.greater(vmax, v)
			return theta - lr/c1*m/(math.Sqrt(vmax)/math.Sqrt(c2)+eps)
		case "optax":
			vmax = s.greater(vmax, v/c2)
			return theta - lr*(m/c1)/(math.Sqrt(vmax)+eps)
		}
		vmax = s.greater(vmax, v)
		return theta - lr*m/(math.Sqrt(vmax)+eps)
	}
}

// adamw is Algorithm 2 of Loshchilov and Hutter, or torch.optim.AdamW.
func adamw(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v := s.h["beta1"], s.h["beta2"], 0.0, 0.0
	lambda, eta := s.h["lambda"], s.h["schedule"]
	return func(t, theta, g float64) float64 {
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		mhat, vhat := m/(1-math.Pow(b1, t)), v/(1-math.Pow(b2, t))
		if s.pick["follow"] == "torch" {
			lr := eta * s.h["lr"]
			theta *= 1 - lr*lambda
			return theta - lr*mhat/(math.Sqrt(vhat)+s.h["eps"])
		}
		return theta - eta*(s.h["lr"]*mhat/(math.Sqrt(vhat)+s.h["eps"])+lambda*theta)
	}
}

// adabound is Algorithms 2 and 3 of Luo et al., or their implementation.
func adabound(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v, vmax := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 0.0
	lr, final, gamma := s.h["lr"], s.h["final_lr"], s.h["gamma"]
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		vmax = s.greater(vmax, v)
		root := math.Sqrt(v)
		if s.pick["amsbound"] == "on" {
			root = math.Sqrt(vmax)
		}
		low, high := 1-1/(gamma*t+1), 1+1/(gamma*t)
		if s.pick["follow"] == "code" {
			f := final * lr / s.h["base_lr"]
			size := lr * math.Sqrt(1-math.Pow(b2, t)) / (1 - math.Pow(b1, t))
			return theta - s.clip(size/(root+s.h["eps"]), f*low, f*high)*m
		}
		return theta - s.clip(lr/root, final*low, final*high)/math.Sqrt(t)*m
	}
}

// clip is x between the bounds, and notes where it was.
func (s settings) clip(x, low, high float64) float64 {
	switch {
	case x < low:
		s.saw["lower"] = true
		return low
	case x > high:
		s.saw["upper"] = true
		return high
	}
	s.saw["between"] = true
	return x
}

// padam is Algorithm 1 of Chen et al., or their implementation.
func padam(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v, vmax := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 0.0
	lr, p, eps := s.h["lr"], s.h["p"], s.h["eps"]
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		vmax = s.greater(vmax, v)
		if s.pick["follow"] == "code" {
			size := lr * math.Sqrt(1-math.Pow(b2, t)) / (1 - math.Pow(b1, t))
			return theta - size*m/math.Pow(math.Sqrt(vmax)+eps, 2*p)
		}
		return theta - lr*m/(math.Pow(vmax, p)+eps)
	}
}

// yogi is Algorithm 2 of Zaheer et al., or a framework's.
func yogi(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v := s.h["beta1"], s.h["beta2"], 0.0, s.h["v0"]
	lr, eps := s.h["lr"], s.h["eps"]
	if s.pick["follow"] == "optax" {
		m = s.h["v0"]
	}
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		if t == 1 && s.pick["follow"] == "paper" {
			v = math.Pow(g, 2)
		}
		m = b1*m + (1-b1)*g
		if square := math.Pow(g, 2); v < square {
			v, s.saw["v grows"] = v+(1-b2)*square, true
		} else if v > square {
			v, s.saw["v shrinks"] = v-(1-b2)*square, true
		}
		c1, c2 := 1-math.Pow(b1, t), 1-math.Pow(b2, t)
		switch s.pick["follow"] {
		case "code":
			return theta - lr*math.Sqrt(c2)/c1*m/(math.Sqrt(v)+eps)
		case "optax":
			return theta - lr*(m/c1)/(math.Sqrt(v/c2)+eps)
		}
		return theta - lr*m/(math.Sqrt(v)+eps)
	}
}

// radam is Algorithm 2 of Liu et al., their implementation, or torch.optim.RAdam.
func radam(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, v := s.h["beta1"], s.h["beta2"], 0.0, 0.0
	lr, lambda, eps := s.h["lr"], s.h["lambda"], s.h["eps"]
	return func(t, theta, g float64) float64 {
		before := theta
		if s.pick["follow"] == "torch" {
			g += lambda * theta
		} else {
			theta -= lr * lambda * theta
		}
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		mhat, c2 := m/(1-math.Pow(b1, t)), 1-math.Pow(b2, t)
		r, ok := s.rectification(t)
		switch {
		case ok && s.pick["follow"] == "paper":
			return theta - lr*r*mhat/(math.Sqrt(v/c2)+eps)
		case ok:
			return theta - lr*r*mhat*math.Sqrt(c2)/(math.Sqrt(v)+eps)
		case s.pick["follow"] == "code" && s.pick["degenerate"] == "off":
			return before
		}
		return theta - lr*mhat
	}
}

// rectification is r of step t, and whether the variance is bounded there.
func (s settings) rectification(t float64) (r float64, ok bool) {
	power := math.Pow(s.h["beta2"], t)
	long := 2/(1-s.h["beta2"]) - 1
	rho := long - 2*t*power/(1-power)
	switch s.pick["follow"] {
	case "paper":
		ok = rho > 4
	case "code":
		ok = rho >= 5
	case "torch":
		ok = rho > 5
	}
	if !ok {
		s.saw["not rectified"] = true
		return 0, false
	}
	s.saw["rectified"] = true
	return math.Sqrt((rho - 4) / (long - 4) * (rho - 2) / (long - 2) * long / rho), true
}

// pnm is Algorithm 2 of Xie et al.
func pnm(s settings) func(t, theta, g float64) float64 {
	b0, b1, lr, lambda := s.h["beta0"], s.h["beta1"], s.h["lr"], s.h["lambda"]
	last, lastButOne := 0.0, 0.0
	return func(t, theta, g float64) float64 {
		if s.pick["decay"] == "decoupled" {
			theta *= 1 - lr*lambda
		} else {
			g += lambda * theta
		}
		m := math.Pow(b1, 2)*lastButOne + (1-math.Pow(b1, 2))*g
		both := (1+b0)*m - b0*last
		last, lastButOne = m, last
		return theta - lr*both/math.Sqrt(math.Pow(1+b0, 2)+math.Pow(b0, 2))
	}
}

// adapnm is Algorithm 3 of Xie et al.
func adapnm(s settings) func(t, theta, g float64) float64 {
	b0, b1, b2, lr, lambda := s.h["beta0"], s.h["beta1"], s.h["beta2"], s.h["lr"], s.h["lambda"]
	last, lastButOne, v, vmax := 0.0, 0.0, 0.0, 0.0
	return func(t, theta, g float64) float64 {
		if s.pick["decay"] == "decoupled" {
			theta *= 1 - lr*lambda
		} else {
			g += lambda * theta
		}
		m := math.Pow(b1, 2)*lastButOne + (1-math.Pow(b1, 2))*g
		mhat := ((1+b0)*m - b0*last) / (1 - math.Pow(b1, t))
		last, lastButOne = m, last
		v = b2*v + (1-b2)*math.Pow(g, 2)
		vmax = s.greater(vmax, v)
		vhat := v / (1 - math.Pow(b2, t))
		if s.pick["amsgrad"] == "on" {
			vhat = vmax / (1 - math.Pow(b2, t))
		}
		root := math.Sqrt(math.Pow(1+b0, 2) + math.Pow(b0, 2))
		return theta - lr/(root*(math.Sqrt(vhat)+s.h["eps"]))*mhat
	}
}
