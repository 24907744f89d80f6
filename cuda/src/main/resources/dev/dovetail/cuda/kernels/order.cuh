// Unsigned numbers in the order of floats; -0 equals 0, and NaN is below all others.
__device__ __forceinline__ unsigned ordered(float x) {
  if (!(x == x)) return 0u;
  const unsigned bits = __float_as_uint(x == 0.f ? 0.f : x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
