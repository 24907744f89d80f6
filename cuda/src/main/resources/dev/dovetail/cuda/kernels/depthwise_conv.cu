// Depthwise convolution with zero padding.
//
// T: element type; PLANES: batch size times channels; CHANNELS; HEIGHT, WIDTH, OUT_HEIGHT,
// OUT_WIDTH; KERNEL, STRIDE, PADDING; STRIP: vertically adjacent outputs per thread; BIAS: 1 if there
// is a bias.

#include "numbers.cuh"

constexpr unsigned STRIPS = (OUT_HEIGHT + STRIP - 1) / STRIP;
constexpr unsigned COUNT = (unsigned)PLANES * STRIPS * OUT_WIDTH;
constexpr int ROWS = (STRIP - 1) * STRIDE + KERNEL;  // rows that a thread reads

extern "C" __global__ void __launch_bounds__(BLOCK) depthwise_conv(
    const T* __restrict__ x,
    const T* __restrict__ weight,
#if BIAS
    const T* __restrict__ bias,
#endif
    T* __restrict__ out) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned column = i % OUT_WIDTH;
  const unsigned first = i / OUT_WIDTH % STRIPS * STRIP;
  const unsigned plane = i / OUT_WIDTH / STRIPS;
  const unsigned channel = plane % CHANNELS;

  float w[KERNEL * KERNEL];
#pragma unroll
  for (int k = 0; k < KERNEL * KERNEL; k++) w[k] = number(weight[channel * (KERNEL * KERNEL) + k]);
  float sum[STRIP];
#pragma unroll
  for (int o = 0; o < STRIP; o++) {
#if BIAS
    sum[o] = number(bias[channel]);
#else
    sum[o] = 0.f;
#endif
  }

  const int top = (int)first * STRIDE - PADDING;
  const int left = (int)column * STRIDE - PADDING;
  const T* map = x + (size_t)plane * (HEIGHT * WIDTH);
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    const int row = top + r;
    if (row < 0 || row >= HEIGHT) continue;
#pragma unroll
    for (int c = 0; c < KERNEL; c++) {
      const int at = left + c;
      const float v = at < 0 || at >= WIDTH ? 0.f : number(map[row * WIDTH + at]);
#pragma unroll
      for (int o = 0; o < STRIP; o++) {
        const int k = r - o * STRIDE;
        if (k >= 0 && k < KERNEL) sum[o] += w[k * KERNEL + c] * v;
      }
    }
  }
  T* to = out + ((size_t)plane * OUT_HEIGHT + first) * OUT_WIDTH + column;
#pragma unroll
  for (int o = 0; o < STRIP; o++) {
    if (first + o < OUT_HEIGHT) to[o * OUT_WIDTH] = element<T>(sum[o]);
  }
}
