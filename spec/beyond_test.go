package spec_test

import "math"

// The rules that the language was not made for, as their publications have
// them, for one element; wholes_test.go has those with reductions.
func init() {
	nesterovs := hypers{"lr": 0.03, "beta1": 0.83, "lambda": 0.05}
	for name, p := range map[string]paper{
		"nesterov":     {nesterov, nesterovs, nil},
		"adagrad":      {adagrad, hypers{"lr": 0.07, "eps": 1e-3, "v0": 0.2, "lr_decay": 0.03, "lambda": 0.05}, nil},
		"adadelta":     {adadelta, hypers{"lr": 0.7, "rho": 0.83, "eps": 1e-3, "lambda": 0.05}, nil},
		"rmsprop":      {rmsprop, hypers{"lr": 0.013, "rho": 0.83, "beta1": 0.7, "eps": 1e-3, "lambda": 0.05}, nil},
		"adamax":       {adamax, moments(nil), []string{"gradient", "decayed"}},
		"nadam":        {nadam, moments(hypers{"psi": 0.3}), nil},
		"lion":         {lion, hypers{"lr": 0.013, "beta1": 0.83, "beta2": 0.94, "lambda": 0.05}, []string{"up", "down"}},
		"adabelief":    {adabelief, moments(nil), nil},
		"adan":         {adan, moments(hypers{"beta3": 0.77}), nil},
		"ademamix":     {ademamix, moments(hypers{"beta3": 0.987, "alpha": 3, "T": 11}), nil},
		"schedulefree": {scheduleFree, moments(hypers{"warmup": 6.5, "r": 0.7}), nil},
		"lars":         {nil, hypers{"lr": 0.7, "trust": 0.03, "beta1": 0.83, "lambda": 0.05, "eps": 1e-3}, nil},
		"lamb":         {nil, moments(hypers{"low": 3.28, "high": 3.35}), clips[:3]},
		"apollo":       {nil, hypers{"lr": 0.013, "beta1": 0.83, "eps": 1e-3, "sigma": 0.4, "lambda": 0.05}, []string{"lower", "between"}},
	} {
		papers[name] = p
	}
}

// nesterov is equations 3 and 4 of Sutskever et al. at the point to which the
// velocity leads, or torch.optim.SGD.
func nesterov(s settings) func(t, theta, g float64) float64 {
	lr, mu, v := s.h["lr"], s.h["beta1"], 0.0
	return func(t, ahead, g float64) float64 {
		g += s.h["lambda"] * ahead
		if s.pick["follow"] == "torch" {
			v = mu*v + g
			return ahead - lr*(g+mu*v)
		}
		theta := ahead - mu*v
		v = mu*v - lr*g
		theta += v
		return theta + mu*v
	}
}

// adagrad is the diagonal case of Figure 1 of Duchi et al., or a framework's.
func adagrad(s settings) func(t, theta, g float64) float64 {
	lr, eps, sum := s.h["lr"], s.h["eps"], s.h["v0"]
	if s.pick["follow"] == "paper" {
		sum = 0
	}
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		sum += math.Pow(g, 2)
		switch s.pick["follow"] {
		case "torch":
			return theta - lr/(1+(t-1)*s.h["lr_decay"])*g/(math.Sqrt(sum)+eps)
		case "optax":
			return theta - lr*g/math.Sqrt(sum+eps)
		}
		return theta - lr*g/(eps+math.Sqrt(sum))
	}
}

// adadelta is Algorithm 1 of Zeiler, the step times a rate.
func adadelta(s settings) func(t, theta, g float64) float64 {
	rho, eps, squares, steps := s.h["rho"], s.h["eps"], 0.0, 0.0
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		squares = rho*squares + (1-rho)*math.Pow(g, 2)
		step := -math.Sqrt(steps+eps) / math.Sqrt(squares+eps) * g
		steps = rho*steps + (1-rho)*math.Pow(step, 2)
		return theta + s.h["lr"]*step
	}
}

// rmsprop is equations 38 to 41 of Graves, or torch.optim.RMSprop.
func rmsprop(s settings) func(t, theta, g float64) float64 {
	lr, rho, eps, n, mean, delta := s.h["lr"], s.h["rho"], s.h["eps"], 0.0, 0.0, 0.0
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		n = rho*n + (1-rho)*math.Pow(g, 2)
		variance := n
		if s.pick["centered"] == "on" {
			mean = rho*mean + (1-rho)*g
			variance -= math.Pow(mean, 2)
		}
		if s.pick["follow"] == "torch" {
			delta = s.h["beta1"]*delta + g/(math.Sqrt(variance)+eps)
			return theta - lr*delta
		}
		delta = s.h["beta1"]*delta - lr*g/math.Sqrt(variance+eps)
		return theta + delta
	}
}

// adamax is Algorithm 2 of Kingma and Ba, with eps.
func adamax(s settings) func(t, theta, g float64) float64 {
	b1, m, u := s.h["beta1"], 0.0, 0.0
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		m = b1*m + (1-b1)*g
		if size := math.Abs(g) + s.h["eps"]; size > s.h["beta2"]*u {
			u, s.saw["gradient"] = size, true
		} else {
			u, s.saw["decayed"] = s.h["beta2"]*u, true
		}
		return theta - s.h["lr"]/(1-math.Pow(b1, t))*m/u
	}
}

// nadam is Algorithm 2 of Dozat, or torch.optim.NAdam.
func nadam(s settings) func(t, theta, g float64) float64 {
	b1, b2, m, n, product := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 1.0
	mu := func(t float64) float64 {
		if s.pick["warmup"] == "off" {
			return b1
		}
		return b1 * (1 - 0.5*math.Pow(0.96, t*s.h["psi"]))
	}
	return func(t, theta, g float64) float64 {
		g += s.h["lambda"] * theta
		product *= mu(t)
		decay, more := mu(t), b2
		if s.pick["follow"] == "torch" {
			decay, more = b1, 1
		}
		m = decay*m + (1-decay)*g
		n = b2*n + (1-b2)*math.Pow(g, 2)
		mhat := mu(t+1)*m/(1-product*mu(t+1)) + (1-mu(t))*g/(1-product)
		nhat := more * n / (1 - math.Pow(b2, t))
		return theta - s.h["lr"]/(math.Sqrt(nhat)+s.h["eps"])*mhat
	}
}

// lion is Algorithm 2 of Chen et al.
func lion(s settings) func(t, theta, g float64) float64 {
	b1, b2, m := s.h["beta1"], s.h["beta2"], 0.0
	return func(t, theta, g float64) float64 {
		update := 1.0
		if b1*m+(1-b1)*g < 0 {
			update, s.saw["down"] = -1, true
		} else {
			s.saw["up"] = true
		}
		m = b2*m + (1-b2)*g
		return theta - s.h["lr"]*(update+s.h["lambda"]*theta)
	}
}

// adabelief is Algorithm 2 of Zhuang et al.
func adabelief(s settings) func(t, theta, g float64) float64 {
	b1, b2, lr, eps, m, v := s.h["beta1"], s.h["beta2"], s.h["lr"], s.h["eps"], 0.0, 0.0
	return func(t, theta, g float64) float64 {
		if s.pick["decay"] == "decoupled" {
			theta *= 1 - lr*s.h["lambda"]
		} else {
			g += s.h["lambda"] * theta
		}
		m = b1*m + (1-b1)*g
		v = b2*v + (1-b2)*math.Pow(g-m, 2) + eps
		mhat, vhat := m/(1-math.Pow(b1, t)), v/(1-math.Pow(b2, t))
		return theta - lr*mhat/(math.Sqrt(vhat)+eps)
	}
}

// adan is Algorithm 1 of Xie et al., whose betas are one minus ours and whose
// step 0 starts from the first gradient, or the authors' implementation.
func adan(s settings) func(t, theta, g float64) float64 {
	b1, b2, b3 := 1-s.h["beta1"], 1-s.h["beta2"], 1-s.h["beta3"]
	lr, eps, lambda, m, v, n, last := s.h["lr"], s.h["eps"], s.h["lambda"], 0.0, 0.0, 0.0, 0.0
	return func(t, theta, g float64) float64 {
		diff := g - last
		if t == 1 {
			diff = 0
		}
		last = g
		m, v = (1-b1)*m+b1*g, (1-b2)*v+b2*diff
		n = (1-b3)*n + b3*math.Pow(g+(1-b2)*diff, 2)
		c1, c2, c3 := 1-math.Pow(1-b1, t), 1-math.Pow(1-b2, t), 1-math.Pow(1-b3, t)
		if s.pick["follow"] == "paper" {
			if c1, c2, c3 = 1, 1, 1; t == 1 {
				m, v, n = g, 0, math.Pow(g, 2)
			}
		}
		root := math.Sqrt(n)/math.Sqrt(c3) + eps
		if s.pick["follow"] == "paper" {
			root = math.Sqrt(n + eps)
		}
		step := lr / root * (m/c1 + (1-b2)*v/c2)
		if s.pick["decay"] == "decoupled" {
			return theta*(1-lr*lambda) - step
		}
		return (theta - step) / (1 + lambda*lr)
	}
}

// ademamix is Algorithm 1 of Pagliardini et al. with its schedules.
func ademamix(s settings) func(t, theta, g float64) float64 {
	b1, b2, m1, m2, v := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 0.0
	return func(t, theta, g float64) float64 {
		alpha, b3 := s.h["alpha"], s.h["beta3"]
		if s.pick["warmup"] == "on" {
			part, start, end := t/s.h["T"], math.Log(b1), math.Log(b3)
			alpha = math.Min(part*alpha, alpha)
			b3 = math.Min(math.Exp(start*end/((1-part)*end+part*start)), b3)
		}
		m1 = b1*m1 + (1-b1)*g
		m2 = b3*m2 + (1-b3)*g
		v = b2*v + (1-b2)*math.Pow(g, 2)
		mhat, vhat := m1/(1-math.Pow(b1, t)), v/(1-math.Pow(b2, t))
		return theta - s.h["lr"]*((mhat+alpha*m2)/(math.Sqrt(vhat)+s.h["eps"])+s.h["lambda"]*theta)
	}
}

// scheduleFree is Algorithm 1 of Defazio et al. with all three sequences, or
// with the weights of their implementation.
func scheduleFree(s settings) func(t, y, g float64) float64 {
	b1, b2, v, sum, top, z, x := s.h["beta1"], s.h["beta2"], 0.0, 0.0, 0.0, math.NaN(), math.NaN()
	return func(t, y, g float64) float64 {
		if t == 1 {
			z, x = y, y
		}
		gamma := s.h["lr"] * math.Min(1, t/s.h["warmup"])
		top = math.Max(top, gamma)
		weight := math.Pow(gamma, 2)
		if s.pick["follow"] == "code" {
			weight = math.Pow(t, s.h["r"]) * math.Pow(top, 2)
		}
		v = b2*v + (1-b2)*math.Pow(g, 2)
		vhat := v / (1 - math.Pow(b2, t))
		z = z - gamma*g/(math.Sqrt(vhat)+s.h["eps"]) - gamma*s.h["lambda"]*y
		sum += weight
		x = (1-weight/sum)*x + weight/sum*z
		return (1-b1)*z + b1*x
	}
}
