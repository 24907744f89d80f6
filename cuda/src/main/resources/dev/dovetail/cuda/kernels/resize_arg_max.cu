// The class with the highest score for every pixel, of scores that are resized bilinearly: to HEIGHT x
// WIDTH, from which the padding is removed, and to the size of the result. Resized scores are not
// stored: both steps together are a weighted sum of a few cells.
//
// T: element type; LABEL: type of the result; BLOCKS: blocks of the grid; BATCH, CLASSES, ROWS, COLUMNS:
// shape of the scores; HEIGHT, WIDTH; TWICE: 1 if that is not the size of the scores; CROPPED: 1 if there is
// padding.

#include "numbers.cuh"

// The two cells next to a place, and the weight of the second.
struct Cells { int low, high; float share; };

__device__ __forceinline__ Cells cells(int i, int from, int to) {
  float at = ((float)i + 0.5f) / ((float)to / (float)from) - 0.5f;
  at = fminf(fmaxf(at, 0.f), (float)(from - 1));
  Cells c;
  c.low = (int)at;
  c.high = c.low + 1 < from ? c.low + 1 : c.low;
  c.share = c.low == c.high ? 0.f : at - (float)c.low;
  return c;
}

// N adjacent cells of the scores and their weights.
template <int N> struct Taps { int at[N]; float weight[N]; };

template <int N> __device__ __forceinline__ void add(Taps<N>& taps, int first, const Cells& c, float weight) {
#pragma unroll
  for (int t = 0; t < N; t++) {
    taps.weight[t] += (c.low == first + t ? weight * (1.f - c.share) : 0.f) +
                      (c.high == first + t ? weight * c.share : 0.f);
  }
}

template <int N> __device__ __forceinline__ Taps<N> taps(int i, int to, int crop, int middle, int from) {
  const Cells outer = cells(i, crop, to);
#if TWICE
  const Cells low = cells(outer.low, from, middle), high = cells(outer.high, from, middle);
  const int first = low.low;
#else
  const int first = outer.low;
#endif
  Taps<N> all;
#pragma unroll
  for (int t = 0; t < N; t++) {
    all.at[t] = first + t < from ? first + t : from - 1;
    all.weight[t] = 0.f;
  }
#if TWICE
  add<N>(all, first, low, 1.f - outer.share);
  add<N>(all, first, high, outer.share);
#else
  add<N>(all, first, outer, 1.f);
#endif
  return all;
}

template <int N> __device__ __forceinline__ int label(const T* map, const Taps<N>& rows, const Taps<N>& columns) {
  float most = __uint_as_float(0xff800000u);
  int best = 0;
#pragma unroll 4
  for (int c = 0; c < CLASSES; c++) {
    float score = 0.f;
#pragma unroll
    for (int r = 0; r < N; r++) {
      float row = 0.f;
#pragma unroll
      for (int k = 0; k < N; k++) row += columns.weight[k] * number(map[rows.at[r] * COLUMNS + columns.at[k]]);
      score += rows.weight[r] * row;
    }
    if (score > most) {
      most = score;
      best = c;
    }
    map += ROWS * COLUMNS;
  }
  return best;
}

extern "C" __global__ void __launch_bounds__(BLOCK) resize_arg_max(
    const T* __restrict__ x,
#if CROPPED
    long long crop_height,
    long long crop_width,
#endif
    long long height,
    long long width,
    LABEL* __restrict__ out) {
#if !CROPPED
  const int crop_height = HEIGHT, crop_width = WIDTH;
#endif
  const unsigned w = (unsigned)width, h = (unsigned)height;
  const unsigned count = BATCH * h * w;
  // Unchanged pixels of the first step are sums of two cells along each axis, others of three.
  const bool same = !TWICE || (crop_height == height && crop_width == width);
  for (unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x; i < count; i += (unsigned)BLOCKS * BLOCK) {
    const int column = (int)(i % w), row = (int)(i / w % h);
    const T* map = x + (size_t)(i / w / h) * CLASSES * (ROWS * COLUMNS);
    int best;
    if (same) {
      best = label<2>(
          map, taps<2>(row, (int)h, (int)crop_height, HEIGHT, ROWS),
          taps<2>(column, (int)w, (int)crop_width, WIDTH, COLUMNS));
    } else {
      best = label<3>(
          map, taps<3>(row, (int)h, (int)crop_height, HEIGHT, ROWS),
          taps<3>(column, (int)w, (int)crop_width, WIDTH, COLUMNS));
    }
    out[i] = (LABEL)best;
  }
}
