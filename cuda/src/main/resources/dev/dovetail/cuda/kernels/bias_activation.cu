// Applies an activation to x + bias, TIMES times in sequence.
//
// T: element type; V: adjacent elements per thread; COUNT: threads with elements; CHANNELS; INNER:
// elements of a channel that are adjacent, 1 if channels are; BIAS: 1 if there is a bias; RELU, GELU: 1
// for the activation.

#include "numbers.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK) bias_activation(
    const T* __restrict__ x,
#if BIAS
    const T* __restrict__ bias,
#endif
    T* __restrict__ out) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  Pack<T, V> in = load<V>(x + (size_t)i * V);
#if BIAS && INNER == 1
  const Pack<T, V> b = load<V>(bias + i % (CHANNELS / V) * V);
#elif BIAS
  const float b = number(bias[i / (INNER / V) % CHANNELS]);
#endif
#pragma unroll
  for (int v = 0; v < V; v++) {
    float a = number(in.at[v]);
#if BIAS && INNER == 1
    a += number(b.at[v]);
#elif BIAS
    a += b;
#endif
#pragma unroll
    for (int k = 0; k < TIMES; k++) {
#if RELU
      a = a < 0.f ? 0.f : a;  // NaN stays
#elif GELU
      a = 0.5f * a * (1.f + erff(a * 0.70710678f));
#endif
    }
    in.at[v] = element<T>(a);
  }
  store<V>(out + (size_t)i * V, in);
}
