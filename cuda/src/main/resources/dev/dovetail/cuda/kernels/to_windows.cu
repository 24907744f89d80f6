// Moves tokens from a grid to windows and splits their channels into PARTS results. Tokens of windows
// outside of the grid are zero. If BIAS is 1, a vector is added to the tokens, but not to the zeros.
//
// T: element type; V: channels per thread; BATCH, HEIGHT, WIDTH, WINDOW_HEIGHT, WINDOW_WIDTH, ROWS
// and COLUMNS (of windows), CHANNELS (per part).

#include "numbers.cuh"

constexpr unsigned PACKS = CHANNELS / V;
constexpr unsigned AREA = WINDOW_HEIGHT * WINDOW_WIDTH;
constexpr unsigned COUNT = (unsigned)BATCH * ROWS * COLUMNS * AREA * PACKS;

extern "C" __global__ void __launch_bounds__(BLOCK) to_windows(
    const T* __restrict__ tokens,
#if BIAS
    const T* __restrict__ bias,
#endif
    T* __restrict__ first
#if PARTS > 1
    , T* __restrict__ second
#endif
#if PARTS > 2
    , T* __restrict__ third
#endif
) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned channel = i % PACKS * V;
  const unsigned place = i / PACKS % AREA;
  const unsigned window = i / PACKS / AREA;  // counted over all images
  const unsigned column = window % COLUMNS * WINDOW_WIDTH + place % WINDOW_WIDTH;
  const unsigned row = window / COLUMNS % ROWS * WINDOW_HEIGHT + place / WINDOW_WIDTH;
  const unsigned image = window / COLUMNS / ROWS;
  const bool real = row < HEIGHT && column < WIDTH;
  const T* from = tokens + ((size_t)image * (HEIGHT * WIDTH) + row * WIDTH + column) * (PARTS * CHANNELS) + channel;
#pragma unroll
  for (int part = 0; part < PARTS; part++) {
    Pack<T, V> x;
    if (real) {
      x = load<V>(from + part * CHANNELS);
#if BIAS
      const Pack<T, V> b = load<V>(bias + part * CHANNELS + channel);
#pragma unroll
      for (int v = 0; v < V; v++) x.at[v] = element<T>(number(x.at[v]) + number(b.at[v]));
#endif
    } else {
#pragma unroll
      for (int v = 0; v < V; v++) x.at[v] = element<T>(0.f);
    }
    T* to = first;
#if PARTS > 1
    if (part == 1) to = second;
#endif
#if PARTS > 2
    if (part == 2) to = third;
#endif
    store<V>(to + (size_t)i * V, x);
  }
}
