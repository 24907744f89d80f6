// Multi-scale deformable attention between its projections (Zhu et al. 2021): for each query and
// head a softmax over the points of all levels, bilinear samples, zero outside, their weighted sum.
//
// T: element type; V: channels of a thread; BATCH, QUERIES, CELLS, HEADS, CHANNELS (of a head),
// LEVELS, POINTS (of all levels), LEVEL_HEIGHTS, LEVEL_WIDTHS, LEVEL_STARTS, LEVEL_OF_POINT; OFFSETS:
// 1 if places are offsets from references, which are given for REFERENCE_BATCH images and
// REFERENCE_LEVELS levels; BIASES: 1 if value, logits and offsets come without their biases.
//
// A group of CHANNELS / V threads makes a head of a query. The queries of a block are neighbours
// and its head is one: most of what they read is in the first cache then.

constexpr int GROUP = CHANNELS / V;
constexpr int BLOCK_QUERIES = BLOCK / GROUP;

#if OFFSETS
typedef T Place;
#else
typedef float Place;
#endif

extern "C" __global__ void __launch_bounds__(BLOCK) deformable_attention(
    const T* __restrict__ value,
    const T* __restrict__ logits,
    const Place* __restrict__ places,
#if OFFSETS
    const float* __restrict__ references,
#endif
#if BIASES
    const T* __restrict__ value_bias,
    const T* __restrict__ logit_bias,
#if OFFSETS
    const T* __restrict__ offset_bias,
#endif
#endif
    T* __restrict__ out) {
  constexpr int heights[LEVELS] = {LEVEL_HEIGHTS};
  constexpr int widths[LEVELS] = {LEVEL_WIDTHS};
  constexpr int starts[LEVELS] = {LEVEL_STARTS};
  constexpr int level_of[POINTS] = {LEVEL_OF_POINT};
  const int head = blockIdx.y;
  const int channel = head * CHANNELS + (int)(threadIdx.x % GROUP) * V;
  const int row = blockIdx.x * BLOCK_QUERIES + threadIdx.x / GROUP;  // a query of an image
  if (row >= BATCH * QUERIES) return;
  const int image = row / QUERIES;
  const T* __restrict__ map = value + (size_t)image * CELLS * (HEADS * CHANNELS) + channel;
  const T* __restrict__ logit = logits + ((size_t)row * HEADS + head) * POINTS;
  const Place* __restrict__ place = places + ((size_t)row * HEADS + head) * (2 * POINTS);

  float score[POINTS];
  float most = -3.4e38f;
#pragma unroll
  for (int p = 0; p < POINTS; p++) {
    score[p] = number(logit[p]);
#if BIASES
    score[p] += number(logit_bias[head * POINTS + p]);
#endif
    most = fmaxf(most, score[p]);
  }
  float sum = 0.f;   // of the softmax
  float inside = 0.f;  // of the weights that fall on a level, for the bias of the values
  float acc[V];
#pragma unroll
  for (int v = 0; v < V; v++) acc[v] = 0.f;

#pragma unroll
  for (int p = 0; p < POINTS; p++) {
    const int l = level_of[p], h = heights[l], w = widths[l];
    const T* __restrict__ level = map + (size_t)starts[l] * (HEADS * CHANNELS);
    const float weight = expf(score[p] - most);
    sum += weight;
    const Pack<Place, 2> at = load<2>(place + 2 * p);
#if OFFSETS
    const float* reference = references + 2 * ((REFERENCE_BATCH == 1 ? row % QUERIES : row) * REFERENCE_LEVELS +
                                               (REFERENCE_LEVELS == 1 ? 0 : l));
    float ox = number(at.at[0]), oy = number(at.at[1]);
#if BIASES
    ox += number(offset_bias[(head * POINTS + p) * 2]);
    oy += number(offset_bias[(head * POINTS + p) * 2 + 1]);
#endif
    const float x = (ox / w + reference[0]) * w - 0.5f, y = (oy / h + reference[1]) * h - 0.5f;
#else
    const float x = at.at[0] * w - 0.5f, y = at.at[1] * h - 0.5f;
#endif
    if (x > -1.f && y > -1.f && x < w && y < h) {  // not where one is NaN
      const float fx = floorf(x), fy = floorf(y);
      const int x0 = (int)fx, y0 = (int)fy;
      const float tx = x - fx, ty = y - fy;
#pragma unroll
      for (int corner = 0; corner < 4; corner++) {
        const int cx = x0 + (corner & 1), cy = y0 + (corner >> 1);
        const float share = weight * ((corner & 1) ? tx : 1.f - tx) * ((corner >> 1) ? ty : 1.f - ty);
        if (cx >= 0 && cx < w && cy >= 0 && cy < h) {
          const Pack<T, V> cell = load<V>(level + (size_t)(cy * w + cx) * (HEADS * CHANNELS));
          inside += share;
#pragma unroll
          for (int v = 0; v < V; v++) acc[v] += share * number(cell.at[v]);
        }
      }
    }
  }
  Pack<T, V> result;
#pragma unroll
  for (int v = 0; v < V; v++) {
#if BIASES
    acc[v] += inside * number(value_bias[channel + v]);
#endif
    result.at[v] = element<T>(acc[v] / sum);
  }
  store<V>(out + (size_t)row * (HEADS * CHANNELS) + channel, result);
}
