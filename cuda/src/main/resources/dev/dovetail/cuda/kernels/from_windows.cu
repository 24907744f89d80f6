// Moves tokens from windows back to their grid, without the padding.
//
// T: element type; V: channels per thread; BATCH, HEIGHT, WIDTH, WINDOW_HEIGHT, WINDOW_WIDTH, ROWS
// and COLUMNS (of windows), CHANNELS.

#include "numbers.cuh"

constexpr unsigned PACKS = CHANNELS / V;
constexpr unsigned COUNT = (unsigned)BATCH * HEIGHT * WIDTH * PACKS;

extern "C" __global__ void __launch_bounds__(BLOCK) from_windows(
    const T* __restrict__ windows, T* __restrict__ tokens) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned channel = i % PACKS * V;
  const unsigned column = i / PACKS % WIDTH;
  const unsigned row = i / PACKS / WIDTH % HEIGHT;
  const unsigned image = i / PACKS / WIDTH / HEIGHT;
  const unsigned window = (image * ROWS + row / WINDOW_HEIGHT) * COLUMNS + column / WINDOW_WIDTH;
  const unsigned place = row % WINDOW_HEIGHT * WINDOW_WIDTH + column % WINDOW_WIDTH;
  const size_t from = ((size_t)window * (WINDOW_HEIGHT * WINDOW_WIDTH) + place) * CHANNELS + channel;
  store<V>(tokens + (size_t)i * V, load<V>(windows + from));
}
