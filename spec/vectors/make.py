"""Makes the runs of independent implementations in this folder, in float64.

    python3 -m venv venv
    venv/bin/pip install torch==2.15.0 pytorch_optimizer==4.1.0 jax==0.10.2 optax==0.2.8
    venv/bin/python make.py

Each case names the library's call, and the rule and settings of ours that mean
the same. A file NAME-LIBRARY-CASE.json has the run and where it comes from;
vectors.json has the settings of all files. The tests need the files alone.
"""

import importlib.metadata
import json
import pathlib
import random

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
import pytorch_optimizer as po
import torch

torch.set_default_dtype(torch.float64)

HERE = pathlib.Path(__file__).parent
STEPS = 12


def numbers(width):
    """The starting point and gradients of several sizes, of four digits each."""
    rng = random.Random(f"optc {width}")
    theta = [round(rng.gauss(0, 1), 4) for _ in range(width)]
    sizes = [10.0 ** (i % 4 - 2) for i in range(width)]
    gradients = [[float(f"{s * rng.gauss(0, 1):.4g}") for s in sizes] for _ in range(STEPS)]
    return theta, gradients


def run_torch(make, theta, gradients, skip):
    """A parameter of a column; a second one gets a gradient in every step."""
    p = torch.nn.Parameter(torch.tensor(theta).reshape(-1, 1))
    other = torch.nn.Parameter(torch.ones(1, 1))
    optimizer = make([p, other] if skip else [p])
    out = []
    for step, row in enumerate(gradients, 1):
        p.grad = None if step in skip else torch.tensor(row).reshape(-1, 1)
        other.grad = torch.ones(1, 1) if skip else None
        optimizer.step()
        out.append(p.detach().reshape(-1).tolist())
    return out


def run_optax(make, theta, gradients, skip):
    optimizer = make()
    params = jnp.array(theta, dtype=jnp.float64)
    state = optimizer.init(params)
    out = []
    for row in gradients:
        updates, state = optimizer.update(jnp.array(row, dtype=jnp.float64), state, params)
        params = optax.apply_updates(params, updates)
        assert params.dtype == jnp.float64
        out.append([float(x) for x in params])
    return out


LIBRARIES = {
    "torch": ("torch", run_torch, "lambda ps: torch.optim.%s", {"torch": torch}),
    "optax": ("optax", run_optax, "lambda: optax.%s", {"optax": optax}),
    "po": ("pytorch_optimizer", run_torch, "lambda ps: po.%s", {"po": po}),
}
NAMES = {"torch": "torch.optim.%s", "optax": "optax.%s", "po": "pytorch_optimizer.%s"}

SETTINGS = []


def case(library, name, call, rule, set=None, choose=None, width=4, skip=(), grow=False, wrong=None, wrong_from=None, tolerance=None, why=None):
    """Runs the library's call and writes the file and its line of settings."""
    package, run, form, scope = LIBRARIES[library]
    theta, gradients = numbers(width)
    if grow:
        gradients = [[float(f"{g * 2**s:.4g}") for g in gradients[0]] for s in range(STEPS)]
    result = run(eval(form % call, dict(scope)), theta, gradients, skip)
    file = f"{rule}-{library}-{name}.json"
    text = {
        "library": package,
        "version": importlib.metadata.version(package).split("+")[0],
        "call": NAMES[library] % call.replace("(ps, ", "(params, ").replace("(ps)", "(params)"),
        "arithmetic": "float64",
    }
    if wrong:
        text["wrong"] = wrong
    text |= {
        "theta0": theta,
        "gradients": [None if s in skip else row for s, row in enumerate(gradients, 1)],
        "theta": result,
    }
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in text.items())
    (HERE / file).write_text("{\n" + lines.replace("], [", "],\n  [") + "\n}\n")
    row = {"file": file, "rule": rule, "set": set or {}, "choose": choose or {}}
    if wrong:
        row["wrongFrom"] = wrong_from
    if tolerance:
        row |= {"tolerance": tolerance, "why": why}
    SETTINGS.append(row)


def torch_cases():
    L2 = {"lr": 0.05, "lambda": 0.1}
    case("torch", "plain", "SGD(ps, lr=0.05)", "sgd", {"lr": 0.05})
    case("torch", "decay", "SGD(ps, lr=0.05, weight_decay=0.1)", "sgd", L2, {"decay": "l2"})
    case("torch", "momentum", "SGD(ps, lr=0.05, momentum=0.8, weight_decay=0.1)", "hb", L2 | {"beta1": 0.8, "beta3": 1}, {"decay": "l2"})
    case("torch", "dampening", "SGD(ps, lr=0.05, momentum=0.8, dampening=0.2)", "hb", {"lr": 0.05, "beta1": 0.8, "beta3": 0.8},
         wrong="the first step takes the whole gradient into the momentum, without its dampening: Algorithm 1 multiplies every gradient by beta3", wrong_from=1)
    case("torch", "decay", "SGD(ps, lr=0.05, momentum=0.8, weight_decay=0.1, nesterov=True)", "nesterov", L2 | {"beta1": 0.8}, {"follow": "torch"})
    case("torch", "default", "Adam(ps)", "adam")
    case("torch", "decay", "Adam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)", "adam", L2 | {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3})
    case("torch", "skip", "Adam(ps, lr=0.05)", "adam", {"lr": 0.05}, skip=(3, 4, 7))
    case("torch", "decay", "Adam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, amsgrad=True)", "amsgrad", L2 | {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3}, {"follow": "torch"})
    case("torch", "decay", "AdamW(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1)", "adamw", L2 | {"beta1": 0.8, "beta2": 0.95}, {"follow": "torch"})
    case("torch", "decay", "RAdam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)", "radam", L2 | {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3}, {"follow": "torch"})
    case("torch", "default", "Adagrad(ps)", "adagrad", {"lr": 0.01}, {"follow": "torch"})
    case("torch", "all", "Adagrad(ps, lr=0.05, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-3)", "adagrad", L2 | {"lr_decay": 0.1, "v0": 0.2, "eps": 1e-3}, {"follow": "torch"})
    case("torch", "paper", "Adagrad(ps, lr=0.05, eps=1e-3)", "adagrad", {"lr": 0.05, "eps": 1e-3}, {"follow": "paper"})
    case("torch", "default", "Adadelta(ps, rho=0.95, eps=1e-6)", "adadelta")
    case("torch", "decay", "Adadelta(ps, lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.1)", "adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-3, "lambda": 0.1})
    case("torch", "plain", "RMSprop(ps, lr=0.05, alpha=0.8, eps=1e-3, weight_decay=0.1)", "rmsprop", L2 | {"rho": 0.8, "eps": 1e-3}, {"follow": "torch"})
    case("torch", "centered", "RMSprop(ps, lr=0.05, alpha=0.8, eps=1e-3, momentum=0.7, centered=True)", "rmsprop", {"lr": 0.05, "rho": 0.8, "eps": 1e-3, "beta1": 0.7}, {"follow": "torch", "centered": "on"})
    case("torch", "decay", "Adamax(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)", "adamax", L2 | {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3})
    case("torch", "default", "NAdam(ps)", "nadam", {}, {"follow": "torch"})
    case("torch", "decay", "NAdam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1, momentum_decay=0.3)", "nadam", L2 | {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3, "psi": 0.3}, {"follow": "torch"})
    case("torch", "paper", "NAdam(ps, lr=0.05)", "nadam", {"lr": 0.05}, {"follow": "paper"},
         wrong="the first moment is averaged by beta1 in the place of the growing momentum, and the second is not multiplied by beta2 once more as in Dozat's Algorithm 2; follow = torch is this form", wrong_from=1)


def optax_cases():
    b = {"lr": 0.05, "beta1": 0.8, "beta2": 0.95}
    c = b | {"eps": 1e-3}
    case("optax", "plain", "sgd(0.05)", "sgd", {"lr": 0.05})
    case("optax", "momentum", "sgd(0.05, momentum=0.8)", "hb", {"lr": 0.05, "beta1": 0.8, "beta3": 1})
    case("optax", "plain", "sgd(0.05, momentum=0.8, nesterov=True)", "nesterov", {"lr": 0.05, "beta1": 0.8}, {"follow": "torch"})
    case("optax", "paper", "sgd(0.05, momentum=0.8, nesterov=True)", "nesterov", {"lr": 0.05, "beta1": 0.8}, {"follow": "paper"})
    case("optax", "plain", "adam(0.05, b1=0.8, b2=0.95, eps=1e-3)", "adam", c)
    case("optax", "plain", "amsgrad(0.05, b1=0.8, b2=0.95, eps=1e-3)", "amsgrad", c, {"follow": "optax"})
    case("optax", "decay", "adamw(0.05, b1=0.8, b2=0.95, eps=1e-3, weight_decay=0.1)", "adamw", c | {"lambda": 0.1}, {"follow": "torch"})
    case("optax", "default", "yogi(0.01)", "yogi", {"lr": 0.01}, {"follow": "optax"})
    case("optax", "plain", "yogi(0.05, b1=0.8, b2=0.95, eps=1e-2)", "yogi", b | {"eps": 1e-2}, {"follow": "optax"})
    case("optax", "four", "radam(0.05, b1=0.8, b2=0.95, eps=1e-3, threshold=4.0)", "radam", c, {"follow": "paper"})
    case("optax", "default", "adagrad(0.05)", "adagrad", {"lr": 0.05, "eps": 1e-7, "v0": 0.1}, {"follow": "optax"})
    case("optax", "plain", "adadelta(1.0, rho=0.8, eps=1e-3)", "adadelta", {"rho": 0.8, "eps": 1e-3})
    case("optax", "plain", "rmsprop(0.05, decay=0.8, eps=1e-3)", "rmsprop", {"lr": 0.05, "rho": 0.8, "eps": 1e-3}, {"follow": "paper"})
    case("optax", "centered", "rmsprop(0.05, decay=0.8, eps=1e-3, centered=True, momentum=0.7)", "rmsprop", {"lr": 0.05, "rho": 0.8, "eps": 1e-3, "beta1": 0.7}, {"follow": "paper", "centered": "on"})
    case("optax", "plain", "adamax(0.05, b1=0.8, b2=0.95, eps=1e-3)", "adamax", c)
    case("optax", "constant", "nadam(0.05, b1=0.8, b2=0.95, eps=1e-3)", "nadam", c, {"follow": "torch", "warmup": "off"})
    case("optax", "decay", "lion(0.05, b1=0.8, b2=0.95, weight_decay=0.1)", "lion", b | {"lambda": 0.1})
    case("optax", "plain", "adabelief(0.05, b1=0.8, b2=0.95, eps=1e-3, eps_root=1e-3)", "adabelief", c)
    case("optax", "default", "lars(0.1, weight_decay=0.01, eps=1e-3)", "lars", {"lambda": 0.01, "eps": 1e-3}, {"follow": "optax"}, width=8)
    case("optax", "decay", "lamb(0.05, b1=0.8, b2=0.95, eps=1e-3, weight_decay=0.1)", "lamb", c | {"lambda": 0.1}, {"follow": "code"}, width=8)
    case("optax", "paper", "lamb(0.05, b1=0.8, b2=0.95, eps=1e-3, weight_decay=0.1)", "lamb", c | {"lambda": 0.1}, {"follow": "paper"}, width=8)
    case("optax", "half", "adan(0.05, b1=0.8, b2=0.5, b3=0.95, eps=1e-3, eps_root=0.0)", "adan", {"lr": 0.05, "beta1": 0.8, "beta2": 0.5, "beta3": 0.95, "eps": 1e-3}, {"follow": "code"})
    case("optax", "default", "adan(0.05, eps_root=0.0)", "adan", {"lr": 0.05}, {"follow": "code"},
         wrong="b2 is a decay in the average of the change but the change is multiplied by 1 - b2, which is b2 in this convention; the two agree at b2 = 0.5 alone", wrong_from=2)
    case("optax", "decay", "contrib.ademamix(0.05, b1=0.8, b2=0.95, b3=0.99, alpha=3.0, eps=1e-3, weight_decay=0.1)", "ademamix", c | {"beta3": 0.99, "alpha": 3, "lambda": 0.1})
    case("optax", "decay", "contrib.schedule_free_adamw(0.05, b1=0.8, b2=0.95, eps=1e-3, weight_decay=0.1)", "schedulefree", c | {"lambda": 0.1}, {"follow": "code"})
    case("optax", "paper", "contrib.schedule_free_adamw(0.05, b1=0.8, b2=0.95, eps=1e-3)", "schedulefree", c, {"follow": "paper"})


def po_cases():
    b = {"lr": 0.05, "beta1": 0.8, "beta2": 0.95}
    c = b | {"eps": 1e-3}
    d = c | {"lambda": 0.1}
    tiny = {"tolerance": 1e-8, "why": "the library adds 1e-15 to the second moment, under the root"}
    group = "steps are counted per group of parameters, so that a parameter without a gradient in a step loses the turn of its momenta; Algorithms 2 and 3 count the steps that it makes"
    case("po", "default", "PNM(ps, lr=0.05)", "pnm", {"lr": 0.05})
    case("po", "decay", "PNM(ps, lr=0.05, betas=(0.8, 0.5), weight_decay=0.1)", "pnm", {"lr": 0.05, "beta1": 0.8, "beta0": 0.5, "lambda": 0.1})
    case("po", "l2", "PNM(ps, lr=0.05, betas=(0.8, 0.5), weight_decay=0.1, weight_decouple=False)", "pnm", {"lr": 0.05, "beta1": 0.8, "beta0": 0.5, "lambda": 0.1}, {"decay": "l2"})
    case("po", "skip", "PNM(ps, lr=0.05)", "pnm", {"lr": 0.05}, skip=(4,), wrong=group, wrong_from=5)
    case("po", "eps", "AdaPNM(ps, lr=0.05, eps=1e-6)", "adapnm", {"lr": 0.05, "eps": 1e-6},
         wrong="eps is added to the root of the second moment before the division by the root of 1 - beta2^t: 31.6 times eps in the first step at the defaults; Algorithm 3 adds it to the root of the corrected moment", wrong_from=1, **tiny)
    case("po", "noeps", "AdaPNM(ps, lr=0.05, betas=(0.8, 0.95, 0.5), weight_decay=0.1, eps=0.0)", "adapnm", b | {"beta0": 0.5, "lambda": 0.1, "eps": 0}, **tiny)
    case("po", "noams", "AdaPNM(ps, lr=0.05, betas=(0.8, 0.95, 0.5), ams_bound=False, eps=0.0)", "adapnm", b | {"beta0": 0.5, "eps": 0}, {"amsgrad": "off"}, **tiny)
    case("po", "skip", "AdaPNM(ps, lr=0.05, eps=0.0)", "adapnm", {"lr": 0.05, "eps": 0}, skip=(4,), wrong=group, wrong_from=5, **tiny)
    case("po", "l2", "AdaBound(ps, lr=0.05, betas=(0.8, 0.95), gamma=0.1, weight_decay=0.1, weight_decouple=False, eps=1e-3)", "adabound", d | {"base_lr": 0.05, "gamma": 0.1}, {"follow": "code"}, **tiny)
    case("po", "ams", "AdaBound(ps, lr=0.05, betas=(0.8, 0.95), gamma=0.1, ams_bound=True, eps=1e-3)", "adabound", c | {"base_lr": 0.05, "gamma": 0.1}, {"follow": "code", "amsbound": "on"}, **tiny)
    case("po", "default", "PAdam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, partial=0.25)", "padam", c | {"p": 0.25}, {"follow": "code"},
         wrong="the maximum of the second moment is left out, without which the rule is no AMSGrad: Algorithm 1 divides by the power of the maximum", wrong_from=4)
    case("po", "grow", "PAdam(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-3, partial=0.25)", "padam", c | {"p": 0.25}, {"follow": "code"}, grow=True)
    case("po", "l2", "Yogi(ps, lr=0.05, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.1, weight_decouple=False)", "yogi", b | {"eps": 1e-2, "lambda": 0.1}, {"follow": "optax"})
    case("po", "decay", "RAdam(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1, eps=1e-3, degenerated_to_sgd=True)", "radam", d, {"follow": "code", "degenerate": "on"})
    case("po", "decay", "AdaBelief(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1, eps=1e-3)", "adabelief", d)
    case("po", "l2", "AdaBelief(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1, weight_decouple=False, eps=1e-3)", "adabelief", d, {"decay": "l2"})
    case("po", "decay", "Lion(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1)", "lion", b | {"lambda": 0.1})
    case("po", "decay", "LARS(ps, lr=0.1, weight_decay=0.01)", "lars", {"lambda": 0.01}, {"follow": "paper"}, width=8)
    case("po", "default", "Lamb(ps, lr=0.05)", "lamb", {"lr": 0.05, "lambda": 0}, {"follow": "code", "phi": "clamp"}, width=8,
         wrong="neither moment is corrected, and eps is added to the norm of the step; Algorithm 2 corrects both", wrong_from=1)
    case("po", "proximal", "Adan(ps, lr=0.05, betas=(0.8, 0.7, 0.95), weight_decay=0.1, eps=1e-3)", "adan", {"lr": 0.05, "beta1": 0.8, "beta2": 0.7, "beta3": 0.95, "eps": 1e-3, "lambda": 0.1}, {"follow": "code"})
    case("po", "decoupled", "Adan(ps, lr=0.05, betas=(0.8, 0.7, 0.95), weight_decay=0.1, weight_decouple=True, eps=1e-3)", "adan", {"lr": 0.05, "beta1": 0.8, "beta2": 0.7, "beta3": 0.95, "eps": 1e-3, "lambda": 0.1}, {"follow": "code", "decay": "decoupled"})
    case("po", "decay", "AdEMAMix(ps, lr=0.05, betas=(0.8, 0.95, 0.99), alpha=3.0, weight_decay=0.1, weight_decouple=True, eps=1e-3)", "ademamix", d | {"beta3": 0.99, "alpha": 3})
    case("po", "warmup", "AdEMAMix(ps, lr=0.05, betas=(0.8, 0.95, 0.99), alpha=3.0, t_alpha_beta3=8, eps=1e-3)", "ademamix", c | {"beta3": 0.99, "alpha": 3, "T": 8}, {"warmup": "on"})
    case("po", "warmup", "ScheduleFreeAdamW(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1, r=0.5, warmup_steps=5, eps=1e-3)", "schedulefree", d | {"r": 0.5, "warmup": 5}, {"follow": "code"}, **tiny)
    case("po", "paper", "ScheduleFreeAdamW(ps, lr=0.05, betas=(0.8, 0.95), warmup_steps=5, eps=1e-3)", "schedulefree", c | {"warmup": 5}, {"follow": "paper"}, **tiny)
    case("po", "l2", "AdaMax(ps, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1, eps=1e-3)", "adamax", d)
    case("po", "constant", "ApolloDQN(ps, lr=0.05, beta=0.8, weight_decay=0.1, weight_decay_type='l2', warmup_steps=0)", "apollo", {"lr": 0.05, "beta1": 0.8, "eps": 1e-2, "lambda": 0.1}, width=8)
    case("po", "belief", "ApolloDQN(ps, lr=0.05, beta=0.8, rebound='belief', warmup_steps=0)", "apollo", {"lr": 0.05, "beta1": 0.8}, {"rebound": "belief"}, width=8)


for old in HERE.glob("*.json"):
    old.unlink()
for cases in (torch_cases, optax_cases, po_cases):
    cases()
(HERE / "vectors.json").write_text("[\n" + ",\n".join("  " + json.dumps(s) for s in SETTINGS) + "\n]\n")
