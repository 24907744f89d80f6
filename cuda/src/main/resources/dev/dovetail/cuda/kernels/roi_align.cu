// RoIAlign of regions on several levels of a pyramid: the mean of bilinear samples in each bin. Samples more
// than one cell outside the map are zero, those closer are at its edge.
//
// T: element type; BLOCKS: blocks of the grid; LEVELS; MAPS: the parameters of the maps; BATCH, CHANNELS,
// HEIGHTS, WIDTHS: shapes of the maps; SCALES: size of each map relative to the image; SIZE: rows and columns of
// the result; ALIGNED: 1 if coordinates are shifted by half a cell; SAMPLES: samples along each axis of a bin, 0
// for one sample per cell.

#include "numbers.cuh"

__device__ __forceinline__ int within(float index, int count) {
  const int i = (int)index;
  return i < 0 ? 0 : i < count ? i : count - 1;
}

__device__ __forceinline__ float sample(const T* map, int height, int width, float y, float x) {
  if (y < -1.f || y > height || x < -1.f || x > width) return 0.f;
  y = fminf(fmaxf(y, 0.f), (float)(height - 1));
  x = fminf(fmaxf(x, 0.f), (float)(width - 1));
  const int top = (int)y, left = (int)x;
  const int bottom = top + 1 < height ? top + 1 : top, right = left + 1 < width ? left + 1 : left;
  const float ty = y - top, tx = x - left;
  const T *upper = map + top * width, *lower = map + bottom * width;
  return (1.f - ty) * ((1.f - tx) * number(upper[left]) + tx * number(upper[right])) +
         ty * ((1.f - tx) * number(lower[left]) + tx * number(lower[right]));
}

extern "C" __global__ void __launch_bounds__(BLOCK) roi_align(
    const T* __restrict__ map0,
#if LEVELS > 1
    const T* __restrict__ map1,
#endif
#if LEVELS > 2
    const T* __restrict__ map2,
#endif
#if LEVELS > 3
    const T* __restrict__ map3,
#endif
#if LEVELS > 4
    const T* __restrict__ map4,
#endif
    const float* __restrict__ regions,
    const float* __restrict__ images,
    const float* __restrict__ levels,
    long long count,
    long long coordinates,
    T* __restrict__ out) {
  const T* const maps[LEVELS] = {MAPS};
  constexpr int heights[LEVELS] = {HEIGHTS}, widths[LEVELS] = {WIDTHS};
  constexpr float scales[LEVELS] = {SCALES}, shift = ALIGNED ? 0.5f : 0.f;
  const unsigned elements = (unsigned)count * (CHANNELS * SIZE * SIZE);
  for (unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x; i < elements; i += (unsigned)BLOCKS * BLOCK) {
    const unsigned region = i / (CHANNELS * SIZE * SIZE);
    const int column = (int)(i % SIZE), row = (int)(i / SIZE % SIZE), channel = (int)(i / (SIZE * SIZE) % CHANNELS);
    const int level = within(levels[region], LEVELS), image = within(images[region], BATCH);
    const int height = heights[level], width = widths[level];
    const T* map = maps[level] + ((size_t)image * CHANNELS + channel) * height * width;

    const float* box = regions + 4 * (size_t)region;
    const float scale = scales[level];
    const float left = box[0] * scale - shift, top = box[1] * scale - shift;
    float across = box[2] * scale - shift - left, down = box[3] * scale - shift - top;
#if !ALIGNED
    across = fmaxf(across, 1.f);
    down = fmaxf(down, 1.f);
#endif
    across /= SIZE;
    down /= SIZE;
    const int columns = SAMPLES > 0 ? SAMPLES : (int)ceilf(across), rows = SAMPLES > 0 ? SAMPLES : (int)ceilf(down);
    float sum = 0.f;
    for (int r = 0; r < rows; r++) {
      const float y = top + row * down + (r + 0.5f) * down / rows;
      for (int c = 0; c < columns; c++) {
        sum += sample(map, height, width, y, left + column * across + (c + 0.5f) * across / columns);
      }
    }
    const int samples = rows * columns;
    out[i] = element<T>(sum / (samples > 1 ? samples : 1));
  }
}
