// The rules written in C by hand, as a compiler's best case: bench/compare has
// gcc compile it with -O3 -march=native -ffp-contract=off -fno-math-errno, so that
// the arithmetic is optc's. Hyperparameters are volatile, since a training program
// sets them as it goes: as constants, gcc would leave out the multiplications by 1.
// Requests and answers are those of bench/optc.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_BUFFERS = 4 };

// One tensor's memory, all of n elements.
typedef struct {
	long n;
	float *theta, *g, *state[MAX_BUFFERS];
} tensor;

// pnm, with decoupled decay: lr = 0.1, beta1 = 0.9, beta0 = 1, lambda = 0.
static void pnm(const tensor *x, long t) {
	static const volatile double hyper[] = {0.1, 0.9, 1, 0};
	const double lr = hyper[0], beta1 = hyper[1], beta0 = hyper[2], lambda = hyper[3];
	float *restrict theta = x->theta, *restrict m2 = x->state[t % 2];
	const float *restrict g = x->g, *restrict m1 = x->state[(t + 1) % 2];
	const float b = beta1 * beta1, c = 1 - beta1 * beta1, keep = 1 - lr * lambda;
	const float rate = lr / sqrt((1 + beta0) * (1 + beta0) + beta0 * beta0), plus = 1 + beta0, minus = beta0;
	for (long i = 0; i < x->n; i++) {
		float m = b * m2[i] + c * g[i];
		theta[i] = keep * theta[i] - rate * (plus * m - minus * m1[i]);
		m2[i] = m;
	}
}

// hb, with L2 decay: lr = 0.01, beta1 = 0.9, beta3 = 1, lambda = 0.
static void hb(const tensor *x, long t) {
	(void)t;
	static const volatile double hyper[] = {0.01, 0.9, 1, 0};
	const double lr = hyper[0], beta1 = hyper[1], beta3 = hyper[2], lambda = hyper[3];
	float *restrict theta = x->theta, *restrict m = x->state[0];
	const float *restrict g = x->g;
	const float b = beta1, c = beta3, decay = lambda, rate = lr;
	for (long i = 0; i < x->n; i++) {
		m[i] = b * m[i] + c * (g[i] + decay * theta[i]);
		theta[i] = theta[i] - rate * m[i];
	}
}

// adam, with L2 decay: lr = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8,
// lambda = 0.
static void adam(const tensor *x, long t) {
	static const volatile double hyper[] = {1e-3, 0.9, 0.999, 1e-8, 0};
	const double lr = hyper[0], beta1 = hyper[1], beta2 = hyper[2], lambda = hyper[4];
	float *restrict theta = x->theta, *restrict m = x->state[0], *restrict v = x->state[1];
	const float *restrict g = x->g;
	const float b1 = beta1, c1 = 1 - beta1, b2 = beta2, c2 = 1 - beta2, rate = lr, eps = hyper[3], decay = lambda;
	const float d1 = 1 - pow(beta1, t), d2 = 1 - pow(beta2, t);
	for (long i = 0; i < x->n; i++) {
		float gd = g[i] + decay * theta[i];
		m[i] = b1 * m[i] + c1 * gd;
		v[i] = b2 * v[i] + c2 * (gd * gd);
		theta[i] = theta[i] - rate * (m[i] / d1) / (sqrtf(v[i] / d2) + eps);
	}
}

// adapnm with AMSGrad and decoupled decay: lr = 0.001, beta1 = 0.9,
// beta2 = 0.999, beta0 = 1, eps = 1e-8, lambda = 0.
static void adapnm(const tensor *x, long t) {
	static const volatile double hyper[] = {1e-3, 0.9, 0.999, 1, 1e-8, 0};
	const double lr = hyper[0], beta1 = hyper[1], beta2 = hyper[2], beta0 = hyper[3], lambda = hyper[5];
	float *restrict theta = x->theta, *restrict m2 = x->state[t % 2];
	float *restrict v = x->state[2], *restrict most = x->state[3];
	const float *restrict g = x->g, *restrict m1 = x->state[(t + 1) % 2];
	const float b = beta1 * beta1, c = 1 - beta1 * beta1, b2 = beta2, c2 = 1 - beta2, keep = 1 - lr * lambda;
	const float rate = lr / sqrt((1 + beta0) * (1 + beta0) + beta0 * beta0), plus = 1 + beta0, minus = beta0;
	const float d1 = 1 - pow(beta1, t), d2 = 1 - pow(beta2, t), eps = hyper[4];
	const long n = x->n;
#pragma GCC ivdep // for so many arrays gcc would leave it scalar
	for (long i = 0; i < n; i++) {
		float m = b * m2[i] + c * g[i];
		float mhat = (plus * m - minus * m1[i]) / d1;
		float v1 = b2 * v[i] + c2 * (g[i] * g[i]), most0 = most[i], most1 = v1 > most0 ? v1 : most0;
		theta[i] = keep * theta[i] - rate * mhat / (sqrtf(most1 / d2) + eps);
		m2[i] = m, v[i] = v1, most[i] = most1;
	}
}

static const struct rule {
	const char *name;
	int buffers;
	void (*step)(const tensor *, long t);
} rules[] = {{"pnm", 2, pnm}, {"hb", 1, hb}, {"adam", 2, adam}, {"adapnm", 4, adapnm}};

// allocate makes tensors of zeros, in place of those of the call before. They lie as
// in optc's arena: a region for each of θ, g and the states, in which tensors begin
// on lines of the cache, and which begin at different offsets in a page.
static tensor *allocate(long count, long n, int buffers) {
	static char *memory;
	static tensor *tensors;
	enum { line = 64, page = 4096 };
	const long span = (n * sizeof(float) + line - 1) / line * line;
	const long stride = (count * span + page - 1) / page * page + page + 5 * line;
	const long size = ((2 + buffers) * stride + page - 1) / page * page;
	free(tensors);
	free(memory);
	memory = aligned_alloc(page, size);
	tensors = calloc(count, sizeof *tensors);
	if (!memory || !tensors) {
		exit(1);
	}
	memset(memory, 0, size);
	for (long k = 0; k < count; k++) {
		char *first = memory + k * span;
		tensors[k] = (tensor){n, (float *)first, (float *)(first + stride), {0}};
		for (int b = 0; b < buffers; b++) {
			tensors[k].state[b] = (float *)(first + (2 + b) * stride);
		}
	}
	return tensors;
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(void) {
	const struct rule *rule = NULL;
	tensor *tensors = NULL;
	long count = 0, n = 0, steps = 0, t = 0;
	char line[256], name[64];
	printf("%s\n", VERSION);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		if (sscanf(line, "setup %63s %ld %ld", name, &count, &n) == 3) {
			rule = NULL;
			for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
				if (!strcmp(name, rules[i].name)) {
					rule = &rules[i];
				}
			}
			if (!rule) {
				printf("error no rule %s in C\n", name);
				fflush(stdout);
				continue;
			}
			t = 0;
			tensors = allocate(count, n, rule->buffers);
			for (long k = 0; k < count; k++) {
				for (long i = 0; i < n; i++) {
					tensors[k].theta[i] = (i % 2003 - 1001) / 1000.0f;
					tensors[k].g[i] = i % 1999 / 1e6f - 0.0010005f;
				}
			}
			printf("ok\n");
		} else if (rule && sscanf(line, "steps %ld", &steps) == 1) {
			double start = now();
			for (long s = 0; s < steps; s++) {
				t++;
				for (long k = 0; k < count; k++) {
					rule->step(&tensors[k], t);
				}
			}
			printf("%.9g\n", now() - start);
		} else {
			printf("error neither setup RULE TENSORS ELEMENTS nor steps N\n");
		}
		fflush(stdout);
	}
}
