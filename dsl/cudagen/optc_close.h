// optc_close.h is exp, log and powers that are not whole, of operations that are
// each rounded once, and tables. They have the bits of the Go package dsl/num, in
// the same order of operations; its comments bound the errors.
#pragma once

#include "optc_tables.h"

namespace optc {

// two_sum is a+b rounded, and what the rounding left out, where |a| >= |b| or a = 0.
OPTC_BOTH Twofold two_sum(double a, double b) {
  const double hi = add(a, b);
  return {hi, sub(b, sub(hi, a))};
}

// top is x with the first 26 of its 53 binary digits.
OPTC_BOTH double top(double x) { return from_bits(to_bits(x) >> 27 << 27); }

// two_product is a*b rounded, and what the rounding left out, to within 2^-106 of it.
OPTC_BOTH Twofold two_product(double a, double b) {
  const double at = top(a), bt = top(b), al = sub(a, at), bl = sub(b, bt);
  const double hi = mul(a, b);
  double lo = sub(mul(at, bt), hi);
  lo = add(lo, mul(at, bl));
  lo = add(lo, mul(al, bt));
  return {hi, add(lo, mul(al, bl))};
}

// power_of_2 is 2^e where that is a normal number.
OPTC_BOTH double power_of_2(long long e) { return from_bits(static_cast<unsigned long long>(e + 1023) << 52); }

// exp_rest is e^r - 1 for |r| < 0.0028.
OPTC_BOTH double exp_rest(double r) {
  const double r2 = mul(r, r);
  const double high = add(add(1.0 / 24, mul(r, 1.0 / 120)), mul(r2, 1.0 / 720));
  const double low = add(add(0.5, mul(r, 1.0 / 6)), mul(r2, high));
  return add(r, mul(r2, low));
}

// exp_at_the_edge is (x+rest)*2^e where that is subnormal, and then rounded once,
// or may overflow.
OPTC_BOTH double exp_at_the_edge(double x, double rest, long long e) {
  if (e > 0) {
    return mul(mul(x, power_of_2(e - 1)), 2.0);
  }
  const double unit = power_of_2(-1022 - e);
  if (x >= unit) {
    return mul(x, 0x1p-1022);
  }
  const Twofold s = two_sum(unit, x);
  return mul(mul(sub(add(s.hi, add(s.lo, rest)), unit), power_of_2(1022 + e)), 0x1p-1022);
}

// exp_sum is e^(x+rest), where rest is below 2^-40 of x. With 128e + j the whole
// number nearest to x*128/log 2, and r what is left over, it is 2^e * 2^(j/128) * e^r.
OPTC_BOTH double exp_sum(double x, double rest) {
  if (!(x > -746 && x < 710)) {
    return x > 0 ? infinity() : x < 0 ? 0.0 : x;
  }
  const double shift = 0x1.8p52; // so that a sum's last digits are a whole number
  const double shifted = add(mul(x, per_step), shift);
  const long long k = static_cast<int>(to_bits(shifted) & 0xffffffff);
  const double steps = sub(shifted, shift);
  const double r = add(sub(x, mul(steps, step_hi)), sub(rest, mul(steps, step_lo)));
  const Twofold power = exp_entry(k & 127);
  const double tail = add(power.lo, mul(power.hi, exp_rest(r)));
  const double result = add(power.hi, tail);
  const long long e = k >> 7;
  if (e < -1021 || e > 1022) {
    return exp_at_the_edge(result, add(sub(power.hi, result), tail), e);
  }
  return from_bits(to_bits(result) + (static_cast<unsigned long long>(e) << 52));
}

// LogParts is x = 2^e * m, log x = e*log(2) + c + log(1+r).
struct LogParts {
  double e;
  Twofold c;
  double r;
};

// log_reduce takes the bits of a positive number; for a subnormal one those of
// x*2^52, less 52 in the exponent.
OPTC_BOTH LogParts log_reduce(unsigned long long bits) {
  bits -= log_offset;
  const LogEntry entry = log_entry(bits >> log_shift & 0xff);
  const unsigned long long m = (bits & 0xfffffffffffff) + log_offset;
  const double high = from_bits(m >> 32 << 32);
  const double low = sub(from_bits(m), high);
  const double r = add(sub(mul(high, entry.c), 1.0), mul(low, entry.c));
  return {static_cast<double>(static_cast<long long>(bits) >> 52), entry.log, r};
}

// log_rest is (log(1+r) - r + r^2/2)/r^3.
OPTC_BOTH double log_rest(double r, double r2) {
  const double a = sub(1.0 / 3, mul(r, 1.0 / 4));
  const double b = sub(1.0 / 5, mul(r, 1.0 / 6));
  const double c = add(sub(1.0 / 7, mul(r, 1.0 / 8)), mul(r2, 1.0 / 9));
  return add(a, mul(r2, add(b, mul(r2, c))));
}

constexpr unsigned long long smallest_bits = 1ull << 52; // of 2^-1022, the smallest normal number
constexpr unsigned long long infinity_bits = 0x7ffull << 52;

OPTC_BOTH bool positive_normal(double x) { return to_bits(x) - smallest_bits < infinity_bits - smallest_bits; }

// normal_bits are the bits of a positive number as log_reduce takes them.
OPTC_BOTH unsigned long long normal_bits(double x) {
  return to_bits(x) < smallest_bits ? to_bits(mul(x, 0x1p52)) - (52ull << 52) : to_bits(x);
}

OPTC_BOTH double log_of(double x) {
  if (!(x > 0 && x < infinity())) {
    return x == 0 ? -infinity() : x < 0 ? not_a_number() : x;
  }
  const LogParts p = log_reduce(normal_bits(x));
  const Twofold s = two_sum(add(mul(p.e, ln2_hi), p.c.hi), p.r);
  const double r2 = mul(p.r, p.r);
  const double lo = add(s.lo, add(mul(p.e, ln2_lo), p.c.lo));
  return add(s.hi, add(lo, sub(mul(r2, mul(p.r, log_rest(p.r, r2))), mul(0.5, r2))));
}

// log_twofold is the logarithm of a positive number, given by its bits, to within
// 2^-68 of it.
OPTC_BOTH Twofold log_twofold(unsigned long long bits) {
  const LogParts p = log_reduce(bits);
  const double rt = top(p.r);
  const Twofold s1 = two_sum(add(mul(p.e, ln2_hi), p.c.hi), p.r);
  const Twofold s2 = two_sum(s1.hi, -mul(0.5, mul(rt, rt)));
  const double r2 = mul(p.r, p.r);
  double lo = sub(mul(r2, mul(p.r, log_rest(p.r, r2))), mul(0.5, mul(sub(p.r, rt), add(p.r, rt))));
  lo = add(lo, add(mul(p.e, ln2_lo), p.c.lo));
  return two_sum(s2.hi, add(lo, add(s1.lo, s2.lo)));
}

// pow_positive is the power of a positive number.
OPTC_BOTH double pow_positive(double x, double y) {
  const Twofold log = log_twofold(normal_bits(x));
  const Twofold product = two_product(y, log.hi);
  return exp_sum(product.hi, add(product.lo, mul(y, log.lo)));
}

// truncated is x without its fraction; beyond 2^52 there is none.
OPTC_BOTH double truncated(double x) { return magnitude(x) < 0x1p52 ? static_cast<double>(static_cast<long long>(x)) : x; }

OPTC_BOTH bool is_odd(double y) { return truncated(y) == y && mul(truncated(mul(y, 0.5)), 2.0) != y; }

// pow_huge is x^y for x >= 0 and y so large that only x = 1 gives a number.
OPTC_BOTH double pow_huge(double x, double y) {
  if (x == 1) {
    return 1;
  }
  return (x > 1) == (y > 0) ? infinity() : 0.0;
}

// pow_of_end is the power of a zero or an infinity, where y is a number.
OPTC_BOTH double pow_of_end(double x, double y) {
  const double size = (x == 0) == (y < 0) ? infinity() : 0.0;
  return is_odd(y) ? with_sign(size, x) : size;
}

// pow_of is x to the power y, e^(y*log|x|) with x's sign where y is odd.
OPTC_BOTH double pow_of(double x, double y) {
  const double size = magnitude(y);
  if (positive_normal(x) && size >= 0x1p-65 && size < 0x1p64) {
    return pow_positive(x, y);
  }
  if (y == 0 || x == 1) {
    return 1;
  }
  if (x != x || y != y || (x < 0 && truncated(y) != y)) {
    return not_a_number();
  }
  if (size >= 0x1p64) {
    return pow_huge(magnitude(x), y);
  }
  if (x == 0 || magnitude(x) == infinity()) {
    return pow_of_end(x, y);
  }
  const double power = size < 0x1p-65 ? 1.0 : pow_positive(magnitude(x), y);
  return x < 0 && is_odd(y) ? -power : power;
}

template <class T> OPTC_BOTH T exp(T x) { return T(exp_sum(double(x), 0)); }
template <class T> OPTC_BOTH T log(T x) { return T(log_of(double(x))); }
template <class T> OPTC_BOTH T pow(T x, T y) { return T(pow_of(double(x), double(y))); }

} // namespace optc
