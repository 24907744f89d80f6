// Multiplies a value by the activation of its gate, which precedes it in each row of x + bias.
//
// T: element type; V: adjacent elements per thread; COUNT: threads with elements; WIDTH: channels of
// the gate; BIAS: 1 if there is a bias; SILU: 1 for x * sigmoid(x), otherwise GELU.

#include "numbers.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK) gated_activation(
    const T* __restrict__ x,
#if BIAS
    const T* __restrict__ bias,
#endif
    T* __restrict__ out) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned channel = i % (WIDTH / V) * V;
  const size_t row = i / (WIDTH / V);
  const Pack<T, V> gate = load<V>(x + row * (2 * WIDTH) + channel);
  Pack<T, V> value = load<V>(x + row * (2 * WIDTH) + WIDTH + channel);
#if BIAS
  const Pack<T, V> gateBias = load<V>(bias + channel);
  const Pack<T, V> valueBias = load<V>(bias + WIDTH + channel);
#endif
#pragma unroll
  for (int v = 0; v < V; v++) {
    float a = number(gate.at[v]);
    float b = number(value.at[v]);
#if BIAS
    a += number(gateBias.at[v]);
    b += number(valueBias.at[v]);
#endif
#if SILU
    a = a / (1.f + expf(-a));
#else
    a = 0.5f * a * (1.f + erff(a * 0.70710678f));
#endif
    value.at[v] = element<T>(a * b);
  }
  store<V>(out + row * WIDTH + channel, value);
}
