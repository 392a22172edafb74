// optc_random.h is the random numbers of a rule: a function of the run's seed, the
// tensor, its step, the call in the rule's text and the element, and of nothing
// else. LANGUAGE.md, section 11, defines each bit.
#pragma once

#include "optc.h"

namespace optc {

// Words are the first two of the four words of Philox4x32-10.
struct Words {
  unsigned first, second;
};

OPTC_BOTH Words philox(unsigned long long seed, int tensor, long long t, int call, long long element) {
  const unsigned long long e = element, step = t;
  unsigned c0 = static_cast<unsigned>(e), c1 = static_cast<unsigned>(call) << 16 | static_cast<unsigned>(e >> 32);
  unsigned c2 = static_cast<unsigned>(step), c3 = static_cast<unsigned>(step >> 32) << 24 | static_cast<unsigned>(tensor);
  unsigned k0 = static_cast<unsigned>(seed), k1 = static_cast<unsigned>(seed >> 32);
  for (int round = 0; round < 10; round++) {
    const unsigned long long p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
    c0 = static_cast<unsigned>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<unsigned>(p1);
    c2 = static_cast<unsigned>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<unsigned>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1};
}

// uniform is an odd multiple of 2^-24 between 0 and 1.
template <class T> OPTC_BOTH T uniform(unsigned long long seed, int tensor, long long t, int call, long long element) {
  return T(mul(double(philox(seed, tensor, t, call, element).first >> 9 << 1 | 1), 0x1p-24));
}

// horner is the polynomial with the coefficients x0, of x^0, to x7.
OPTC_BOTH double horner(double x, double x0, double x1, double x2, double x3, double x4, double x5, double x6, double x7) {
  const double y = add(mul(add(mul(add(mul(x7, x), x6), x), x5), x), x4);
  return add(mul(add(mul(add(mul(add(mul(y, x), x3), x), x2), x), x1), x), x0);
}

// log_of_tail is the L of LANGUAGE.md.
OPTC_BOTH double log_of_tail(double s) {
  const unsigned long long bits = to_bits(s);
  int e = static_cast<int>(bits >> 52) - 1023;
  double m = from_bits((bits & 0xfffffffffffff) | 1023ull << 52);
  if (m > 1.4142135623730951) {
    m = mul(m, 0.5);
    e++;
  }
  const double d = div(sub(m, 1.0), add(m, 1.0)), x = mul(d, d);
  double y = 1.0 / 23;
  for (int i = 21; i >= 1; i -= 2) {
    y = add(mul(y, x), div(1.0, double(i)));
  }
  return add(mul(double(e), 0.6931471805599453), mul(mul(2.0, d), y));
}

// quantile is the z below which a standard normal number lies with probability p.
OPTC_BOTH double quantile(double p) {
  const double q = sub(p, 0.5);
  if (magnitude(q) <= 0.425) {
    const double r = sub(0.180625, mul(q, q));
    return div(mul(q, horner(r, 3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
                             13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
                             33430.575583588128105, 2509.0809287301226727)),
               horner(r, 1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
                      21213.794301586595867, 39307.895800092710610, 28729.085735721942674,
                      5226.4952788528545610));
  }
  const double r = root(-log_of_tail(min(p, sub(1.0, p))));
  if (r <= 5) {
    const double x = sub(r, 1.6);
    return with_sign(div(horner(x, 1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
                                3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
                                0.0227238449892691845833, 0.000774545014278341407640),
                         horner(x, 1, 2.05319162663775882187, 1.67638483018380384940,
                                0.689767334985100004550, 0.148103976427480074590, 0.0151986665636164571966,
                                0.000547593808499534494600, 0.00000000105075007164441684324)), q);
  }
  const double x = sub(r, 5.0);
  return with_sign(div(horner(x, 6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
                              0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
                              0.0000271155556874348757815, 0.000000201033439929228813265),
                       horner(x, 1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
                              0.000786869131145613259100, 0.0000184631831751005468180,
                              0.000000142151175831644588870, 0.00000000000000204426310338993978564)), q);
}

// normal is a number of the standard normal distribution.
template <class T> OPTC_BOTH T normal(unsigned long long seed, int tensor, long long t, int call, long long element) {
  const Words w = philox(seed, tensor, t, call, element);
  const unsigned long long k = static_cast<unsigned long long>(w.first) << 20 | w.second >> 12;
  return T(quantile(mul(double(2 * k + 1), 0x1p-53)));
}

} // namespace optc
