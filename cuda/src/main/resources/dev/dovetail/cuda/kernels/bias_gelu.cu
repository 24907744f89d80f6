// Applies the exact GELU to x + bias, TIMES times in sequence.
//
// T: element type; V: channels per thread; ROWS, WIDTH; BIAS: 1 if there is a bias.

#include "numbers.cuh"

constexpr unsigned PACKS = WIDTH / V;
constexpr unsigned COUNT = (unsigned)ROWS * PACKS;

extern "C" __global__ void __launch_bounds__(BLOCK) bias_gelu(
    const T* __restrict__ x,
#if BIAS
    const T* __restrict__ bias,
#endif
    T* __restrict__ out) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  Pack<T, V> in = load<V>(x + (size_t)i * V);
#if BIAS
  const Pack<T, V> b = load<V>(bias + i % PACKS * V);
#endif
#pragma unroll
  for (int v = 0; v < V; v++) {
    float a = number(in.at[v]);
#if BIAS
    a += number(b.at[v]);
#endif
#pragma unroll
    for (int k = 0; k < TIMES; k++) a = 0.5f * a * (1.f + erff(a * 0.70710678f));
    in.at[v] = element<T>(a);
  }
  store<V>(out + (size_t)i * V, in);
}
