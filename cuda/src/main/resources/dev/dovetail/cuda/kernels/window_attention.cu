// Attention inside shifted windows (Liu et al. 2021): gathers a window, computes the softmax of the
// scaled products and the bias of each pair of places, and writes the weighted sums to the grid. Places
// in different regions are hidden from each other. Each block computes a head of a window, each thread
// a query, with a softmax that is rescaled whenever its maximum grows.
//
// T: element type; V: channels that a thread reads at once; BATCH; SCALE, HIDDEN (added to hidden
// products); the others as in windows.cuh.

#include "numbers.cuh"
#include "windows.cuh"

constexpr int PACKS = CHANNELS / V;

extern "C" __global__ void __launch_bounds__(BLOCK) window_attention(
    const T* __restrict__ query,
#if JOINT
    const T* __restrict__ bias,
#else
    const T* __restrict__ key,
    const T* __restrict__ value,
#endif
    const T* __restrict__ positions,
    T* __restrict__ out) {
  alignas(16) __shared__ T keys[PLACES * CHANNELS], values[PLACES * CHANNELS];
  __shared__ Place places[PLACES];
  const int head = blockIdx.x % HEADS, window = blockIdx.x / HEADS;  // counted over all images
  const int image = window / (ROWS * COLUMNS);
#if JOINT
  const T *key = query + OUT_STRIDE, *value = key + OUT_STRIDE;
#else
  const T* bias = query;  // not read
#endif
  const size_t start = (size_t)image * TOKENS * STRIDE;
  const int place = threadIdx.x;
  if (place < PLACES) places[place] = place_of(window % (ROWS * COLUMNS), place);
  __syncthreads();
  for (int i = threadIdx.x; i < PLACES * PACKS; i += BLOCK) {
    const int cell = places[i / PACKS].cell, channel = head * CHANNELS + i % PACKS * V;
    store<V>(keys + i * V, token<V>(key + start + channel, bias + OUT_STRIDE + channel, cell));
    store<V>(values + i * V, token<V>(value + start + channel, bias + 2 * OUT_STRIDE + channel, cell));
  }
  __syncthreads();
  if (place >= PLACES || places[place].cell == CELLS) return;

  const Place own = places[place];
  float q[CHANNELS], acc[CHANNELS];
#pragma unroll
  for (int c = 0; c < CHANNELS; c += V) {
    const Pack<T, V> x = token<V>(query + start + head * CHANNELS + c, bias + head * CHANNELS + c, own.cell);
#pragma unroll
    for (int v = 0; v < V; v++) {
      q[c + v] = number(x.at[v]);
      acc[c + v] = 0.f;
    }
  }
  const T* added = positions + ((size_t)head * PLACES + place) * PLACES;
  float most = -3.4e38f, sum = 0.f;
  for (int k = 0; k < PLACES; k++) {
    float product = 0.f;
#pragma unroll
    for (int c = 0; c < CHANNELS; c += V) {
      const Pack<T, V> x = load<V>(keys + k * CHANNELS + c);
#pragma unroll
      for (int v = 0; v < V; v++) product += q[c + v] * number(x.at[v]);
    }
    const float score = product * SCALE + number(added[k]) + (places[k].region == own.region ? 0.f : HIDDEN);
    if (score > most) {
      const float less = expf(most - score);
      sum *= less;
#pragma unroll
      for (int c = 0; c < CHANNELS; c++) acc[c] *= less;
      most = score;
    }
    const float weight = expf(score - most);
    sum += weight;
#pragma unroll
    for (int c = 0; c < CHANNELS; c += V) {
      const Pack<T, V> x = load<V>(values + k * CHANNELS + c);
#pragma unroll
      for (int v = 0; v < V; v++) acc[c + v] += weight * number(x.at[v]);
    }
  }
  T* to = out + ((size_t)image * CELLS + own.cell) * OUT_STRIDE + head * CHANNELS;
#pragma unroll
  for (int c = 0; c < CHANNELS; c += V) {
    Pack<T, V> x;
#pragma unroll
    for (int v = 0; v < V; v++) x.at[v] = element<T>(acc[c + v] / sum);
    store<V>(to + c, x);
  }
}
